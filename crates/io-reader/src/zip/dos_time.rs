//! Times as MS-DOS kept them: a date and a time of 16 bits each, in steps of two seconds.

use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS_A_DAY: i64 = 24 * 60 * 60;
/// From 1970-01-01 to 1980-01-01, where DOS begins.
const DAYS_TO_1980: i64 = 3652;
/// Seven bits of years from 1980 on.
const LAST_YEAR: i64 = 2107;

/// Seconds since 1970, rounded down; negative before.
pub(super) fn unix_seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        Err(before) => {
            let before = before.duration();
            let begun = i64::from(before.subsec_nanos() > 0);
            i64::try_from(before.as_secs()).map_or(i64::MIN, |seconds| -seconds - begun)
        }
    }
}

/// The date and the time field (APPNOTE 4.4.6) in UTC. DOS meant local time, but the format cannot
/// say which zone that is; readers that know it use the extended timestamp written beside it.
/// What the fields cannot hold becomes their first or their last moment.
pub(super) fn dos_date_time(time: SystemTime) -> (u16, u16) {
    let seconds = unix_seconds(time);
    let mut day = seconds.div_euclid(SECONDS_A_DAY) - DAYS_TO_1980;
    if day < 0 {
        return fields([1980, 1, 1], [0, 0, 0]);
    }
    let mut year = 1980;
    while day >= month_lengths(year).iter().sum() {
        day -= month_lengths(year).iter().sum::<i64>();
        year += 1;
        if year > LAST_YEAR {
            return fields([LAST_YEAR, 12, 31], [23, 59, 59]);
        }
    }
    let mut month = 1;
    for length in month_lengths(year) {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    let second = seconds.rem_euclid(SECONDS_A_DAY);
    let clock = [second / 3600, second / 60 % 60, second % 60];
    fields([year, month, day + 1], clock)
}

fn fields([year, month, day]: [i64; 3], [hour, minute, second]: [i64; 3]) -> (u16, u16) {
    let date = (year - 1980) << 9 | month << 5 | day;
    let time = hour << 11 | minute << 5 | (second / 2);
    (date as u16, time as u16)
}

fn month_lengths(year: i64) -> [i64; 12] {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if leap { 29 } else { 28 };
    [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn at(seconds: u64) -> (u16, u16) {
        dos_date_time(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    #[test]
    fn known_moments_have_their_fields() {
        // Each from `date -u -d @SECONDS`.
        assert_eq!(at(315_532_800), fields([1980, 1, 1], [0, 0, 0]));
        assert_eq!(at(951_868_799), fields([2000, 2, 29], [23, 59, 59]));
        assert_eq!(at(951_868_800), fields([2000, 3, 1], [0, 0, 0]));
        assert_eq!(at(4_107_542_399), fields([2100, 2, 28], [23, 59, 59]));
        assert_eq!(at(4_107_542_400), fields([2100, 3, 1], [0, 0, 0]));
        assert_eq!(at(4_354_819_199), fields([2107, 12, 31], [23, 59, 59]));
    }

    #[test]
    fn what_the_fields_cannot_hold_becomes_the_nearest_they_can() {
        let first = fields([1980, 1, 1], [0, 0, 0]);
        assert_eq!(at(315_532_799), first);
        assert_eq!(dos_date_time(UNIX_EPOCH - Duration::from_secs(1)), first);
        assert_eq!(at(4_354_819_200), fields([2107, 12, 31], [23, 59, 59]));
        assert_eq!(at(1 << 40), at(4_354_819_200));
    }

    #[test]
    fn seconds_before_1970_are_rounded_down() {
        assert_eq!(unix_seconds(UNIX_EPOCH - Duration::from_millis(1)), -1);
        assert_eq!(unix_seconds(UNIX_EPOCH - Duration::from_secs(2)), -2);
    }
}
