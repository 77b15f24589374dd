//! `$((…))`: the expressions of C over signed 64-bit integers, compiled once and evaluated often.
//!
//! POSIX has an expression's text expanded like a double-quoted word first and computed then. Done to
//! the letter, each turn of `while …; do i=$(($i + 1)); done` would print a number into a text and parse
//! the text again. Therefore an expression of literal text and plain `$name`s is compiled once
//! ([`Program`]), each `$name` being an operand of its own. That is right as long as the value is an
//! integer constant; where it is anything else (`x='1 + 2'; echo $(($x * 3))` is 7), the text is
//! substituted and parsed after all.
//!
//! Choices where POSIX leaves one:
//!
//! - All arithmetic wraps around at 64 bits, too large a constant does too, and of a shift's width the
//!   low six bits count: what compilers make of it on both machines.
//! - A variable without `$` that is unset or empty is 0; under `set -u` an unset one is an error. One
//!   whose value is no number is an error, as in dash; bash would evaluate it as an expression.
//! - `++`, `--` and the comma are there, as in bash. Between two operands, `--` is two minus signs:
//!   `x--1` is one more than `x`, as in dash.

pub mod constant;

mod compile;
mod error;
mod evaluate;
mod program;
mod token;

use std::cell::OnceCell;
use std::rc::Rc;

pub use error::{Error, Fault};
pub use program::{MAX_OPERANDS, Program};

use crate::state::Variables;
use crate::syntax::ast::{Bytes, Operator, Parameter, Part, Subject, Word};
use crate::syntax::name::Name;

/// The place beside an expression's text where its program is kept. All are equal: it is no part of the
/// script.
#[derive(Debug, Clone, Default)]
pub struct Compiled {
    program: OnceCell<Option<Rc<Program>>>,
}

impl PartialEq for Compiled {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Compiled {
    /// The program for `text`, made at the first call. None when the text has to be expanded each
    /// time: it holds a command, an operator of `${…}`, or a `$name` that is not an operand by itself, as
    /// in `1$x`; or it is malformed, which the expanded text shows better.
    pub fn program(&self, text: &Word) -> Option<&Rc<Program>> {
        let compile = || compile::word(text).map(Rc::new);
        self.program.get_or_init(compile).as_ref()
    }
}

/// Computes `text`, in which everything is expanded already. `no_unset` is `set -u`.
///
/// ```
/// use shell::arithmetic::evaluate;
/// use shell::state::Variables;
/// use shell::syntax::name::Name;
///
/// let mut variables = Variables::new();
/// assert_eq!(evaluate(b"x = 6 * 7", &mut variables, false), Ok(42));
/// assert_eq!(variables.get(Name::new("x")), Some(&b"42"[..]));
/// ```
///
/// # Errors
///
/// When the text is no expression, a variable's value is no number or may not be changed, or something
/// is divided by zero.
pub fn evaluate(text: &[u8], variables: &mut Variables, no_unset: bool) -> Result<i64, Error> {
    let program = compile::text(text).map_err(|at| at.with_text(text))?;
    program
        .run(variables, &[], no_unset)
        .map_err(|at| at.with_text(text))
}

/// The text of a word that has a program, as it is written: what an error shows.
pub(crate) fn spelled(word: &Word) -> Bytes {
    let mut text = Bytes::new();
    for part in &word.parts {
        match part {
            Part::Literal(literal) => text.extend_from_slice(literal),
            _ => {
                let name = plain_name(part).map(Name::text);
                text.push(b'$');
                text.extend_from_slice(&name.unwrap_or_default());
            }
        }
    }
    text
}

/// What a part of an expression's text is to the compiler, if it understands it.
fn plain_name(part: &Part) -> Option<Name> {
    match part {
        Part::Parameter(parameter) => match **parameter {
            Parameter {
                subject: Subject::Variable(name),
                operator: Operator::Value,
                ..
            } => Some(name),
            _ => None,
        },
        _ => None,
    }
}
