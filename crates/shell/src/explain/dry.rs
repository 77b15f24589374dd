//! A shell whose command substitutions do not run.

use std::rc::Rc;

use crate::exec::Shell;
use crate::expand::{Context, Error};
use crate::state::{Options, Positional, Variables};
use crate::syntax::ast::{Bytes, Substitution};
use crate::syntax::print;

/// The shell that is asked.
pub(super) struct Dry<'a>(pub(super) &'a mut Shell);

impl Context for Dry<'_> {
    type Error = Error;

    fn variables(&self) -> &Variables {
        self.0.variables()
    }

    fn variables_mut(&mut self) -> &mut Variables {
        self.0.variables_mut()
    }

    fn options(&self) -> Options {
        self.0.options
    }

    fn positional(&self) -> &Positional {
        self.0.positional()
    }

    fn status(&self) -> i32 {
        self.0.status
    }

    fn pid(&self) -> u32 {
        self.0.pid()
    }

    fn background(&self) -> Option<u32> {
        Context::background(self.0)
    }

    /// Its text, so that one sees whose output it would be.
    fn output_of(&mut self, substitution: &Rc<Substitution>) -> Result<Bytes, Error> {
        let mut text = b"$(".to_vec();
        text.extend(print::one_line(&substitution.body));
        text.push(b')');
        Ok(text)
    }

    fn home_of(&self, user: &[u8]) -> Option<Bytes> {
        self.0.home_of(user)
    }
}
