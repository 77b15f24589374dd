//! signalfd(2), waited for with ppoll(2).

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::time::TimeSpec;

#[derive(Debug)]
pub(super) struct Queue(SignalFd);

impl Queue {
    pub(super) fn new(set: &SigSet) -> io::Result<Self> {
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        Ok(Queue(SignalFd::with_flags(set, flags)?))
    }

    /// At most so long, to the nanosecond: poll(2) would round down to a millisecond, and its caller
    /// would spin through the rest.
    pub(super) fn wait(&mut self, limit: Option<Duration>) -> io::Result<Option<Signal>> {
        let mut descriptors = [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)];
        match ppoll(&mut descriptors, limit.map(TimeSpec::from), None) {
            // A stop and a continue interrupt it, on Linux even without a handler.
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let read = self.0.read_signal()?;
        Ok(read.and_then(|info| Signal::try_from(info.ssi_signo.cast_signed()).ok()))
    }
}
