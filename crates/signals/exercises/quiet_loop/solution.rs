//! Once signals are a descriptor there is nothing special about them: one `poll` for all, without a
//! limit. A poll that a handler has interrupted (EINTR, where signals come by a self-pipe) is made
//! again: the byte that the handler wrote makes it return at once.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use signals::signal::Signal;
use signals::source::Signals;

/// What has happened.
#[derive(Debug, PartialEq)]
pub enum Event {
    /// These bytes have been read.
    Input(Vec<u8>),
    /// These signals have come.
    Signals(Vec<Signal>),
}

/// Waits for the next event.
pub fn next(input: &mut File, signals: &mut Signals) -> io::Result<Event> {
    loop {
        let mut fds = [
            PollFd::new(input.as_fd(), PollFlags::POLLIN),
            PollFd::new(signals.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            polled => polled?,
        };
        let input_is_ready = fds[0].any() == Some(true);
        let received = signals.try_batch()?;
        if !received.is_empty() {
            return Ok(Event::Signals(names(&received)));
        }
        if input_is_ready {
            let mut bytes = vec![0; 1024];
            let count = input.read(&mut bytes)?;
            bytes.truncate(count);
            return Ok(Event::Input(bytes));
        }
    }
}

fn names(received: &[signals::signal::Received]) -> Vec<Signal> {
    received.iter().map(|one| one.signal).collect()
}
