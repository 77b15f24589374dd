//! Waits for SIGHUP without looking again and again.
//!
//! A server reads its configuration anew at each SIGHUP. `Hangups::new` is called before any thread is
//! started; from then on SIGHUP ends nobody. `wait` returns when one has come, at once if it came
//! before. The thread sleeps in the kernel meanwhile, and is woken once.
//!
//! The version below is right, and wakes two hundred times a second for nothing.
//!
//! Checked: a SIGHUP before the wait and one during it; on Linux that nothing sleeps for a while.
//!
//! Lesson: signals/signalfd

use std::io;
use std::thread;
use std::time::Duration;

use signals::action::{self, Caught};
use signals::signal::Signal;

/// The hang-ups of this process.
pub struct Hangups {
    caught: Caught,
    seen: u64,
}

impl Hangups {
    /// From now on SIGHUP waits for [`Hangups::wait`].
    pub fn new() -> io::Result<Self> {
        let caught = action::catch(Signal::HUP).map_err(io::Error::other)?;
        Ok(Self { caught, seen: 0 })
    }

    /// Returns when a SIGHUP has come.
    pub fn wait(&mut self) -> io::Result<()> {
        while self.caught.count() == self.seen {
            thread::sleep(Duration::from_millis(5));
        }
        self.seen += 1;
        Ok(())
    }
}
