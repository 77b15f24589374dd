//! Parts of a resource (RFC 9110 §14).
//!
//! A Range is a request, not an order: one that makes no sense, or that asks for so many parts that
//! somebody means harm, is answered with the whole. Parts that overlap, or are so near each other that
//! the head of a part is longer than the gap, are sent as one.

use std::ops::Range;

use super::syntax::{decimal, split_unquoted};

/// With more parts than this in a Range, it is passed over. Players and download managers ask for a
/// handful.
pub const MOST_RANGES: usize = 16;

/// Parts with less between them become one: about so long is the head of a part.
const GAP: u64 = 80;

/// What a Range asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ranges {
    /// The whole is to be sent: another unit than bytes, malformed, or too many.
    Ignored,
    /// None of the parts is there.
    Unsatisfiable,
    /// These parts, at least one, none empty, none beyond the end, and no two overlap. In the order
    /// they were asked for, or if some were joined, in the order of the resource.
    Parts(Vec<Range<u64>>),
}

/// Reads the value of a Range field, for a resource of `length` bytes.
///
/// ```
/// use tcp_http::http::{Ranges, parse_ranges};
///
/// assert_eq!(parse_ranges(b"bytes=0-499, -500", 10_000), Ranges::Parts(vec![0..500, 9_500..10_000]));
/// assert_eq!(parse_ranges(b"bytes=10000-", 10_000), Ranges::Unsatisfiable);
/// assert_eq!(parse_ranges(b"lines=1-2", 10_000), Ranges::Ignored);
/// ```
pub fn parse(value: &[u8], length: u64) -> Ranges {
    let Some(specs) = value
        .split_at_checked(6)
        .filter(|(unit, _)| unit.eq_ignore_ascii_case(b"bytes="))
    else {
        return Ranges::Ignored;
    };
    let mut specs = split_unquoted(specs.1, b',').filter(|spec| !spec.is_empty());
    let specs: Option<Vec<Spec>> = specs.by_ref().take(MOST_RANGES + 1).map(spec).collect();
    match specs {
        Some(specs) if (1..=MOST_RANGES).contains(&specs.len()) => resolve(&specs, length),
        _ => Ranges::Ignored,
    }
}

/// The Content-Range of a part: `bytes 0-499/10000`.
pub fn content_range(part: &Range<u64>, length: u64) -> String {
    format!("bytes {}-{}/{length}", part.start, part.end - 1)
}

/// The Content-Range of a 416: `bytes */10000`.
pub fn unsatisfied_range(length: u64) -> String {
    format!("bytes */{length}")
}

/// One element of the list.
#[derive(Clone, Copy)]
enum Spec {
    /// First and last byte.
    Between(u64, u64),
    From(u64),
    /// So many bytes at the end.
    Suffix(u64),
}

fn spec(text: &[u8]) -> Option<Spec> {
    let dash = text.iter().position(|&byte| byte == b'-')?;
    match (&text[..dash], &text[dash + 1..]) {
        (b"", count) => Some(Spec::Suffix(decimal(count)?)),
        (first, b"") => Some(Spec::From(decimal(first)?)),
        (first, last) => {
            let (first, last) = (decimal(first)?, decimal(last)?);
            (first <= last).then_some(Spec::Between(first, last))
        }
    }
}

fn resolve(specs: &[Spec], length: u64) -> Ranges {
    // There is no way to write an empty part, so the end of nothing is all of it.
    if length == 0 && specs.iter().any(|spec| matches!(spec, Spec::Suffix(1..))) {
        return Ranges::Ignored;
    }
    let parts = specs.iter().map(|spec| match *spec {
        Spec::Between(first, last) => first..last.saturating_add(1).min(length),
        Spec::From(first) => first..length,
        Spec::Suffix(count) => length.saturating_sub(count)..length,
    });
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        Ranges::Unsatisfiable
    } else {
        Ranges::Parts(join_near(parts))
    }
}

fn join_near(parts: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut sorted = parts.clone();
    sorted.sort_by_key(|part| part.start);
    let mut joined: Vec<Range<u64>> = Vec::with_capacity(sorted.len());
    for part in sorted {
        match joined.last_mut() {
            Some(last) if part.start <= last.end.saturating_add(GAP) => {
                last.end = last.end.max(part.end);
            }
            _ => joined.push(part),
        }
    }
    if joined.len() == parts.len() {
        parts
    } else {
        joined
    }
}
