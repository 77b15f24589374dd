//! Timers whose news comes over a channel, so that threads, tasks and [`select!`](crate::select!)
//! wait for them as for anything else.
//!
//! | | rings | to stop it |
//! |---|---|---|
//! | [`after`] | once | it cannot be stopped: it is kept until its time has come |
//! | [`Timer`] | once, and once more after each [`reset`](Timer::reset) | [`stop`](Timer::stop), or drop it |
//! | [`Ticker`] | again and again | [`stop`](Ticker::stop), or drop it |
//!
//! Go's `time.After`, `time.NewTimer` and `time.NewTicker`, as they are since Go 1.23: after a stop or
//! a reset no old news is left in the channel. One difference: Go's collector frees a timer that
//! nobody holds any more; here that is what drop does.
//!
//! A timer never rings early. How late it rings is the kernel's affair: on Linux usually some 50 µs,
//! the slack that it allows itself (see `PR_SET_TIMERSLACK` in prctl(2)), and more when the
//! processors are busy.
//!
//! All of them share one thread, which is there only while there are timers: see
//! [`live_timers`].

pub(crate) mod clock;
mod ticker;
mod timer;

pub use ticker::{Missed, Ticker};
pub use timer::{Timer, after};

/// How many timers of this process have not rung yet: of [`after`], [`Timer`]s, [`Ticker`]s, and the
/// deadlines of [contexts](mod@crate::context).
///
/// A number that only grows is a leak: timers that nobody stops.
///
/// ```
/// use channels::time::{Timer, live_timers};
/// use std::time::Duration;
///
/// let timer = Timer::new(Duration::from_secs(60));
/// assert!(live_timers() >= 1);
/// timer.stop();
/// ```
pub fn live_timers() -> usize {
    clock::live()
}
