//! A shell without processes: what expansion asks of one, and nothing else.

// Each test program compiles this file for itself and none uses all of it.
#![allow(dead_code, unreachable_pub)]

use std::rc::Rc;

use shell::arithmetic;
use shell::expand::{self, Context, Error};
use shell::state::{Flag, Options, Positional, Variables};
use shell::syntax::ast::{Bytes, Item, Substitution, Word};
use shell::syntax::name::Name;

/// `$(print a b)` prints its arguments, one a line; there is a user called `you`.
#[derive(Default)]
pub struct Desk {
    variables: Variables,
    options: Options,
    positional: Positional,
}

impl Desk {
    pub fn new(arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|text| (*text).into()).collect();
        Self {
            positional: Positional::new("desk".into(), arguments),
            ..Self::default()
        }
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.set(Name::new(name), value.into()).unwrap();
    }

    pub fn unset(&mut self, name: &str) {
        self.variables.unset(Name::new(name)).unwrap();
    }

    pub fn make_read_only(&mut self, name: &str) {
        self.variables.make_read_only(Name::new(name));
    }

    pub fn switch(&mut self, flag: Flag) {
        self.options.set(flag, true);
    }

    /// The words of a command's arguments, before they are expanded.
    pub fn words(&self, text: &str) -> Vec<Word> {
        let script = format!("command {text}");
        let list = shell::syntax::parse(script.as_bytes()).expect("a command");
        let command = list[0].simple().expect("a simple command");
        command.words[1..].to_vec()
    }

    pub fn word(&self, text: &str) -> Word {
        self.words(text).into_iter().next().unwrap_or_default()
    }

    pub fn fields(&mut self, words: &str) -> Result<Vec<String>, Error> {
        let words = self.words(words);
        let mut fields = Vec::new();
        expand::fields(self, &words, &mut fields)?;
        Ok(texts(fields))
    }

    pub fn expand(&mut self, word: &Word) -> Result<Vec<String>, Error> {
        let mut fields = Vec::new();
        expand::field(self, word, &mut fields)?;
        Ok(texts(fields))
    }

    pub fn text(&mut self, word: &str) -> String {
        let word = self.word(word);
        String::from_utf8(expand::text(self, &word).unwrap()).unwrap()
    }

    /// The value of an expression in which nothing is left to expand.
    pub fn compute(&mut self, text: &str) -> Result<i64, arithmetic::Error> {
        arithmetic::evaluate(text.as_bytes(), &mut self.variables, false)
    }

    pub fn try_text(&mut self, word: &Word) -> Result<Bytes, Error> {
        expand::text(self, word)
    }

    pub fn matches(&mut self, pattern: &str, text: &str) -> bool {
        let pattern = self.word(pattern);
        expand::matches(self, &pattern, text.as_bytes()).unwrap()
    }
}

fn texts(fields: Vec<Bytes>) -> Vec<String> {
    let texts = fields.into_iter().map(String::from_utf8);
    texts.collect::<Result<_, _>>().expect("UTF-8")
}

impl Context for Desk {
    type Error = Error;

    fn variables(&self) -> &Variables {
        &self.variables
    }

    fn variables_mut(&mut self) -> &mut Variables {
        &mut self.variables
    }

    fn options(&self) -> Options {
        self.options
    }

    fn positional(&self) -> &Positional {
        &self.positional
    }

    fn status(&self) -> i32 {
        3
    }

    fn pid(&self) -> u32 {
        4242
    }

    fn background(&self) -> Option<u32> {
        None
    }

    fn output_of(&mut self, substitution: &Rc<Substitution>) -> Result<Bytes, Error> {
        let first = substitution.body.first().and_then(Item::simple);
        let words = first.map_or(&[][..], |simple| &simple.words);
        let mut fields = Vec::new();
        expand::fields(self, words.get(1..).unwrap_or_default(), &mut fields)?;
        Ok([&fields.join(&b'\n')[..], b"\n"].concat())
    }

    fn home_of(&self, user: &[u8]) -> Option<Bytes> {
        (user == b"you").then(|| b"/home/you".to_vec())
    }
}
