//! Secrets in a store of the system: not in a file, not in the environment, gone when they should
//! be.
//!
//! Linux keeps small secrets in the kernel, in *keyrings*, which belong to a thread, a process, a
//! session or a user and end with it. They are never swapped out, and no other user's process reads
//! them, not even through `/proc`. macOS has its Keychain instead, on disk and unlocked with the
//! user's password; this module does not speak to it and says so.
//!
//! A program that takes any [`Store`] is tested with [`InMemory`].

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;

use std::collections::BTreeMap;
use std::io;

pub use system::SystemStore;

/// How long a secret is to live: as long as whoever has the keyring that it is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// The calling process. What it executes does not have it.
    Process,
    /// The session, which children inherit. It is not that of setsid(2): a login makes it, and
    /// without a login the user's own takes its place.
    Session,
}

/// What secrets are put into and fetched from, by name.
pub trait Store {
    /// Puts `secret` there under `name`; one of that name is replaced.
    ///
    /// # Errors
    ///
    /// See [`KeyringError`]; [`NotFound`](KeyringError::NotFound) is not among them.
    fn set(&mut self, name: &str, secret: &[u8]) -> Result<(), KeyringError>;

    /// The secret.
    ///
    /// # Errors
    ///
    /// [`KeyringError::NotFound`] when there is none of that name.
    fn get(&self, name: &str) -> Result<Vec<u8>, KeyringError>;

    /// Forgets it.
    ///
    /// # Errors
    ///
    /// [`KeyringError::NotFound`] when there is none of that name.
    fn remove(&mut self, name: &str) -> Result<(), KeyringError>;
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// There is no secret of that name, or it has expired.
    #[error("no secret called {0:?}: not found")]
    NotFound(String),
    /// The name is empty, has a NUL, or starts with a dot, which the kernel keeps for itself.
    #[error("{0:?} is no name for a secret")]
    BadName(String),
    /// The store has no room: the kernel allows each user a number of bytes, 20 000 by default.
    #[error("no room for the secret: see key_users in /proc")]
    Full,
    /// The system has no such store, or does not let us at it.
    #[error("no secrets can be kept here: {0}")]
    Unavailable(&'static str),
    /// Something else.
    #[error("cannot {operation} the secret: {source}")]
    Failed {
        /// The verb.
        operation: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// A store for tests.
#[derive(Debug, Default)]
pub struct InMemory {
    secrets: BTreeMap<String, Vec<u8>>,
}

impl Store for InMemory {
    fn set(&mut self, name: &str, secret: &[u8]) -> Result<(), KeyringError> {
        check(name)?;
        self.secrets.insert(name.to_owned(), secret.to_owned());
        Ok(())
    }

    fn get(&self, name: &str) -> Result<Vec<u8>, KeyringError> {
        check(name)?;
        self.secrets.get(name).cloned().ok_or_else(|| missing(name))
    }

    fn remove(&mut self, name: &str) -> Result<(), KeyringError> {
        check(name)?;
        let was = self.secrets.remove(name);
        was.map(drop).ok_or_else(|| missing(name))
    }
}

fn check(name: &str) -> Result<(), KeyringError> {
    if name.is_empty() || name.starts_with('.') || name.contains('\0') {
        return Err(KeyringError::BadName(name.to_owned()));
    }
    Ok(())
}

fn missing(name: &str) -> KeyringError {
    KeyringError::NotFound(name.to_owned())
}
