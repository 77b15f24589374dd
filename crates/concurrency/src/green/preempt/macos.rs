//! macOS has no timers that signal one thread.

use std::io;
use std::time::Duration;

pub(in crate::green) enum Ticker {}

impl Ticker {
    pub(in crate::green) fn start(_: Duration) -> io::Result<Self> {
        let why = "macOS has no timer that signals one thread: let the threads yield";
        Err(io::Error::new(io::ErrorKind::Unsupported, why))
    }
}
