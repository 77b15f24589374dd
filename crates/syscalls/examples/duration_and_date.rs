//! "10m30s" is 630 seconds, and second 1503673200 is 2017-08-25 15:00 in UTC, midnight in Japan.
//!
//! A `Duration` is a number of seconds and nanoseconds, a `SystemTime` such a distance from the
//! start of 1970 in UTC, the *epoch*. Neither knows of calendars: days, months and zones appear
//! when a time is shown. Unix counts 86 400 seconds for each day, so hours and minutes are a
//! division, and leap seconds do not exist. Years are harder because February is in the way. The
//! trick is to let the year begin in March: then the leap day is its last, and 400 years are always
//! 146 097 days.
//!
//! Go's time package has all this built in; in Rust the crates jiff, chrono and time have it, with
//! the table of the world's zones.

use std::process::Command;
use std::time::{Duration, SystemTime};

const DAY: i64 = 86_400;
const HOUR: Duration = Duration::from_hours(1);

fn main() {
    let parsed = parse("10m30s");
    println!("10m30s is {parsed:?}");
    assert_eq!(parsed, Some(Duration::from_secs(630)));
    assert_eq!(parse("1h5m"), Some(Duration::from_secs(3900)));
    assert_eq!(parse("1s500ms"), Some(Duration::from_millis(1500)));
    assert_eq!(
        ["10", "m", "10x", "-1s"].map(parse),
        [None, None, None, None]
    );

    let instant = 1_503_673_200;
    println!("{instant} in UTC:     {}", date_time(instant));
    println!("{instant} in +09:00:  {}", date_time(instant + 9 * 3600));
    assert_eq!(date_time(instant), "2017-08-25 15:00:00");
    assert_eq!(date_time(instant + 9 * 3600), "2017-08-26 00:00:00");

    let almost = SystemTime::UNIX_EPOCH + Duration::from_secs(1_503_673_200 + 1799);
    assert_eq!(seconds(round(almost, HOUR)), 1_503_673_200);
    let half = almost + Duration::from_secs(1);
    println!(
        "15:30 to the hour: {}",
        date_time(seconds(round(half, HOUR)))
    );
    assert_eq!(date_time(seconds(round(half, HOUR))), "2017-08-25 16:00:00");

    every_day_follows_the_one_before();
    same_as_date(&[0, instant, 951_782_400, 4_102_444_799, -1]);
}

/// Reads `10m30s`: numbers, each with its unit.
fn parse(mut text: &str) -> Option<Duration> {
    let mut sum = Duration::ZERO;
    while !text.is_empty() {
        let (number, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
        let end = rest.find(|c: char| c.is_ascii_digit());
        let (unit, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let unit = match unit {
            "h" => HOUR,
            "m" => Duration::from_mins(1),
            "s" => Duration::from_secs(1),
            "ms" => Duration::from_millis(1),
            _ => return None,
        };
        sum = sum.checked_add(unit.checked_mul(number.parse().ok()?)?)?;
        text = rest;
    }
    Some(sum)
}

/// To the nearest whole `unit` since the epoch; from the middle up.
fn round(time: SystemTime, unit: Duration) -> SystemTime {
    let time = time + unit / 2;
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    let past = since.expect("a time after 1970").as_nanos() % unit.as_nanos();
    time - Duration::from_nanos(past as u64)
}

fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.expect("a time after 1970").as_secs() as i64
}

fn date_time(seconds: i64) -> String {
    let (year, month, day) = date(seconds.div_euclid(DAY));
    let second = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// Year, month and day of the day that is so many after 1970-01-01.
fn date(days: i64) -> (i64, i64, i64) {
    // Counted from 0000-03-01, the start of a cycle of 400 years.
    let days = days + 719_468;
    let (cycle, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    // A leap day ends every 4th year but for the 100th, and ends the 400th all the same.
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // From March on, the months have 31, 30, 31, 30, 31 days, twice, and then what is left: 153
    // days for each five.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 {
        (year, month + 3)
    } else {
        (year + 1, month - 9)
    };
    (year + 400 * cycle, month, day)
}

/// Checks the formula against the rules as one learns them at school, for 800 years.
fn every_day_follows_the_one_before() {
    assert_eq!(date(0), (1970, 1, 1));
    let (mut year, mut month, mut day) = (1970, 1, 1);
    for number in 1..800 * 365 {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        (year, month, day) = match (month, day) {
            (12, 31) => (year + 1, 1, 1),
            (_, day) if day == last => (year, month + 1, 1),
            _ => (year, month, day + 1),
        };
        assert_eq!(date(number), (year, month, day));
    }
    println!("each day up to {year}-{month:02}-{day:02} follows the one before");
}

/// Asks date(1), where it is GNU's: others take other options.
fn same_as_date(instants: &[i64]) {
    let version = Command::new("date").arg("--version").output();
    if !version.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains("GNU")) {
        println!("no GNU date here to compare with");
        return;
    }
    for instant in instants {
        let mut date = Command::new("date");
        date.args(["-u", "-d", &format!("@{instant}"), "+%Y-%m-%d %H:%M:%S"]);
        let answer = date.output().expect("date answered before").stdout;
        assert_eq!(String::from_utf8_lossy(&answer).trim(), date_time(*instant));
    }
    println!("date(1) says the same of {instants:?}");
}
