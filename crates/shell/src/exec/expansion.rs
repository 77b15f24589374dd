//! What expansion asks of the shell, and what becomes of its errors.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;

use nix::unistd::User;

use super::{Flow, Shell};
use crate::expand::{self, Context};
use crate::state::{Options, Positional, Variables};
use crate::syntax::ast::{Bytes, HereDocument, Substitution, Word};
use crate::syntax::name::Name;

/// Why an expansion gave nothing.
#[derive(Debug)]
pub enum Failure {
    /// A way out, which has been reported if it is an error.
    Flow(Flow),
    /// To be reported.
    Expansion(expand::Error),
}

impl From<expand::Error> for Failure {
    fn from(error: expand::Error) -> Self {
        Self::Expansion(error)
    }
}

impl Context for Shell {
    type Error = Failure;

    fn variables(&self) -> &Variables {
        &self.variables
    }

    fn variables_mut(&mut self) -> &mut Variables {
        &mut self.variables
    }

    fn options(&self) -> Options {
        self.options
    }

    fn positional(&self) -> &Positional {
        &self.positional
    }

    fn status(&self) -> i32 {
        self.status
    }

    fn pid(&self) -> u32 {
        self.pid.as_raw().unsigned_abs()
    }

    fn background(&self) -> Option<u32> {
        self.background.map(|pid| pid.as_raw().unsigned_abs())
    }

    fn output_of(&mut self, substitution: &Rc<Substitution>) -> Result<Bytes, Failure> {
        self.substitute(substitution).map_err(Failure::Flow)
    }

    fn home_of(&self, user: &[u8]) -> Option<Bytes> {
        let name = CString::new(user).ok()?.into_string().ok()?;
        let user = User::from_name(&name).ok()??;
        Some(user.dir.as_os_str().as_bytes().to_vec())
    }
}

impl Shell {
    /// Reports an expansion's error. It ends a shell that is not interactive.
    pub(crate) fn failed(&mut self, failure: Failure) -> Flow {
        match failure {
            Failure::Flow(flow) => flow,
            Failure::Expansion(error) => {
                self.complain(error.to_string());
                self.status = 2;
                Flow::Error(2)
            }
        }
    }

    pub(crate) fn fields(&mut self, words: &[Word]) -> Result<Vec<Bytes>, Flow> {
        let mut fields = Vec::with_capacity(words.len());
        expand::fields(self, words, &mut fields).map_err(|failure| self.failed(failure))?;
        Ok(fields)
    }

    /// The words of a command. Behind `export` and its kin, what looks like an assignment is expanded
    /// like one.
    pub(crate) fn arguments(&mut self, words: &[Word]) -> Result<Vec<Bytes>, Flow> {
        let mut fields = Vec::with_capacity(words.len());
        let mut names = words.iter().map(|word| word.literal());
        let first = names.find(|word| *word != Some(b"command"));
        let expanded = if matches!(first, Some(Some(b"export" | b"readonly" | b"local"))) {
            expand::declaration_fields(self, words, &mut fields)
        } else {
            expand::fields(self, words, &mut fields)
        };
        expanded.map_err(|failure| self.failed(failure))?;
        Ok(fields)
    }

    pub(crate) fn text(&mut self, word: &Word) -> Result<Bytes, Flow> {
        expand::text(self, word).map_err(|failure| self.failed(failure))
    }

    pub(crate) fn here_text(&mut self, document: &HereDocument) -> Result<Bytes, Flow> {
        expand::here_document(self, document).map_err(|failure| self.failed(failure))
    }

    pub(crate) fn assign_word(&mut self, name: Name, word: &Word) -> Result<(), Flow> {
        expand::assign(self, name, word).map_err(|failure| self.failed(failure))
    }

    pub(crate) fn is_match(&mut self, pattern: &Word, text: &[u8]) -> Result<bool, Flow> {
        expand::matches(self, pattern, text).map_err(|failure| self.failed(failure))
    }
}
