//! Dates, with the `date` program as the oracle where it is there.

mod common;

use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::{cases, have, output_of};
use proptest::prelude::*;
use tcp_http::http::{DateCache, HttpDate};

const NOW: i64 = 1_700_000_000;

fn parse(text: &str) -> Option<i64> {
    HttpDate::parse(text.as_bytes(), HttpDate::from_seconds(NOW)).map(HttpDate::seconds)
}

fn format(seconds: i64) -> String {
    String::from_utf8(HttpDate::from_seconds(seconds).format().to_vec()).expect("ASCII")
}

#[test]
fn three_forms_are_read() {
    for text in [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun Nov 06 08:49:37 1994",
    ] {
        assert_eq!(parse(text), Some(784_111_777), "{text}");
    }
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "0",
        "784111777",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "sun, 06 Nov 1994 08:49:37 GMT",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 1994 +8:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Tue, 29 Feb 2023 00:00:00 GMT",
        "Thu, 29 Feb 1900 00:00:00 GMT",
        "Sat, 01 Jan 0000 00:00:00 GMT",
        "Funday, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "Sun Nov  6 08:49:37 1994 GMT",
        " Sun, 06 Nov 1994 08:49:37 GMT",
    ] {
        assert_eq!(parse(text), None, "{text:?}");
    }
}

#[test]
fn two_digits_are_the_last_such_year_that_is_not_far_ahead() {
    let year = |digits: &str, now: &str| {
        let now = HttpDate::parse(now.as_bytes(), HttpDate::from_seconds(0)).expect("a date");
        let text = format!("Monday, 01-Jan-{digits} 00:00:00 GMT");
        let date = HttpDate::parse(text.as_bytes(), now)
            .expect("a date")
            .format();
        String::from_utf8_lossy(&date[12..16]).into_owned()
    };
    let now = "Wed, 01 Jan 2025 00:00:00 GMT";
    assert_eq!(year("25", now), "2025");
    assert_eq!(year("75", now), "2075");
    assert_eq!(year("76", now), "1976");
    assert_eq!(year("00", now), "2000");
    assert_eq!(year("49", "Fri, 01 Jan 1999 00:00:00 GMT"), "2049");
    assert_eq!(year("50", "Fri, 01 Jan 1999 00:00:00 GMT"), "1950");
}

#[test]
fn a_leap_second_is_the_second_after_it() {
    let second = parse("Sat, 31 Dec 2016 23:59:60 GMT");
    assert_eq!(second, parse("Sun, 01 Jan 2017 00:00:00 GMT"));
    assert!(second.is_some());
}

#[test]
fn days_that_calendars_get_wrong() {
    for (seconds, text) in [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
        (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (i64::MAX, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (i64::MIN, "Mon, 01 Jan 0001 00:00:00 GMT"),
    ] {
        assert_eq!(format(seconds), text);
    }
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn what_is_written_is_read_back(seconds in -62_135_596_800..=253_402_300_799i64) {
        prop_assert_eq!(parse(&format(seconds)), Some(seconds));
    }

    #[test]
    fn system_times_there_and_back(seconds in -10_000_000_000..10_000_000_000i64, nanos in 0..1_000_000_000u32) {
        let whole = SystemTime::from(HttpDate::from_seconds(seconds));
        prop_assert_eq!(HttpDate::from(whole + Duration::from_nanos(nanos.into())).seconds(), seconds);
    }
}

#[test]
fn the_date_program_says_the_same() {
    if !have("date") {
        return;
    }
    for seconds in [
        -1,
        0,
        68_169_600,
        784_111_777,
        951_827_696,
        NOW,
        4_107_542_399,
        32_503_680_000,
    ] {
        let mut command = Command::new("date");
        command.env("LC_ALL", "C").arg("-u");
        // GNU's date, or the BSDs'.
        match cfg!(target_os = "macos") {
            true => command.args(["-r", &seconds.to_string()]),
            false => command.args(["-d", &format!("@{seconds}")]),
        };
        let expected = output_of(command.arg("+%a, %d %b %Y %H:%M:%S GMT"));
        assert_eq!(format(seconds).as_bytes(), expected.trim_ascii_end());
    }
}

#[test]
fn a_cached_date_is_made_anew_when_the_second_is_another() {
    let mut cache = DateCache::new(UNIX_EPOCH);
    let text = |text: &[u8]| String::from_utf8(text.to_vec()).expect("ASCII");
    assert_eq!(
        text(cache.at(UNIX_EPOCH + Duration::from_millis(999))),
        format(0)
    );
    assert_eq!(
        text(cache.at(UNIX_EPOCH + Duration::from_millis(1000))),
        format(1)
    );
    assert_eq!(text(cache.at(UNIX_EPOCH)), format(0), "clocks are set back");
    assert_eq!(text(cache.text()), format(0));
}
