//! What expansion needs of a running shell.

use std::rc::Rc;

use super::Error;
use crate::state::{Options, Positional, Variables};
use crate::syntax::ast::{Bytes, Substitution};

/// A shell, as expansion sees it.
pub trait Context {
    /// What stops an expansion: an [`Error`] of its own, or what a command substitution ran into.
    type Error: From<Error>;

    /// The variables.
    fn variables(&self) -> &Variables;

    /// The variables, for `${x:=word}` and for assignments in arithmetic.
    fn variables_mut(&mut self) -> &mut Variables;

    /// `set -f`, `set -u` and `$-`.
    fn options(&self) -> Options;

    /// `$0`, `$1` …
    fn positional(&self) -> &Positional;

    /// `$?`
    fn status(&self) -> i32;

    /// `$$`: the number of the shell's process, in its subshells too.
    fn pid(&self) -> u32;

    /// `$!`: the number of the last background command's process, once there was one.
    fn background(&self) -> Option<u32>;

    /// What `substitution` prints, newlines at its end included.
    ///
    /// # Errors
    ///
    /// When it cannot be run. That it fails is no error.
    fn output_of(&mut self, substitution: &Rc<Substitution>) -> Result<Bytes, Self::Error>;

    /// The home directory of the user called `user`.
    fn home_of(&self, user: &[u8]) -> Option<Bytes>;
}
