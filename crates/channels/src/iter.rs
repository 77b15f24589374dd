//! Receiving in a `for` loop, as Go's `range` over a channel.

use crate::Receiver;

/// Waits for each message; ends when the channel is closed and empty. See [`Receiver::iter`].
pub struct Iter<'a, T>(pub(crate) &'a Receiver<T>);

/// As [`Iter`], and owns the receiver.
pub struct IntoIter<T>(Receiver<T>);

/// The messages that are there, without waiting. See [`Receiver::try_iter`].
pub struct TryIter<'a, T>(pub(crate) &'a Receiver<T>);

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self)
    }
}
