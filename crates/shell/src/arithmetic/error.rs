//! What can be wrong with an expression, and where.

use thiserror::Error;

use crate::syntax::ast::Bytes;
use crate::syntax::name::Name;

/// An expression that has no value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{fault} at character {} of \"{}\"", .offset + 1, .text.escape_ascii())]
pub struct Error {
    /// What is wrong.
    pub fault: Fault,
    /// Where, in bytes from the start of `text`.
    pub offset: usize,
    /// The whole expression, expanded.
    pub text: Bytes,
}

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// Such a character has no place in an expression.
    #[error("arithmetic: unknown character")]
    Character,
    /// `08`, `0x`, `12ab`
    #[error("arithmetic: malformed number")]
    Constant,
    /// A number, a variable or `(` had to stand here.
    #[error("arithmetic: operand expected")]
    OperandExpected,
    /// An operator or the end had to stand here.
    #[error("arithmetic: operator expected")]
    OperatorExpected,
    /// A `(` is still open.
    #[error("arithmetic: ) expected")]
    CloseExpected,
    /// A `?` is still without its `:`.
    #[error("arithmetic: : expected")]
    ColonExpected,
    /// Only a variable can be assigned.
    #[error("arithmetic: assignment to what is no variable")]
    NotAssignable,
    /// More parentheses in each other than the limit.
    #[error("arithmetic: nested too deeply")]
    TooDeep,
    /// `/ 0` or `% 0`
    #[error("arithmetic: division by zero")]
    DivisionByZero,
    /// A variable holds something else.
    #[error("arithmetic: {}: not a number: \"{}\"", .0.text().escape_ascii(), .1.escape_ascii())]
    NotANumber(Name, Bytes),
    /// An unset variable, under `set -u`.
    #[error("arithmetic: {}: parameter not set", .0.text().escape_ascii())]
    Unset(Name),
    /// The variable that it assigns may not be changed.
    #[error("arithmetic: {}: is read only", .0.text().escape_ascii())]
    ReadOnly(Name),
}

/// A fault and its place, before it is known in which text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At(pub Fault, pub usize);

impl At {
    /// The fault, in `text`.
    #[must_use]
    pub fn with_text(self, text: &[u8]) -> Error {
        Error {
            fault: self.0,
            offset: self.1,
            text: text.to_vec(),
        }
    }
}
