//! A lock that is held, as a value.

use std::fmt;
use std::ops::Deref;
use std::os::fd::AsFd;

use super::calls;
use super::{Family, LockError, Mode, UpgradeError};

/// A lock, freed when this is dropped. Dereferences to the file.
///
/// It frees the lock with a call, rather than by leaving that to `close`, because of duplicates: as
/// long as a child process has one, closing ours would free nothing.
#[must_use = "the lock is freed when the guard is dropped"]
pub struct Guard<F: AsFd> {
    family: Family,
    mode: Mode,
    /// `None` while it is being dropped, when nothing is to be freed any more.
    file: Option<F>,
}

impl<F: AsFd> Guard<F> {
    pub(super) fn new(family: Family, mode: Mode, file: F) -> Self {
        let file = Some(file);
        Guard { family, mode, file }
    }

    /// Shared or exclusive.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Frees the lock and gives back the file. Dropping does the same and cannot report an error.
    ///
    /// # Errors
    ///
    /// The system refuses, as it may when a range in the middle of a locked one is to be freed and
    /// there is no memory for one lock more. What the guard held is dropped.
    pub fn unlock(mut self) -> Result<F, LockError> {
        let file = self.take();
        calls::unlock(self.family, file.as_fd())?;
        Ok(file)
    }

    /// Gives back the file, still locked: until its last descriptor is closed or, with
    /// [`Family::Process`], any of the process. This is how a lock is handed to a child.
    pub fn leave(mut self) -> F {
        self.take()
    }

    /// Exclusive instead of shared, if no other reader is there.
    ///
    /// There is no upgrade that waits: two readers that both wait for the other to go wait for ever.
    /// The byte-range families go from one mode to the other in a single step. `flock(2)` first frees
    /// and then asks, and a writer may come between, so read again after it what the decision was
    /// based on, *also after a success*.
    ///
    /// # Errors
    ///
    /// [`UpgradeError::Kept`] or, with [`Family::Flock`], [`UpgradeError::Lost`].
    pub fn try_upgrade(mut self) -> Result<Self, UpgradeError<F>> {
        let free = calls::attempt(self.family, Mode::Exclusive, self.as_fd());
        match (free, self.family) {
            (Ok(true), _) => {
                self.mode = Mode::Exclusive;
                Ok(self)
            }
            // What is left of the old lock depends on the system; so that it does not, nothing is.
            (Ok(false), Family::Flock) => self.unlock().map_or_else(
                |error| Err(UpgradeError::Failed(error)),
                |file| Err(UpgradeError::Lost(file)),
            ),
            (Ok(false), _) => Err(UpgradeError::Kept(self)),
            (Err(error), _) => Err(UpgradeError::Failed(error)),
        }
    }

    /// Shared instead of exclusive: others may read, and nobody has written in between. `flock(2)`
    /// does not promise the second half; where a writer can come between, this waits for it.
    ///
    /// # Errors
    ///
    /// The system refuses, or a byte-range lock is on a file that is not open for reading. The
    /// lock is freed.
    pub fn downgrade(mut self) -> Result<Self, LockError> {
        calls::wait(self.family, Mode::Shared, self.as_fd())?;
        self.mode = Mode::Shared;
        Ok(self)
    }

    fn take(&mut self) -> F {
        self.file.take().expect("the guard is at its end")
    }
}

impl<F: AsFd> Deref for Guard<F> {
    type Target = F;

    fn deref(&self) -> &F {
        self.file.as_ref().expect("the guard is not at its end")
    }
}

impl<F: AsFd> Drop for Guard<F> {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // Whoever wants to know calls `unlock`.
            let _ = calls::unlock(self.family, file.as_fd());
        }
    }
}

impl<F: AsFd> fmt::Debug for Guard<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("family", &self.family)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}
