//! Where nobody may trace.

use super::{Command, Ending, Error, Options};
use crate::event::{Event, Pid};

/// Cannot be had on this system; see [`Error::Unsupported`].
#[derive(Debug)]
pub enum Tracer {}

impl Tracer {
    /// Says that this system has no tracer.
    ///
    /// # Errors
    ///
    /// Always [`Error::Unsupported`].
    pub fn spawn(_command: &Command, _options: Options) -> Result<Self, Error> {
        Err(Error::Unsupported)
    }

    /// Says that this system has no tracer.
    ///
    /// # Errors
    ///
    /// Always [`Error::Unsupported`].
    pub fn attach(_processes: &[Pid], _options: Options) -> Result<Self, Error> {
        Err(Error::Unsupported)
    }

    /// Never called: there is no tracer.
    #[expect(
        clippy::should_implement_trait,
        reason = "as on Linux, where it may fail"
    )]
    pub fn next(&mut self) -> Result<Option<Event>, Error> {
        match *self {}
    }

    /// Never called: there is no tracer.
    pub fn detach(&mut self) -> Result<(), Error> {
        match *self {}
    }

    /// Never called: there is no tracer.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        match *self {}
    }
}
