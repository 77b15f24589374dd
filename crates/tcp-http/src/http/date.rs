//! Dates (RFC 9110 §5.6.7), to the second, always in GMT.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment, in seconds since 1970.
///
/// Three forms are to be read and one is to be written:
///
/// ```
/// use tcp_http::http::HttpDate;
///
/// let now = HttpDate::from_seconds(1_700_000_000);
/// let date = HttpDate::parse(b"Sun, 06 Nov 1994 08:49:37 GMT", now);
/// assert_eq!(date, HttpDate::parse(b"Sunday, 06-Nov-94 08:49:37 GMT", now));
/// assert_eq!(date, HttpDate::parse(b"Sun Nov  6 08:49:37 1994", now));
/// assert_eq!(&date.expect("a date").format(), b"Sun, 06 Nov 1994 08:49:37 GMT");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpDate(i64);

const DAY: i64 = 24 * 60 * 60;

/// From 0000-03-01 to 1970-01-01. Years that begin in March have the leap day at their end.
const EPOCH: i64 = 719_468;

/// 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;

const FIRST: i64 = -EPOCH * DAY + 306 * DAY;
const LAST: i64 = 253_402_300_799;

const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";

impl HttpDate {
    /// How long a formatted date is.
    pub const LENGTH: usize = 29;

    /// So many seconds after (or before) 1970; times beyond the years 1 to 9999 are moved there.
    pub fn from_seconds(seconds: i64) -> Self {
        HttpDate(seconds.clamp(FIRST, LAST))
    }

    /// Seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// Reads any of the three forms; `None` for all else, which a recipient is to pass over. `now` is
    /// for the form with two digits for the year: of the years that end so it is the last that is not
    /// more than 50 years from now.
    pub fn parse(bytes: &[u8], now: HttpDate) -> Option<HttpDate> {
        match bytes {
            [_, _, _, b',', ..] => parse_fixed(bytes),
            [_, _, _, b' ', ..] => parse_asctime(bytes),
            _ => parse_rfc850(bytes, now),
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate).
    pub fn format(self) -> [u8; HttpDate::LENGTH] {
        let (days, second) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        let (year, month, day) = civil(days);
        let mut text = *b"Sun, 00 Jan 0000 00:00:00 GMT";
        text[..3].copy_from_slice(&WEEKDAYS[weekday(days)].as_bytes()[..3]);
        put(&mut text[5..7], day);
        text[8..11].copy_from_slice(&MONTHS[3 * (month - 1) as usize..][..3]);
        put(&mut text[12..16], year);
        put(&mut text[17..19], second / 3600);
        put(&mut text[20..22], second / 60 % 60);
        put(&mut text[23..25], second % 60);
        text
    }
}

impl From<SystemTime> for HttpDate {
    fn from(time: SystemTime) -> Self {
        let seconds = match time.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            // Rounded down, as the part of a second is after 1970.
            Err(error) => {
                let before = error.duration();
                let whole = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
                -whole - i64::from(before.subsec_nanos() > 0)
            }
        };
        HttpDate::from_seconds(seconds)
    }
}

impl From<HttpDate> for SystemTime {
    fn from(date: HttpDate) -> Self {
        let distance = Duration::from_secs(date.0.unsigned_abs());
        if date.0 < 0 {
            UNIX_EPOCH - distance
        } else {
            UNIX_EPOCH + distance
        }
    }
}

/// The current date as text, made anew once in a second and not for each answer.
#[derive(Clone, Debug)]
pub struct DateCache {
    date: HttpDate,
    text: [u8; HttpDate::LENGTH],
}

impl DateCache {
    /// A cache that holds the text of `now`.
    pub fn new(now: impl Into<HttpDate>) -> Self {
        let date = now.into();
        DateCache {
            date,
            text: date.format(),
        }
    }

    /// The text of `now`.
    pub fn at(&mut self, now: impl Into<HttpDate>) -> &[u8; HttpDate::LENGTH] {
        let now = now.into();
        if now != self.date {
            *self = DateCache::new(now);
        }
        &self.text
    }

    /// The text of the last `now`.
    pub fn text(&self) -> &[u8; HttpDate::LENGTH] {
        &self.text
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
fn parse_fixed(bytes: &[u8]) -> Option<HttpDate> {
    let (name, rest) = bytes.split_at_checked(3)?;
    let rest = rest.strip_prefix(b", ")?;
    let [d1, d0, b' ', m @ .., b' ', b'G', b'M', b'T'] = rest else {
        return None;
    };
    let [m2, m1, m0, b' ', y3, y2, y1, y0, b' ', clock @ ..] = m else {
        return None;
    };
    let year = number(&[*y3, *y2, *y1, *y0])?;
    let date = assemble(year, month(&[*m2, *m1, *m0])?, number(&[*d1, *d0])?, clock)?;
    has_short_weekday(date, name).then_some(date)
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`.
fn parse_rfc850(bytes: &[u8], now: HttpDate) -> Option<HttpDate> {
    let comma = bytes.iter().position(|&byte| byte == b',')?;
    let name = &bytes[..comma];
    let rest = bytes[comma..].strip_prefix(b", ")?.strip_suffix(b" GMT")?;
    let [d1, d0, b'-', m2, m1, m0, b'-', y1, y0, b' ', clock @ ..] = rest else {
        return None;
    };
    let (this_year, _, _) = civil(now.0.div_euclid(DAY));
    let two_digits = number(&[*y1, *y0])?;
    // The last year with these digits that is at most 50 ahead.
    let year = this_year + 50 - (this_year + 50 - two_digits).rem_euclid(100);
    let date = assemble(year, month(&[*m2, *m1, *m0])?, number(&[*d1, *d0])?, clock)?;
    // Its weekday depends on the century, which was guessed, so any weekday will do.
    let is_weekday = WEEKDAYS.iter().any(|weekday| weekday.as_bytes() == name);
    is_weekday.then_some(date)
}

/// `Sun Nov  6 08:49:37 1994`.
fn parse_asctime(bytes: &[u8]) -> Option<HttpDate> {
    let (name, rest) = bytes.split_at_checked(3)?;
    let [
        b' ',
        m2,
        m1,
        m0,
        b' ',
        d1,
        d0,
        b' ',
        clock @ ..,
        b' ',
        y3,
        y2,
        y1,
        y0,
    ] = rest
    else {
        return None;
    };
    let day = match d1 {
        b' ' => number(&[*d0])?,
        _ => number(&[*d1, *d0])?,
    };
    let year = number(&[*y3, *y2, *y1, *y0])?;
    let date = assemble(year, month(&[*m2, *m1, *m0])?, day, clock)?;
    has_short_weekday(date, name).then_some(date)
}

/// `clock` is `08:49:37`; a leap second is the second after it.
fn assemble(year: i64, month: i64, day: i64, clock: &[u8]) -> Option<HttpDate> {
    let [h1, h0, b':', m1, m0, b':', s1, s0] = clock else {
        return None;
    };
    let hour = number(&[*h1, *h0]).filter(|&hour| hour < 24)?;
    let minute = number(&[*m1, *m0]).filter(|&minute| minute < 60)?;
    let second = number(&[*s1, *s0]).filter(|&second| second <= 60)?;
    let days = days(year, month, day);
    if year == 0 || civil(days) != (year, month, day) {
        return None;
    }
    let seconds = days * DAY + hour * 3600 + minute * 60 + second;
    Some(HttpDate::from_seconds(seconds))
}

fn has_short_weekday(date: HttpDate, name: &[u8]) -> bool {
    // A leap second at midnight belongs to the day before.
    let day = |second: i64| WEEKDAYS[weekday(second.div_euclid(DAY))].as_bytes();
    day(date.0).starts_with(name) || day(date.0 - 1).starts_with(name)
}

fn weekday(days: i64) -> usize {
    // 1970 began with a Thursday.
    (days + 4).rem_euclid(7) as usize
}

/// Days since 1970 of a date in the Gregorian calendar. A month that begins in March at the
/// fifth-month pattern 31 30 31 30 31 starts after `(153 m + 2) / 5` days.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let from_march = (month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH
}

/// Year, month and day of so many days since 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let (era, of_era) = (
        (days + EPOCH).div_euclid(ERA),
        (days + EPOCH).rem_euclid(ERA),
    );
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12 + 1;
    (era * 400 + year + i64::from(month <= 2), month, day)
}

fn month(name: &[u8; 3]) -> Option<i64> {
    let (months, _) = MONTHS.as_chunks::<3>();
    months
        .iter()
        .position(|month| month == name)
        .map(|index| index as i64 + 1)
}

fn number(digits: &[u8]) -> Option<i64> {
    super::syntax::decimal(digits).map(|number| number as i64)
}

fn put(digits: &mut [u8], mut number: i64) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}
