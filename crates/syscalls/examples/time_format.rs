//! One instant has many spellings; RFC 822 mail, HTTP and people each want a layout of their own.
//!
//! A layout says which parts of a time stand where. C and its heirs write `%d %b %Y`, a letter for
//! each part. Go has you write how one certain instant would look, 15:04:05 on Monday, 2 January
//! 2006, seven hours behind UTC, and puts the parts of another in their places. Here is a formatter
//! of this kind. The calendar's work is left to the C library's `gmtime_r(3)`, and its
//! `strftime(3)` is the judge.
//!
//! The zone is a fixed distance from UTC. What "Tokyo" or "Berlin" means at some instant is a
//! table, kept in /usr/share/zoneinfo on Unix. Letters such as JST are for people alone: they are
//! not unique, so RFC 5322, the heir of RFC 822, asks for +0900 instead.
#![allow(unsafe_code)] // gmtime_r(3) and strftime(3), which take pointers

use std::ffi::CStr;
use std::ptr;

use nix::libc;

const RFC_822: &str = "02 Jan 06 15:04 MST";
const RFC_5322: &str = "Mon, 02 Jan 2006 15:04:05 -0700";
const HTTP: &str = "Mon, 02 Jan 2006 15:04:05 GMT";
const OURS: &str = "2006/01/02 (Mon) at 15h04";

const DAYS: &str = "SunMonTueWedThuFriSat";
const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";

/// A part as it stands in a layout, and how it is written.
type Part = (&'static str, fn(&libc::tm, &str) -> String);

/// A part whose name begins like another's stands before that one.
const PARTS: [Part; 11] = [
    ("2006", |time, _| format!("{:04}", time.tm_year + 1900)),
    ("-0700", |time, _| offset(time.tm_gmtoff)),
    ("MST", |_, zone| zone.to_owned()),
    ("Mon", |time, _| three(DAYS, time.tm_wday)),
    ("Jan", |time, _| three(MONTHS, time.tm_mon)),
    ("01", |time, _| format!("{:02}", time.tm_mon + 1)),
    ("02", |time, _| format!("{:02}", time.tm_mday)),
    ("15", |time, _| format!("{:02}", time.tm_hour)),
    ("04", |time, _| format!("{:02}", time.tm_min)),
    ("05", |time, _| format!("{:02}", time.tm_sec)),
    ("06", |time, _| format!("{:02}", time.tm_year % 100)),
];

fn main() {
    for (zone, layout, expected) in [
        ("UTC", RFC_822, "25 Aug 17 15:00 UTC"),
        ("UTC", HTTP, "Fri, 25 Aug 2017 15:00:00 GMT"),
        ("UTC", OURS, "2017/08/25 (Fri) at 15h00"),
        ("JST", RFC_822, "26 Aug 17 00:00 JST"),
        ("JST", RFC_5322, "Sat, 26 Aug 2017 00:00:00 +0900"),
        ("JST", OURS, "2017/08/26 (Sat) at 00h00"),
    ] {
        let hours = if zone == "JST" { 9 } else { 0 };
        let text = format(&parts_of(1_503_673_200, hours * 3600), zone, layout);
        println!("{layout:31}  {text}");
        assert_eq!(text, expected);
    }
    // Each of these falls on another day, hour, minute and second than the one before.
    let instants = (0..4_000_000_000).step_by(23_456_789);
    for instant in instants.clone() {
        let time = parts_of(instant, -(3 * 3600 + 30 * 60));
        let judged = strftime(&time, c"%a, %d %b %Y %H:%M:%S %z");
        assert_eq!(format(&time, "", RFC_5322), judged);
    }
    println!("strftime writes the same for {} instants", instants.count());
}

fn format(time: &libc::tm, zone: &str, layout: &str) -> String {
    let mut text = String::new();
    let mut rest = layout;
    while let Some(first) = rest.chars().next() {
        match PARTS.iter().find(|(name, _)| rest.starts_with(name)) {
            Some((name, write)) => {
                text += &write(time, zone);
                rest = &rest[name.len()..];
            }
            None => {
                text.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    text
}

fn three(names: &str, index: i32) -> String {
    names[3 * index as usize..][..3].to_owned()
}

fn offset(seconds: libc::c_long) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

/// The parts of a time that is so many seconds after the start of 1970, in UTC, where the clocks
/// are `offset` seconds ahead.
fn parts_of(instant: libc::time_t, offset: libc::c_long) -> libc::tm {
    let local = instant + offset;
    // SAFETY: the type is numbers and a pointer, for all of which zero is a value.
    let mut parts: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are good for the call, and it keeps neither.
    let filled = unsafe { libc::gmtime_r(&raw const local, &raw mut parts) };
    assert!(!filled.is_null(), "a year that is no 32-bit number");
    parts.tm_gmtoff = offset;
    parts
}

fn strftime(time: &libc::tm, format: &CStr) -> String {
    let mut text = [0_u8; 64];
    let (start, room) = (text.as_mut_ptr().cast(), text.len());
    // SAFETY: writes at most `room` bytes; the format ends in a zero and asks for no zone's name,
    // so that `tm_zone` is not read.
    let length = unsafe { libc::strftime(start, room, format.as_ptr(), ptr::from_ref(time)) };
    String::from_utf8_lossy(&text[..length]).into_owned()
}
