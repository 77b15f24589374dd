//! What can go wrong in an expansion. Each of these ends a shell that is not interactive.

use thiserror::Error;

use crate::arithmetic;
use crate::state::ReadOnly;
use crate::syntax::ast::Bytes;

/// An expansion that failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Error {
    /// An unset parameter under `set -u`.
    #[error("{}: parameter not set", .0.escape_ascii())]
    NotSet(Bytes),
    /// `${x:?word}`: the parameter, and the word or what is said without one.
    #[error("{}: {}", .0.escape_ascii(), String::from_utf8_lossy(.1))]
    Required(Bytes, Bytes),
    /// `${x:=word}` of a variable that may not be changed.
    #[error(transparent)]
    ReadOnly(#[from] ReadOnly),
    /// `${1:=word}`
    #[error("{}: cannot be assigned in this way", .0.escape_ascii())]
    NotAssignable(Bytes),
    /// What stands between the braces makes no sense.
    #[error("{}: bad substitution", String::from_utf8_lossy(.0))]
    BadSubstitution(Bytes),
    /// `$((…))` has no value.
    #[error(transparent)]
    Arithmetic(#[from] arithmetic::Error),
}
