//! `test` and `[`: POSIX.1-2024's utility of that name.
//!
//! What an argument means depends on how many there are: `test -f` asks whether `-f` is not empty, and
//! so is true. With up to four arguments nothing is ambiguous, whatever is in them. For more, and for
//! `-a` and `-o`, which POSIX.1-2024 no longer has, there is a small grammar.

mod file;
mod primary;

use thiserror::Error;

use super::misused;
use crate::exec::{Flow, Shell};
use crate::syntax::ast::Bytes;
use primary::{binary, is_binary, is_unary, unary};

pub(super) fn test(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    status(shell, b"test", holds(&arguments[1..]))
}

/// `test` called `[`: its last argument is `]`.
pub(super) fn bracket(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let truth = match &arguments[1..] {
        [expression @ .., last] if last == b"]" => holds(expression),
        _ => Err(Error::BracketExpected),
    };
    status(shell, b"[", truth)
}

fn status(shell: &Shell, name: &[u8], truth: Result<bool, Error>) -> Result<i32, Flow> {
    match truth {
        Ok(truth) => Ok(i32::from(!truth)),
        Err(error) => Err(misused(shell, name, &error.to_string())),
    }
}

/// What makes no sense, and so has status 2.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum Error {
    /// A number had to stand here.
    #[error("{}: not an integer", String::from_utf8_lossy(.0))]
    NotAnInteger(Bytes),
    /// An operator had to stand here.
    #[error("{}: unknown operator", String::from_utf8_lossy(.0))]
    UnknownOperator(Bytes),
    /// Something had to follow.
    #[error("argument expected")]
    ArgumentExpected,
    /// A `(` without its `)`.
    #[error(") expected")]
    CloseExpected,
    /// More `(` and `!` in each other than the limit.
    #[error("nested too deeply")]
    TooDeep,
    /// `[` without its `]`.
    #[error("] expected")]
    BracketExpected,
}

/// Whether `arguments` hold, the utility's name not among them.
///
/// # Errors
///
/// When they are no expression.
fn holds(arguments: &[Bytes]) -> Result<bool, Error> {
    match arguments {
        [] => Ok(false),
        [one] => Ok(!one.is_empty()),
        [one, two] => two_arguments(one, two),
        [one, two, three] => three_arguments(one, two, three),
        [one, two, three, four] => four_arguments(one, two, three, four, arguments),
        _ => many(arguments),
    }
}

fn two_arguments(one: &Bytes, two: &Bytes) -> Result<bool, Error> {
    match &one[..] {
        b"!" => Ok(two.is_empty()),
        operator if is_unary(operator) => unary(operator, two),
        _ => Err(Error::UnknownOperator(one.clone())),
    }
}

fn three_arguments(one: &Bytes, two: &Bytes, three: &Bytes) -> Result<bool, Error> {
    match (&one[..], &two[..], &three[..]) {
        (left, operator, right) if is_binary(operator) => binary(left, operator, right),
        (left, b"-a", right) => Ok(!left.is_empty() && !right.is_empty()),
        (left, b"-o", right) => Ok(!left.is_empty() || !right.is_empty()),
        (b"!", ..) => two_arguments(two, three).map(|truth| !truth),
        (b"(", inner, b")") => Ok(!inner.is_empty()),
        _ => Err(Error::UnknownOperator(two.clone())),
    }
}

fn four_arguments(
    one: &Bytes,
    two: &Bytes,
    three: &Bytes,
    four: &Bytes,
    all: &[Bytes],
) -> Result<bool, Error> {
    match (&one[..], &four[..]) {
        (b"!", _) => three_arguments(two, three, four).map(|truth| !truth),
        (b"(", b")") => two_arguments(two, three),
        _ => many(all),
    }
}

fn many(arguments: &[Bytes]) -> Result<bool, Error> {
    let mut reader = Reader {
        arguments,
        next: 0,
        depth: 0,
    };
    let truth = reader.either()?;
    match reader.peek() {
        None => Ok(truth),
        Some(rest) => Err(Error::UnknownOperator(rest.into())),
    }
}

/// So many `(` and `!` may be in each other.
const MAX_DEPTH: usize = 500;

/// Reads the grammar of many arguments. All is evaluated, since nothing has side effects.
struct Reader<'a> {
    arguments: &'a [Bytes],
    next: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// `a -o b`
    fn either(&mut self) -> Result<bool, Error> {
        let mut truth = self.both()?;
        while self.accept(b"-o") {
            truth |= self.both()?;
        }
        Ok(truth)
    }

    /// `a -a b`
    fn both(&mut self) -> Result<bool, Error> {
        let mut truth = self.single()?;
        while self.accept(b"-a") {
            truth &= self.single()?;
        }
        Ok(truth)
    }

    fn single(&mut self) -> Result<bool, Error> {
        // What stands before a binary operator is text, if it is `!` or `(` too.
        if self.ahead(1).is_some_and(is_binary) && self.ahead(2).is_some() {
            let (left, operator, right) = (self.take()?, self.take()?, self.take()?);
            return binary(left, operator, right);
        }
        match self.take()? {
            b"!" => self.deeper(Self::single).map(|truth| !truth),
            b"(" => {
                let truth = self.deeper(Self::either)?;
                if self.accept(b")") {
                    Ok(truth)
                } else {
                    Err(Error::CloseExpected)
                }
            }
            operator if is_unary(operator) && self.peek().is_some() => {
                unary(operator, self.take()?)
            }
            text => Ok(!text.is_empty()),
        }
    }

    fn deeper(&mut self, inner: fn(&mut Self) -> Result<bool, Error>) -> Result<bool, Error> {
        if self.depth == MAX_DEPTH {
            return Err(Error::TooDeep);
        }
        self.depth += 1;
        let truth = inner(self)?;
        self.depth -= 1;
        Ok(truth)
    }

    fn ahead(&self, distance: usize) -> Option<&'a [u8]> {
        self.arguments.get(self.next + distance).map(Vec::as_slice)
    }

    fn peek(&self) -> Option<&'a [u8]> {
        self.ahead(0)
    }

    fn take(&mut self) -> Result<&'a [u8], Error> {
        let taken = self.peek().ok_or(Error::ArgumentExpected)?;
        self.next += 1;
        Ok(taken)
    }

    fn accept(&mut self, text: &[u8]) -> bool {
        let found = self.peek() == Some(text);
        self.next += usize::from(found);
        found
    }
}
