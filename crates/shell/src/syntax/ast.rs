//! The tree of a script: what each command is, before anything in it is expanded.
//!
//! Text is bytes, since a script may hold any. Names are interned ([`Name`]), so that a variable is
//! found by its number and not by comparing strings each time a loop turns.

use std::rc::Rc;

use super::name::Name;
use crate::arithmetic::Compiled;

/// Text of a script, in no encoding.
pub type Bytes = Vec<u8>;

/// Where something stands: line and column from 1, the column in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// From 1, in bytes.
    pub column: u32,
}

/// Commands one after the other.
pub type List = Vec<Item>;

/// One and-or list and what comes after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What runs.
    pub and_or: AndOr,
    /// Whether `&` follows: then the shell does not wait for it.
    pub background: bool,
}

impl Item {
    /// The simple command that this is, if it is nothing more.
    #[must_use]
    pub fn simple(&self) -> Option<&Simple> {
        match (&self.and_or.first.commands[..], &self.and_or.rest[..]) {
            ([Command::Simple(simple)], []) => Some(simple),
            _ => None,
        }
    }
}

/// `a && b || c`: from left to right, with equal precedence.
#[derive(Debug, Clone, PartialEq)]
pub struct AndOr {
    /// Always runs.
    pub first: Pipeline,
    /// Each runs or not by the status so far.
    pub rest: Vec<(Connector, Pipeline)>,
}

/// Between two pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connector {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// `! a | b`
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// Whether `!` turns the status round.
    pub negated: bool,
    /// At least one.
    pub commands: Vec<Command>,
}

/// One command of a pipeline.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Assignments, words and redirections.
    Simple(Simple),
    /// A group, a subshell, a loop or a choice, with its redirections.
    Compound(Compound, Vec<Redirect>),
    /// `name() body`
    Function(Rc<Function>),
}

/// `A=1 words… >file`
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Simple {
    /// Where it begins; `$LINENO` while it runs.
    pub position: Position,
    /// Before the first word.
    pub assignments: Vec<Assignment>,
    /// The command's name and its arguments, before expansion.
    pub words: Vec<Word>,
    /// In the order in which they were written, which is the order in which they happen.
    pub redirects: Vec<Redirect>,
}

/// `NAME=value`
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// Left of the `=`.
    pub name: Name,
    /// Right of it: expanded, but neither split nor matched against files.
    pub value: Word,
}

/// What has a body.
#[derive(Debug, Clone, PartialEq)]
pub enum Compound {
    /// `{ list; }`
    Group(List),
    /// `( list )`
    Subshell(List),
    /// `if …; then …; elif …; then …; else …; fi`
    If {
        /// Condition and body, `if` and each `elif`.
        branches: Vec<(List, List)>,
        /// `else`
        otherwise: Option<List>,
    },
    /// `for name in words; do …; done`
    For {
        /// The variable.
        name: Name,
        /// None without `in`: then the positional parameters.
        words: Option<Vec<Word>>,
        /// What runs for each.
        body: List,
        /// Where it begins.
        position: Position,
    },
    /// `case word in pattern) …;; esac`
    Case {
        /// What is compared.
        word: Word,
        /// Tried in order.
        arms: Vec<Arm>,
        /// Where it begins.
        position: Position,
    },
    /// `while …; do …; done`
    While(List, List),
    /// `until …; do …; done`
    Until(List, List),
}

/// One choice of a `case`.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// Any of them.
    pub patterns: Vec<Word>,
    /// What runs.
    pub body: List,
    /// `;&` instead of `;;`: the next body runs too.
    pub falls_through: bool,
}

/// A function and its redirections, which happen at each call.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// How it is called.
    pub name: Name,
    /// Usually a group.
    pub body: Compound,
    /// Written after the body.
    pub redirects: Vec<Redirect>,
}

/// `2>file`
#[derive(Debug, Clone, PartialEq)]
pub struct Redirect {
    /// Which descriptor; None for the operator's own (0 for input, 1 for output).
    pub descriptor: Option<u32>,
    /// What happens to it.
    pub action: Action,
    /// Where it stands.
    pub position: Position,
}

/// What a redirection does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// `<`
    Read(Word),
    /// `>`
    Write(Word),
    /// `>|`: even with `set -C`
    Clobber(Word),
    /// `>>`
    Append(Word),
    /// `<>`
    ReadWrite(Word),
    /// `<&`: a number, or `-`
    DuplicateInput(Word),
    /// `>&`: a number, or `-`
    DuplicateOutput(Word),
    /// `<<` and `<<-`. The body is read after the line that names it, so it is filled in later.
    Here(Rc<HereDocument>),
}

/// The lines after `<<END`.
#[derive(Debug, Clone, PartialEq)]
pub struct HereDocument {
    /// The text; a single literal when the delimiter was quoted. Tabs are gone for `<<-`.
    pub body: Word,
    /// Whether the delimiter was quoted, so that nothing in the body is expanded.
    pub quoted: bool,
    /// `<<-`
    pub strip_tabs: bool,
    /// As it was written, for printing.
    pub delimiter: Bytes,
}

/// A word as it was written, its quotes understood but not yet removed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Word {
    /// Side by side.
    pub parts: Vec<Part>,
    /// Where it begins.
    pub position: Position,
}

/// A piece of a word.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Unquoted text; `*?[` in it match files.
    Literal(Bytes),
    /// `'text'`, `\c`, or `$'text'` with its escapes undone: no character of it is special.
    Quoted(Bytes),
    /// `"…"`: parts in it are expanded but not split.
    DoubleQuoted(Vec<Part>),
    /// `~` or `~user` where it is special: at a word's begin, and after `=` and `:` of an assignment.
    Tilde(Bytes),
    /// `$name`, `${name…}`
    Parameter(Box<Parameter>),
    /// `$(…)` and `` `…` ``
    Command(Rc<Substitution>),
    /// `$((…))`
    Arithmetic(Rc<Arithmetic>),
}

/// `${name op word}`
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Whose value.
    pub subject: Subject,
    /// What happens to the value.
    pub operator: Operator,
    /// Where it stands.
    pub position: Position,
}

/// What stands behind the `$`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A variable.
    Variable(Name),
    /// `$1` …; `$0` is special.
    Positional(usize),
    /// `$@ $* $# $? $- $$ $! $0`
    Special(Special),
}

/// The special parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// `@`
    At,
    /// `*`
    Star,
    /// `#`
    Count,
    /// `?`
    Status,
    /// `-`
    Options,
    /// `$`
    Pid,
    /// `!`
    Background,
    /// `0`
    Zero,
}

impl Subject {
    /// As it is written after the `$`.
    #[must_use]
    pub fn text(self) -> Bytes {
        match self {
            Self::Variable(name) => name.text().to_vec(),
            Self::Positional(number) => number.to_string().into_bytes(),
            Self::Special(special) => vec![special.sign()],
        }
    }
}

impl Special {
    /// The byte that names it.
    #[must_use]
    pub fn sign(self) -> u8 {
        match self {
            Self::At => b'@',
            Self::Star => b'*',
            Self::Count => b'#',
            Self::Status => b'?',
            Self::Options => b'-',
            Self::Pid => b'$',
            Self::Background => b'!',
            Self::Zero => b'0',
        }
    }
}

/// What `${…}` does with the value.
#[derive(Debug, Clone, PartialEq)]
pub enum Operator {
    /// `${x}`
    Value,
    /// `${#x}`
    Length,
    /// `${x:-word}`, `${x-word}`
    Default(Test, Word),
    /// `${x:=word}`, `${x=word}`
    Assign(Test, Word),
    /// `${x:?word}`, `${x?word}`; None without a word
    Error(Test, Option<Word>),
    /// `${x:+word}`, `${x+word}`
    Alternative(Test, Word),
    /// `${x%word}` and its three kin
    Trim(End, Extent, Word),
    /// What only running it can refuse: `${x!}` is an error when it is expanded, not before.
    Bad(Bytes),
}

/// When an operator applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// Without `:`
    Unset,
    /// With `:`
    UnsetOrEmpty,
}

/// Where a pattern is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// `#`
    Prefix,
    /// `%`
    Suffix,
}

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// One sign
    Shortest,
    /// Two signs
    Longest,
}

/// A command whose output takes its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Substitution {
    /// What runs.
    pub body: List,
    /// Whether it was written with back-quotes.
    pub back_quoted: bool,
}

/// `$((text))`: the text is expanded like a double-quoted word and then computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Arithmetic {
    /// Between the parentheses.
    pub text: Word,
    /// Where it stands.
    pub position: Position,
    /// Filled in by the first evaluation; [`Compiled::default`] before.
    pub compiled: Compiled,
}

impl Word {
    /// The text if no byte of it is quoted or expanded, and there is some.
    #[must_use]
    pub fn literal(&self) -> Option<&[u8]> {
        match self.parts.as_slice() {
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }
}
