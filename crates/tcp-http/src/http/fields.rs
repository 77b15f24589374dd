//! Header fields: where they are, and how one asks for them.

use std::ops::Range;

use super::Refusal;
use super::syntax::{is_token_byte, list, trim};

/// Anything that has fields: a head in a buffer, an owned message, trailers.
///
/// Names are compared without regard to case. Several lines of one name are one list, in order
/// (RFC 9110 §5.3).
pub trait Fields {
    /// All field lines in their order: name and value, the value trimmed.
    fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])>;

    /// The first value of `name`.
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.get_all(name).next()
    }

    /// All values of `name`.
    fn get_all(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.lines()
            .filter(move |(line, _)| line.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// The elements of all values of `name`, for fields that are lists.
    fn list(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.get_all(name).flat_map(list)
    }
}

/// Where a field is in the buffer of its head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldSpan {
    name: Span,
    value: Span,
}

/// A range that takes half the room of a `Range<usize>`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl FieldSpan {
    /// Reads the field line at `line`: `name ":" OWS value OWS`.
    #[inline]
    pub(crate) fn parse(bytes: &[u8], line: Range<usize>) -> Result<FieldSpan, Refusal> {
        let text = &bytes[line.clone()];
        let name = text.iter().position(|&byte| !is_token_byte(byte));
        let name = match name.map(|end| (end, &text[end..])) {
            Some((0, [b' ' | b'\t', ..])) => return Err(Refusal::Fold),
            Some((1.., [b' ' | b'\t', ..])) => return Err(Refusal::SpaceBeforeColon),
            Some((end @ 1.., [b':', ..])) => end,
            _ => return Err(Refusal::FieldName),
        };
        let value = &text[name + 1..];
        let left = value.len() - value.trim_ascii_start().len();
        let start = line.start + name + 1 + left;
        Ok(FieldSpan {
            name: Span::from(line.start..line.start + name),
            value: Span::from(start..start + trim(value).len()),
        })
    }

    pub(crate) fn name<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        self.name.of(bytes)
    }

    pub(crate) fn value<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        self.value.of(bytes)
    }

    pub(crate) fn of<'a>(&self, bytes: &'a [u8]) -> (&'a [u8], &'a [u8]) {
        (self.name(bytes), self.value(bytes))
    }
}

impl Span {
    pub(crate) fn of(self, bytes: &[u8]) -> &[u8] {
        &bytes[self.start as usize..self.end as usize]
    }
}

impl From<Range<usize>> for Span {
    /// Positions in a head are below 4 GiB: [`Limits::MOST`](super::Limits::MOST) and what is added to
    /// it are.
    fn from(range: Range<usize>) -> Self {
        Span {
            start: range.start as u32,
            end: range.end as u32,
        }
    }
}
