//! Waits for input or a signal, whichever comes first, and sleeps until then.
//!
//! `next` returns [`Event::Input`] when `input` has bytes (or is at its end: then there are none), and
//! [`Event::Signals`] when some of `signals` have come. `Signals` is a descriptor, as `input` is. The
//! version below is right, but wakes up fifty times a second to look.
//!
//! Checked: either event, alone, before and during the wait; on Linux that no wait ends without one.
//!
//! Lesson: signals/self-pipe

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
        let received = signals.try_batch()?;
        if !received.is_empty() {
            return Ok(Event::Signals(names(&received)));
        }
        let mut fds = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, PollTimeout::from(20u8)) {
            Ok(0) | Err(Errno::EINTR) => continue,
            polled => polled?,
        };
        let mut bytes = vec![0; 1024];
        let count = input.read(&mut bytes)?;
        bytes.truncate(count);
        return Ok(Event::Input(bytes));
    }
}

fn names(received: &[signals::signal::Received]) -> Vec<Signal> {
    received.iter().map(|one| one.signal).collect()
}
