//! `/proc/PID/maps` and `/proc/PID/smaps`, as proc(5) describes them. No I/O: any bytes give areas
//! or an error.
//!
//! ```text
//! 55bcca1ab000-55bcca1b0000 r-xp 00002000 fe:00 247030       /usr/bin/cat
//! Rss:                  20 kB
//! VmFlags: rd ex mr mw me
//! ```
//!
//! A line of smaps that begins a new area looks like one of maps; those after it have a colon
//! behind their first word. A path may hold anything but a newline, which the kernel writes as
//! `\012`.

use std::ffi::OsString;
use std::ops::Range;
use std::os::unix::ffi::OsStringExt;

use super::area::{Area, Permissions};
use super::error::ParseError;
use super::usage::Usage;

/// The areas of a `maps` file.
///
/// # Errors
///
/// Names the first line that is not one of `maps`, or that lies below the one before.
pub fn parse_maps(text: &[u8]) -> Result<Vec<Area>, ParseError> {
    let mut areas = Vec::new();
    for (line, text) in lines(text) {
        let area = parse_area(text).map_err(|reason| ParseError { line, reason })?;
        push(&mut areas, area).map_err(|reason| ParseError { line, reason })?;
    }
    Ok(areas)
}

/// The areas of an `smaps` file, with their usage.
///
/// # Errors
///
/// Names the first line that is neither an area's nor a value of one.
pub fn parse_smaps(text: &[u8]) -> Result<Vec<Area>, ParseError> {
    let mut areas: Vec<Area> = Vec::new();
    for (line, text) in lines(text) {
        match key_and_value(text) {
            Some((key, value)) => add_value(&mut areas, key, value),
            None => parse_area(text).and_then(|mut area| {
                area.usage = Some(Usage::default());
                push(&mut areas, area)
            }),
        }
        .map_err(|reason| ParseError { line, reason })?;
    }
    Ok(areas)
}

/// With their numbers, without the newlines.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let lines = (!text.is_empty()).then(|| text.split(|&byte| byte == b'\n'));
    (1..).zip(lines.into_iter().flatten())
}

fn push(areas: &mut Vec<Area>, area: Area) -> Result<(), &'static str> {
    let end = areas.last().map_or(0, |last| last.range.end);
    if area.range.start < end {
        return Err("the area begins before the last one ends");
    }
    areas.push(area);
    Ok(())
}

/// `55bcca1ab000-55bcca1b0000 r-xp 00002000 fe:00 247030    /usr/bin/cat`
fn parse_area(line: &[u8]) -> Result<Area, &'static str> {
    let mut rest = line;
    let range = parse_range(word(&mut rest)).ok_or("no range of addresses")?;
    let permissions = parse_permissions(word(&mut rest)).ok_or("no permissions")?;
    let offset = parse_hex(word(&mut rest)).ok_or("no offset")?;
    let device = parse_device(word(&mut rest)).ok_or("no device")?;
    let inode = parse_decimal(word(&mut rest)).ok_or("no inode")?;
    Ok(Area {
        range,
        permissions,
        offset,
        device,
        inode,
        name: OsString::from_vec(unescape(rest.trim_ascii_start())),
        usage: None,
    })
}

/// The next word; what follows the one space behind it stays.
fn word<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let end = rest.iter().position(|&byte| byte == b' ');
    let (word, tail) = rest.split_at(end.unwrap_or(rest.len()));
    *rest = tail.strip_prefix(b" ").unwrap_or(tail);
    word
}

fn parse_range(word: &[u8]) -> Option<Range<u64>> {
    let dash = word.iter().position(|&byte| byte == b'-')?;
    let range = parse_hex(&word[..dash])?..parse_hex(&word[dash + 1..])?;
    (!range.is_empty()).then_some(range)
}

fn parse_permissions(word: &[u8]) -> Option<Permissions> {
    let &[r, w, x, sharing] = word else {
        return None;
    };
    let flag = |byte: u8, letter: u8| match byte {
        b'-' => Some(false),
        _ => (byte == letter).then_some(true),
    };
    Some(Permissions {
        read: flag(r, b'r')?,
        write: flag(w, b'w')?,
        execute: flag(x, b'x')?,
        shared: match sharing {
            b's' => true,
            b'p' => false,
            _ => return None,
        },
    })
}

fn parse_device(word: &[u8]) -> Option<(u32, u32)> {
    let colon = word.iter().position(|&byte| byte == b':')?;
    let number = |digits| u32::try_from(parse_hex(digits)?).ok();
    Some((number(&word[..colon])?, number(&word[colon + 1..])?))
}

/// `from_str_radix` would take a sign; the kernel writes none.
fn parse_hex(digits: &[u8]) -> Option<u64> {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u64::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

fn parse_decimal(digits: &[u8]) -> Option<u64> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    str::from_utf8(digits).ok()?.parse().ok()
}

/// The kernel escapes a newline and nothing else, not even the backslash: a name that really has
/// `\012` in it reads the same.
fn unescape(name: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&byte, tail)) = rest.split_first() {
        let escaped = rest.strip_prefix(br"\012");
        plain.push(if escaped.is_some() { b'\n' } else { byte });
        rest = escaped.unwrap_or(tail);
    }
    plain
}

/// `Rss:                  20 kB`; a line that begins an area has no colon in its first word.
fn key_and_value(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = line.iter().position(|&byte| byte == b' ')?;
    let key = line[..end].strip_suffix(b":")?;
    Some((key, line[end..].trim_ascii()))
}

fn add_value(areas: &mut [Area], key: &[u8], value: &[u8]) -> Result<(), &'static str> {
    let usage = areas.last_mut().and_then(|area| area.usage.as_mut());
    let usage = usage.ok_or("a value before the first area")?;
    let Some(field) = usage.field(key) else {
        return Ok(());
    };
    let kilobytes = value.strip_suffix(b" kB").and_then(parse_decimal);
    let bytes = kilobytes.and_then(|kilobytes| kilobytes.checked_mul(1024));
    let bytes = bytes.ok_or("not a number of kB")?;
    *field = field.checked_add(bytes).ok_or("too many kB")?;
    Ok(())
}
