//! One process and never another: a pidfd.

use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use nix::unistd::Pid;

use super::{Message, SendError, Target, system};

/// A process that is held on to: its number may be given again, this means the first one for ever.
///
/// On Linux it is a `pidfd` ([pidfd_open(2)](https://man7.org/linux/man-pages/man2/pidfd_open.2.html),
/// since 5.3). On macOS it is a kqueue that watches the process; sending there asks the kqueue first and
/// then uses the number, which leaves a gap of an instant.
#[derive(Debug)]
#[doc(alias = "pidfd")]
pub struct Process {
    pid: Pid,
    handle: system::Handle,
}

impl Process {
    /// Takes hold of the process that has the number now.
    ///
    /// # Errors
    ///
    /// [`SendError::NoSuchProcess`], [`SendError::NotANumber`], and [`SendError::Failed`].
    #[doc(alias = "pidfd_open")]
    pub fn open(pid: Pid) -> Result<Self, SendError> {
        let target = Target::Process(pid);
        target.check()?;
        match system::Handle::open(pid) {
            Ok(handle) => Ok(Self { pid, handle }),
            Err(error) => Err(SendError::new(target, error)),
        }
    }

    /// Its number, which it had when it was opened.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Sends to this process.
    ///
    /// # Errors
    ///
    /// As [`to_process`](super::to_process); `NoSuchProcess` once its parent has collected it.
    #[doc(alias = "pidfd_send_signal")]
    pub fn send(&self, message: impl Into<Message>) -> Result<(), SendError> {
        self.handle
            .send(self.pid, message.into())
            .map_err(|error| SendError::new(Target::Process(self.pid), error))
    }

    /// Waits until it has ended, `limit` at most (`None`: for ever), and says whether it has. It need
    /// not be a child; a child that has ended still has to be waited for.
    ///
    /// # Errors
    ///
    /// [`SendError::Failed`].
    pub fn wait_ended(&self, limit: Option<Duration>) -> Result<bool, SendError> {
        self.handle
            .wait_ended(limit)
            .map_err(|error| SendError::new(Target::Process(self.pid), error))
    }
}

/// Becomes readable when the process has ended.
impl AsFd for Process {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.handle.as_fd()
    }
}
