//! What this module does not speak to.

use super::{KeyringError, Lifetime, Store};

/// The Keychain, for which there is security(1).
#[derive(Debug)]
pub struct SystemStore {
    /// No value of this type exists.
    none: std::convert::Infallible,
}

impl SystemStore {
    /// # Errors
    ///
    /// Always [`KeyringError::Unavailable`].
    pub fn new(_: Lifetime) -> Result<SystemStore, KeyringError> {
        Err(KeyringError::Unavailable(
            "macOS keeps them in the Keychain; see security(1)",
        ))
    }
}

impl Store for SystemStore {
    fn set(&mut self, _: &str, _: &[u8]) -> Result<(), KeyringError> {
        match self.none {}
    }

    fn get(&self, _: &str) -> Result<Vec<u8>, KeyringError> {
        match self.none {}
    }

    fn remove(&mut self, _: &str) -> Result<(), KeyringError> {
        match self.none {}
    }
}
