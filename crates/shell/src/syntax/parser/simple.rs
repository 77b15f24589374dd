//! Simple commands, and what begins like one: functions.

use std::rc::Rc;

use crate::syntax::ast::{
    Assignment, Bytes, Command, Compound, Function, Part, Redirect, Simple, Word,
};
use crate::syntax::error::{ErrorKind, SyntaxError};
use crate::syntax::lexer::token::{Kind, Op};
use crate::syntax::lexer::{braces, tilde};
use crate::syntax::name::Name;

use super::{Grammar, Result};

/// Names that POSIX keeps a function from having (2.9.5).
const SPECIAL_BUILTINS: [&[u8]; 15] = [
    b".",
    b":",
    b"break",
    b"continue",
    b"eval",
    b"exec",
    b"exit",
    b"export",
    b"readonly",
    b"return",
    b"set",
    b"shift",
    b"times",
    b"trap",
    b"unset",
];

impl Grammar<'_> {
    /// One command of a pipeline.
    pub(super) fn command(&mut self) -> Result<Command> {
        self.start()?;
        match self.nested(Self::compound)? {
            Some(compound) => Ok(Command::Compound(compound, self.redirects()?)),
            None => self.simple(),
        }
    }

    fn simple(&mut self) -> Result<Command> {
        let mut simple = Simple {
            position: self.peek()?.position,
            ..Simple::default()
        };
        loop {
            let begins = simple.words.is_empty();
            let may_be_alias = self.peek()?.after_alias || begins;
            if may_be_alias && self.replace_alias() {
                continue;
            }
            match &self.peek()?.kind {
                Kind::Word(word) if begins && assigned_name(word).is_some() => {
                    let word = self.take_word()?;
                    simple.assignments.extend(assignment(word));
                }
                Kind::Word(_) => {
                    let word = self.take_word()?;
                    self.argument(word, &mut simple)?;
                }
                Kind::Op(Op::Open) if is_only_a_word(&simple) => return self.function(&simple),
                _ => match self.redirect()? {
                    Some(redirect) => simple.redirects.push(redirect),
                    None => break,
                },
            }
        }
        if simple.assignments.is_empty() && simple.words.is_empty() && simple.redirects.is_empty() {
            let token = self.take()?;
            return Err(self.unexpected(&token, None));
        }
        Ok(Command::Simple(simple))
    }

    pub(super) fn take_word(&mut self) -> Result<Word> {
        let token = self.take()?;
        match token.kind {
            Kind::Word(word) => Ok(word),
            _ => Err(self.unexpected(&token, Some("a word"))),
        }
    }

    fn argument(&mut self, word: Word, simple: &mut Simple) -> Result<()> {
        let declares = declares(&simple.words);
        let first = simple.words.len();
        self.expand_braces(word, &mut simple.words)?;
        for word in &mut simple.words[first..] {
            if declares && assigned_name(word).is_some() {
                mark_after_equals(word);
            } else {
                tilde::mark(&mut word.parts);
            }
        }
        Ok(())
    }

    /// The words that braces make of one, if the host wants that.
    pub(super) fn expand_braces(&mut self, word: Word, words: &mut Vec<Word>) -> Result<()> {
        if !self.host.braces() {
            words.push(word);
            return Ok(());
        }
        match braces::expand(word) {
            Some(more) => words.extend(more),
            None => return Err(self.error(ErrorKind::TooManyWords(braces::MOST))),
        }
        Ok(())
    }

    /// `name ( ) body`, after the name.
    fn function(&mut self, simple: &Simple) -> Result<Command> {
        let name = function_name(&simple.words[0])?;
        self.take()?;
        let close = self.take()?;
        if !close.is(Op::Close) {
            return Err(self.unexpected(&close, Some("`)`")));
        }
        self.skip_newlines()?;
        self.start()?;
        let Some(body) = self.nested(Self::compound)? else {
            let token = self.take()?;
            return Err(self.unexpected(&token, Some("a compound command")));
        };
        let redirects: Vec<Redirect> = self.redirects()?;
        Ok(Command::Function(Rc::new(Function {
            name,
            body,
            redirects,
        })))
    }

    /// A compound command, if one begins here.
    fn compound(&mut self) -> Result<Option<Compound>> {
        let token = self.peek()?;
        if token.is(Op::Open) {
            return self.subshell().map(Some);
        }
        match token.reserved() {
            Some(word) => self.reserved(word),
            None => Ok(None),
        }
    }
}

/// The name in `NAME=…`.
fn assigned_name(word: &Word) -> Option<&[u8]> {
    let Some(Part::Literal(text)) = word.parts.first() else {
        return None;
    };
    let equals = text.iter().position(|&byte| byte == b'=')?;
    Some(&text[..equals]).filter(|name| Name::is_valid(name))
}

fn assignment(mut word: Word) -> Option<Assignment> {
    let name = Name::new(assigned_name(&word)?);
    let Some(Part::Literal(text)) = word.parts.first_mut() else {
        return None;
    };
    let before = name.text().len() + 1;
    text.drain(..before);
    if text.is_empty() {
        word.parts.remove(0);
        // What follows now begins the value, and still is no unquoted `~`.
    }
    word.position.column += u32::try_from(before).unwrap_or(0);
    tilde::mark_assigned(&mut word.parts);
    Some(Assignment { name, value: word })
}

/// `export A=~/x` and its kin: their arguments are assignments as far as `~` goes (2.9.1.1, declaration
/// utilities).
fn declares(words: &[Word]) -> bool {
    let mut names = words.iter().map(Word::literal);
    let mut name = names.next().flatten();
    while name == Some(b"command") {
        name = names.next().flatten();
    }
    matches!(name, Some(b"export" | b"readonly" | b"local"))
}

/// `NAME=` stays a literal, and what follows is marked like a value.
fn mark_after_equals(word: &mut Word) {
    let Some(assignment) = assignment(word.clone()) else {
        return;
    };
    let mut prefix = Bytes::from(&*assignment.name.text());
    prefix.push(b'=');
    let mut parts = assignment.value.parts;
    match parts.first_mut() {
        Some(Part::Literal(text)) => {
            text.splice(..0, prefix);
        }
        _ => parts.insert(0, Part::Literal(prefix)),
    }
    word.parts = parts;
}

fn is_only_a_word(simple: &Simple) -> bool {
    simple.words.len() == 1 && simple.assignments.is_empty() && simple.redirects.is_empty()
}

/// POSIX asks for the names of variables only; this takes whatever is not quoted and expands to
/// nothing else, except the special built-ins.
fn function_name(word: &Word) -> Result<Name> {
    let allowed = word.literal().filter(|text| {
        !SPECIAL_BUILTINS.contains(text) && !text.iter().any(|byte| b"=*?[~".contains(byte))
    });
    allowed.map(Name::new).ok_or_else(|| SyntaxError {
        position: word.position,
        kind: ErrorKind::BadName(described(word)),
        incomplete: false,
    })
}

pub(super) fn described(word: &Word) -> String {
    String::from_utf8_lossy(&crate::syntax::print::word(word)).into_owned()
}
