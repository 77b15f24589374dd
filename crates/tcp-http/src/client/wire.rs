//! Looking on.

use std::fmt;

/// Somebody who is shown what goes over the connections of a client, as it goes.
pub trait Wire: fmt::Debug + Send + Sync {
    /// These bytes were given to the kernel.
    fn sent(&self, bytes: &[u8]);

    /// These bytes came.
    fn received(&self, bytes: &[u8]);

    /// What became of a connection, in words.
    fn note(&self, text: &str);
}
