//! Seconds since 1970 as people say them, in the zone of TZ or of the machine.

#![allow(unsafe_code)]
// Sound: localtime_r(3) reads one number and writes one structure, both ours, and keeps neither.
// It reads the environment, as std::env does; like there, whoever changes the environment while
// other threads run breaks the promise of `set_var`, not ours.

use std::mem::MaybeUninit;

use nix::libc;

/// A date and a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// As the calendar has it.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60: leap seconds.
    pub second: u8,
    /// How far the zone is east of Greenwich, in seconds.
    pub offset: i64,
}

impl LocalTime {
    /// `None` where the year is beyond what the C library can say.
    pub fn of(seconds: i64) -> Option<LocalTime> {
        let mut broken_down = MaybeUninit::<libc::tm>::uninit();
        // SAFETY: the number outlives the call, and the structure has room for what is written.
        let written = unsafe { libc::localtime_r(&seconds, broken_down.as_mut_ptr()) };
        if written.is_null() {
            return None;
        }
        // SAFETY: the call has succeeded, so that it has written all fields.
        let tm = unsafe { broken_down.assume_init() };
        let small = |field: libc::c_int| u8::try_from(field).unwrap_or(0);
        Some(LocalTime {
            year: i64::from(tm.tm_year) + 1900,
            month: small(tm.tm_mon + 1),
            day: small(tm.tm_mday),
            hour: small(tm.tm_hour),
            minute: small(tm.tm_min),
            second: small(tm.tm_sec),
            offset: tm.tm_gmtoff,
        })
    }

    /// The zone as `+0900`.
    pub fn zone(&self) -> String {
        let minutes = self.offset.abs() / 60;
        let sign = if self.offset < 0 { '-' } else { '+' };
        format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
    }
}

impl super::Time {
    /// As `stat` prints it, in local time: `2017-09-01 04:08:57.137265752 +0900`. Only the seconds
    /// where there is no such date.
    pub fn in_words(&self) -> String {
        let Some(local) = LocalTime::of(self.seconds) else {
            return self.seconds.to_string();
        };
        format!(
            "{}-{:02}-{:02} {:02}:{:02}:{:02}.{:09} {}",
            local.year,
            local.month,
            local.day,
            local.hour,
            local.minute,
            local.second,
            self.nanoseconds,
            local.zone()
        )
    }
}
