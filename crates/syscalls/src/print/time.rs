//! When a line was begun, as the options `-t` and `-r` show it.
#![allow(unsafe_code)]
// One call of the C library, `localtime_r`, which writes into a structure of ours and keeps nothing.

use std::fmt::Write;
use std::mem::MaybeUninit;
use std::time::Duration;

use nix::libc;

/// How the time of day is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// `14:03:59`, local time.
    Seconds,
    /// `14:03:59.123456`, local time.
    Microseconds,
    /// `1700000000.123456`, seconds since 1970.
    Epoch,
}

/// Appends what stands before a line that was begun at `time`, and `since` after the line before.
pub(super) fn stamp(
    line: &mut String,
    clock: Option<Clock>,
    time: Duration,
    since: Option<Duration>,
) {
    if let Some(clock) = clock {
        line.push_str(&of_day(clock, time));
        line.push(' ');
    }
    if let Some(since) = since {
        let since = format!("{:>6}.{:06}", since.as_secs(), since.subsec_micros());
        // A String takes everything.
        let _ = match clock {
            Some(_) => write!(line, "(+{since}) "),
            None => write!(line, "{since} "),
        };
    }
}

/// `0.000123`
pub(super) fn seconds(time: Duration) -> String {
    format!("{}.{:06}", time.as_secs(), time.subsec_micros())
}

fn of_day(clock: Clock, time: Duration) -> String {
    if clock == Clock::Epoch {
        return seconds(time);
    }
    let (hour, minute, second) = local(time);
    let text = format!("{hour:02}:{minute:02}:{second:02}");
    match clock {
        Clock::Microseconds => format!("{text}.{:06}", time.subsec_micros()),
        Clock::Seconds | Clock::Epoch => text,
    }
}

/// Hour, minute and second where this program runs.
fn local(time: Duration) -> (i32, i32, i32) {
    let seconds = time.as_secs() as libc::time_t;
    let mut broken_down = MaybeUninit::<libc::tm>::zeroed();
    // SAFETY: both pointers are to objects of this function, of the types that localtime_r takes. It
    // writes the second or, for a year beyond an int, returns null and leaves it.
    unsafe { libc::localtime_r(&raw const seconds, broken_down.as_mut_ptr()) };
    // SAFETY: it was zeroed, which is a valid tm, whether or not it was written since.
    let tm = unsafe { broken_down.assume_init() };
    (tm.tm_hour, tm.tm_min, tm.tm_sec)
}
