//! Numbers and times of a command line, compared with those of files.

use std::cmp::Ordering;
use std::time::{Duration, SystemTime};

use crate::info::LocalTime;
use crate::walk::Metadata;

/// `+N` more than, `-N` less than, `N` exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// On which side of the number the value has to be.
    pub ordering: Ordering,
    /// What it is compared with.
    pub number: u64,
}

/// One of the three times that every file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// Last read.
    Accessed,
    /// Contents last changed.
    Modified,
    /// Inode last changed.
    Changed,
}

impl Comparison {
    /// `None` when it is no number.
    pub fn parse(text: &str) -> Option<Comparison> {
        let (ordering, digits) = match text.as_bytes().first()? {
            b'+' => (Ordering::Greater, &text[1..]),
            b'-' => (Ordering::Less, &text[1..]),
            _ => (Ordering::Equal, text),
        };
        // A second sign would be taken by `parse`.
        let is_number = digits.starts_with(|first: char| first.is_ascii_digit());
        let number = digits.parse().ok().filter(|_| is_number)?;
        Some(Comparison { ordering, number })
    }

    /// Whether `value` is on the right side.
    pub fn holds(self, value: u64) -> bool {
        value.cmp(&self.number) == self.ordering
    }

    /// Whether a size, in begun units of `unit` bytes, is on the right side.
    pub fn holds_for_size(self, size: u64, unit: u64) -> bool {
        self.holds(size.div_ceil(unit))
    }

    /// Whether an age in whole days is on the right side: a file of 47 hours is one day old. Times to
    /// come are younger than all.
    pub fn holds_for_days(self, age: Duration) -> bool {
        self.holds(age.as_secs() / (24 * 60 * 60))
    }

    /// Whether an age in minutes is on the right side. `N` is the minute that ends with N, and unlike
    /// days, more and less mean the exact age.
    pub fn holds_for_minutes(self, age: Duration) -> bool {
        let bound = Duration::from_secs(self.number.saturating_mul(60));
        match self.ordering {
            Ordering::Less => age < bound,
            Ordering::Greater => age > bound,
            Ordering::Equal => age <= bound && age + Duration::from_secs(60) > bound,
        }
    }
}

impl Stamp {
    /// That time of a file.
    pub fn of(self, metadata: &Metadata) -> SystemTime {
        match self {
            Stamp::Accessed => metadata.accessed(),
            Stamp::Modified => metadata.modified(),
            Stamp::Changed => metadata.changed(),
        }
    }

    pub(super) fn from_letter(letter: u8) -> Option<Stamp> {
        match letter {
            b'a' => Some(Stamp::Accessed),
            b'm' => Some(Stamp::Modified),
            b'c' => Some(Stamp::Changed),
            _ => None,
        }
    }
}

/// `@SECONDS`, `YYYY-MM-DD` or `YYYY-MM-DD HH:MM[:SS]` in local time.
pub(super) fn parse_time(text: &str) -> Option<SystemTime> {
    let seconds = match text.strip_prefix('@') {
        Some(seconds) => seconds.parse().ok()?,
        None => local_seconds(text)?,
    };
    let distance = Duration::from_secs(i64::unsigned_abs(seconds));
    if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    }
}

fn local_seconds(text: &str) -> Option<i64> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let date = numbers(date, '-')?;
    let time = numbers(time, ':')?;
    let &[year, month @ 1..=12, day @ 1..=31] = &date[..] else {
        return None;
    };
    let (hour, minute, second) = match time[..] {
        [hour @ 0..24, minute @ 0..60] => (hour, minute, 0),
        [hour @ 0..24, minute @ 0..60, second @ 0..=60] => (hour, minute, second),
        _ => return None,
    };
    let there = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    // The offset depends on the time that it is to give. From the first guess on, it is wrong only
    // where clocks were changed in between; the second guess has that right too.
    let offset = |seconds| LocalTime::of(seconds).map(|local| local.offset);
    let guess = there - offset(there)?;
    Some(there - offset(guess)?)
}

/// Days from 1970-01-01, in the Gregorian calendar; years begin in March, so that the odd day is
/// the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

fn numbers(text: &str, separator: char) -> Option<Vec<i64>> {
    text.split(separator)
        .map(|part| {
            part.parse()
                .ok()
                .filter(|number| (0..10_000).contains(number))
        })
        .collect()
}
