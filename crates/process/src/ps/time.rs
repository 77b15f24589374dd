//! How `ps` says times: processor time, age, and when it began.

use std::time::Duration;

use super::local_time::LocalTime;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Processor time as POSIX has it: `[DD-]HH:MM:SS`.
pub(crate) fn processor(time: Duration) -> String {
    let seconds = time.as_secs();
    let days = match seconds / DAY {
        0 => String::new(),
        days => format!("{days}-"),
    };
    let (hours, minutes) = (seconds % DAY / HOUR, seconds % HOUR / MINUTE);
    format!("{days}{hours:02}:{minutes:02}:{:02}", seconds % MINUTE)
}

/// Processor time as BSD has it, minutes and seconds: `197:05`.
pub(crate) fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:3}:{:02}", seconds / MINUTE, seconds % MINUTE)
}

/// How long it has lived: `[[DD-]HH:]MM:SS`.
pub(crate) fn elapsed(age: Duration) -> String {
    let seconds = age.as_secs();
    let (days, hours) = (seconds / DAY, seconds % DAY / HOUR);
    let (minutes, seconds) = (seconds % HOUR / MINUTE, seconds % MINUTE);
    match (days, hours) {
        (0, 0) => format!("{minutes:02}:{seconds:02}"),
        (0, hours) => format!("{hours:02}:{minutes:02}:{seconds:02}"),
        (days, hours) => format!("{days}-{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

/// A moment in the past, seen from now; both in seconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) at: i64,
    pub(crate) now: i64,
}

impl Moment {
    /// `07:06` today, `Nov21` this year, `2025` before: five columns.
    pub(crate) fn short(self) -> String {
        let (Some(at), Some(now)) = (LocalTime::of(self.at), LocalTime::of(self.now)) else {
            return "?".to_owned();
        };
        if at.year != now.year {
            return at.year.to_string();
        }
        if at.day_of_year != now.day_of_year {
            let (month, day) = at.date();
            return format!("{month}{day:02}");
        }
        at.clock()
    }

    /// `07:06:25` within a day, then `  Nov 21`.
    pub(crate) fn with_seconds(self) -> String {
        self.recent_or_date(LocalTime::clock_with_seconds)
    }

    /// ` 07:06` within a day, then `Nov 21`.
    pub(crate) fn bsd(self) -> String {
        self.recent_or_date(LocalTime::clock)
    }

    fn recent_or_date(self, recent: fn(&LocalTime) -> String) -> String {
        let Some(at) = LocalTime::of(self.at) else {
            return "?".to_owned();
        };
        if self.now - self.at <= DAY as i64 {
            return recent(&at);
        }
        let (month, day) = at.date();
        format!("{month} {day:02}")
    }

    /// `Sun Nov 22 07:06:25 2026`.
    pub(crate) fn in_full(self) -> String {
        LocalTime::of(self.at).map_or_else(|| "?".to_owned(), |at| at.in_full())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_grow_by_a_part() {
        let after = |seconds| elapsed(Duration::from_secs(seconds));
        let said = [59, 60, HOUR - 1, HOUR, DAY - 1, DAY, 100 * DAY].map(after);
        let expected = [
            "00:59",
            "01:00",
            "59:59",
            "01:00:00",
            "23:59:59",
            "1-00:00:00",
            "100-00:00:00",
        ];
        assert_eq!(said, expected);
        assert_eq!(processor(Duration::from_secs(DAY + 61)), "1-00:01:01");
        assert_eq!(
            minutes(Duration::from_millis(197 * 60_000 + 5900)),
            "197:05"
        );
    }
}
