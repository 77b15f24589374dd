//! GNU find's command line, from arguments to a [`Query`].
//!
//! ```text
//! query   = ["-H" | "-L" | "-P"] path* list?
//! list    = or ("," or)*
//! or      = and ("-o" and)*
//! and     = not (["-a"] not)*
//! not     = ("!" | "-not") not | "(" list ")" | primary
//! ```
//!
//! Paths end where an argument begins with `-` or is one of `( ) ! ,`. Options such as `-maxdepth`
//! stand among the conditions, hold for the whole walk, and are true.

mod words;

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::time::SystemTime;

use super::Expression;
use super::query::{Links, Query};

/// What is wrong with a command line, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("argument {place}, {argument}: {problem}")]
pub struct ParseError {
    /// Which argument, counted from 1; one more than there are when they ended too early.
    pub place: usize,
    /// The argument, or `the end`.
    pub argument: String,
    /// What is wrong with it.
    pub problem: String,
}

/// So that no command line takes more stack than there is.
const DEEPEST: usize = 200;

pub(super) fn parse(arguments: &[OsString], now: SystemTime) -> Result<Query, ParseError> {
    let mut parser = Parser {
        arguments,
        at: 0,
        depth: 0,
        collects: 0,
        now,
        query: Query::default(),
    };
    parser.links();
    parser.roots();
    if parser.peek().is_some() {
        parser.query.expression = parser.list()?;
    }
    if let Some(left) = parser.peek() {
        // Only a closing parenthesis ends a list early.
        let problem = format!("{} without its (", left.display());
        return Err(parser.error_at(parser.at, problem));
    }
    Ok(parser.query.finish())
}

struct Parser<'a> {
    arguments: &'a [OsString],
    /// The argument that comes next.
    at: usize,
    /// How many parentheses and negations are open.
    depth: usize,
    /// How many `-exec … +` there were.
    collects: usize,
    now: SystemTime,
    query: Query,
}

impl<'a> Parser<'a> {
    fn links(&mut self) {
        while let Some(argument) = self.peek() {
            self.query.links = match argument.as_bytes() {
                b"-H" => Links::OfCommandLine,
                b"-L" => Links::All,
                b"-P" => Links::None,
                _ => return,
            };
            self.at += 1;
        }
    }

    fn roots(&mut self) {
        while let Some(argument) = self.peek() {
            let bytes = argument.as_bytes();
            let is_expression = bytes.len() > 1 && bytes[0] == b'-';
            if is_expression || matches!(bytes, b"(" | b")" | b"!" | b",") {
                return;
            }
            self.query.roots.push(PathBuf::from(argument));
            self.at += 1;
        }
    }

    fn list(&mut self) -> Result<Expression, ParseError> {
        self.series(&[","], Self::or, Expression::List)
    }

    fn or(&mut self) -> Result<Expression, ParseError> {
        self.series(&["-o", "-or"], Self::and, Expression::Or)
    }

    fn and(&mut self) -> Result<Expression, ParseError> {
        let mut parts = vec![self.not()?];
        while let Some(next) = self.peek() {
            if matches!(next.as_bytes(), b")" | b"," | b"-o" | b"-or") {
                break;
            }
            if !self.take_one_of(&["-a", "-and"]) || self.peek().is_some() {
                parts.push(self.not()?);
            } else {
                return Err(self.ended("a condition"));
            }
        }
        Ok(joined(parts, Expression::And))
    }

    fn series(
        &mut self,
        separators: &[&str],
        part: fn(&mut Self) -> Result<Expression, ParseError>,
        join: fn(Vec<Expression>) -> Expression,
    ) -> Result<Expression, ParseError> {
        let mut parts = vec![part(self)?];
        while self.take_one_of(separators) {
            parts.push(part(self)?);
        }
        Ok(joined(parts, join))
    }

    fn not(&mut self) -> Result<Expression, ParseError> {
        if self.take_one_of(&["!", "-not"]) {
            return Ok(Expression::Not(Box::new(self.nested(Self::not)?)));
        }
        let open = self.at;
        if !self.take_one_of(&["("]) {
            return self.primary();
        }
        let inner = self.nested(Self::list)?;
        if !self.take_one_of(&[")"]) {
            return Err(self.error_at(open, "( without its )"));
        }
        Ok(inner)
    }

    fn nested(
        &mut self,
        inner: fn(&mut Self) -> Result<Expression, ParseError>,
    ) -> Result<Expression, ParseError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error_at(self.at - 1, "nested too deeply"));
        }
        let expression = inner(self);
        self.depth -= 1;
        expression
    }

    fn primary(&mut self) -> Result<Expression, ParseError> {
        let Some(argument) = self.next() else {
            return Err(self.ended("a condition"));
        };
        let name = argument.to_str().unwrap_or_default();
        if let Some(done) = self.option(name)? {
            return Ok(done);
        }
        if let Some(action) = self.action(name)? {
            return Ok(Expression::Do(action));
        }
        match self.condition(name)? {
            Some(condition) => Ok(Expression::If(condition)),
            None => Err(self.error("no such condition or action")),
        }
    }

    fn peek(&self) -> Option<&'a OsStr> {
        self.arguments.get(self.at).map(OsString::as_os_str)
    }

    fn next(&mut self) -> Option<&'a OsStr> {
        let argument = self.peek()?;
        self.at += 1;
        Some(argument)
    }

    fn take_one_of(&mut self, words: &[&str]) -> bool {
        let found = self
            .peek()
            .is_some_and(|next| words.iter().any(|word| next == *word));
        self.at += usize::from(found);
        found
    }

    /// About the argument that was taken last.
    fn error(&self, problem: impl ToString) -> ParseError {
        self.error_at(self.at - 1, problem)
    }

    fn ended(&self, missing: &str) -> ParseError {
        self.error_at(self.at, format!("{missing} is missing"))
    }

    fn error_at(&self, index: usize, problem: impl ToString) -> ParseError {
        let argument = self.arguments.get(index);
        ParseError {
            place: index + 1,
            argument: argument.map_or("the end".into(), |text| text.display().to_string()),
            problem: problem.to_string(),
        }
    }
}

/// One part is itself; more are joined.
fn joined(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}
