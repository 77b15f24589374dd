//! Where runnable tasks wait.
//!
//! A [`Local`] queue belongs to a P: its owner pushes and pops without a lock, and others may steal
//! half of it. The [`Global`] queue is everybody's, under the scheduler's lock. Both hold
//! [`Item`]s: one word each, that somebody else made and will take back.

mod global;
mod local;

pub(crate) use global::Global;
pub(crate) use local::{CAPACITY, Local};

/// What a queue holds: an owned thing that fits a word.
///
/// A queue is memory shared by threads, so what is in it has to be something that an atomic can
/// carry. For tasks that is their address.
pub(crate) trait Item: Send + Sized {
    /// Gives it up for a word that is not 0.
    fn into_word(self) -> usize;

    /// Takes it back. Each word of [`into_word`](Self::into_word) is taken back exactly once.
    fn from_word(word: usize) -> Self;
}
