//! A blocked signal stays pending, and `sigwait` takes it from there: no handler, and no moment between
//! "has it come?" and "then I sleep" in which it could be missed. It has to be blocked in every thread;
//! they inherit the mask of the thread that starts them.

use std::io;

use signals::set::SignalSet;
use signals::signal::Signal;

/// The hang-ups of this process.
pub struct Hangups {
    blocked: SignalSet,
}

impl Hangups {
    /// From now on SIGHUP waits for [`Hangups::wait`].
    pub fn new() -> io::Result<Self> {
        let blocked = SignalSet::from_iter([Signal::HUP]);
        blocked.block()?.keep();
        Ok(Self { blocked })
    }

    /// Returns when a SIGHUP has come.
    pub fn wait(&mut self) -> io::Result<()> {
        self.blocked.wait()?;
        Ok(())
    }
}
