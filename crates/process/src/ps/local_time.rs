//! Seconds since 1970 as a calendar and a clock have them, in the zone of TZ or of the machine.

#![allow(unsafe_code)]
// Sound: localtime_r(3) reads one number and writes one structure, both ours, and keeps neither.
// It reads the environment, as std::env does; whoever changes the environment while other threads
// run breaks the promise of `set_var`, not ours.

use std::mem::MaybeUninit;

use nix::libc;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// A date and a time of day, with what `ps` asks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LocalTime {
    pub(crate) year: i64,
    /// 0 to 365.
    pub(crate) day_of_year: i32,
    month: usize,
    day: i32,
    weekday: usize,
    hour: i32,
    minute: i32,
    second: i32,
}

impl LocalTime {
    /// `None` where the year is beyond what the C library can say.
    pub(crate) fn of(seconds: i64) -> Option<LocalTime> {
        let mut broken_down = MaybeUninit::<libc::tm>::uninit();
        // SAFETY: the number outlives the call, and the structure has room for what is written.
        let written = unsafe { libc::localtime_r(&seconds, broken_down.as_mut_ptr()) };
        if written.is_null() {
            return None;
        }
        // SAFETY: the call has succeeded, so that it has written all fields.
        let tm = unsafe { broken_down.assume_init() };
        Some(LocalTime {
            year: i64::from(tm.tm_year) + 1900,
            day_of_year: tm.tm_yday,
            month: tm.tm_mon.rem_euclid(12) as usize,
            day: tm.tm_mday,
            weekday: tm.tm_wday.rem_euclid(7) as usize,
            hour: tm.tm_hour,
            minute: tm.tm_min,
            second: tm.tm_sec,
        })
    }

    /// `07:06`
    pub(crate) fn clock(&self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// `07:06:25`
    pub(crate) fn clock_with_seconds(&self) -> String {
        format!("{}:{:02}", self.clock(), self.second)
    }

    /// `Nov` and 22.
    pub(crate) fn date(&self) -> (&'static str, i32) {
        (MONTHS[self.month], self.day)
    }

    /// `Sun Nov 22 07:06:25 2026`
    pub(crate) fn in_full(&self) -> String {
        let (month, day) = self.date();
        format!(
            "{} {month} {day:2} {} {}",
            DAYS[self.weekday],
            self.clock_with_seconds(),
            self.year
        )
    }
}
