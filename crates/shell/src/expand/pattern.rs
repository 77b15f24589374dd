//! Patterns of `case` and `${x%pattern}`.
//!
//! Nearly all patterns of scripts are a text, a text and a star, or a star and a text: `*.c`, `-*`,
//! `${path##*/}`. Those are compared and searched for directly; the rest goes through fnmatch.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use fs::fnmatch::{Options, Pattern};

use super::Context;
use super::joined::Escaped;
use super::word::{Expander, How};
use crate::state::ifs::characters;
use crate::syntax::ast::{End, Extent, Part, Word};

/// A pattern, by what it takes to match it.
pub(super) enum Shape<'p> {
    /// `text`
    Exact(Cow<'p, [u8]>),
    /// `text*`
    Start(Cow<'p, [u8]>),
    /// `*text`
    End(Cow<'p, [u8]>),
    Any(Pattern),
}

impl<C: Context> Expander<'_, C> {
    /// The text of a pattern, in which backslashes stand for quotes.
    pub(super) fn pattern<'w>(&mut self, word: &'w Word) -> Result<Cow<'w, [u8]>, C::Error> {
        match &word.parts[..] {
            [] => Ok(Cow::Borrowed(b"")),
            [Part::Literal(text)] => Ok(Cow::Borrowed(text)),
            parts => {
                let mut escaped = Escaped::default();
                self.parts(parts, How::Bare, &mut escaped)?;
                Ok(Cow::Owned(escaped.pattern))
            }
        }
    }
}

impl<'p> Shape<'p> {
    pub(super) fn new(pattern: &'p [u8]) -> Self {
        let start = || plain(pattern.strip_suffix(b"*")?).map(Self::Start);
        let end = || plain(pattern.strip_prefix(b"*")?).map(Self::End);
        let exact = plain(pattern).map(Self::Exact);
        exact.or_else(start).or_else(end).unwrap_or_else(|| {
            Self::Any(Pattern::new(OsStr::from_bytes(pattern), Options::default()))
        })
    }

    /// Whether the pattern matches the whole of `text`.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        match self {
            Self::Exact(own) => text == &own[..],
            Self::Start(own) => text.starts_with(own),
            Self::End(own) => text.ends_with(own),
            Self::Any(pattern) => pattern.matches(OsStr::from_bytes(text)),
        }
    }

    /// What is left of `value` when what the pattern matches is taken off at `end`.
    pub(super) fn trim<'v>(&self, value: &'v [u8], end: End, extent: Extent) -> &'v [u8] {
        let kept = match end {
            End::Prefix => self.without_prefix(value, extent),
            End::Suffix => self.without_suffix(value, extent),
        };
        kept.unwrap_or(value)
    }

    fn without_prefix<'v>(&self, value: &'v [u8], extent: Extent) -> Option<&'v [u8]> {
        match (self, extent) {
            (Self::Exact(text), _) | (Self::Start(text), Extent::Shortest) => {
                value.strip_prefix(&text[..])
            }
            (Self::Start(text), Extent::Longest) => value.starts_with(text).then_some(&[]),
            (Self::End(text), Extent::Shortest) => Some(&value[find(value, text)? + text.len()..]),
            (Self::End(text), Extent::Longest) => Some(&value[rfind(value, text)? + text.len()..]),
            (Self::Any(_), _) => {
                let mut cuts = cuts(value).into_iter();
                let fits = |&cut: &usize| self.matches(&value[..cut]);
                let cut = match extent {
                    Extent::Shortest => cuts.find(fits),
                    Extent::Longest => cuts.rfind(fits),
                };
                Some(&value[cut?..])
            }
        }
    }

    fn without_suffix<'v>(&self, value: &'v [u8], extent: Extent) -> Option<&'v [u8]> {
        match (self, extent) {
            (Self::Exact(text), _) | (Self::End(text), Extent::Shortest) => {
                value.strip_suffix(&text[..])
            }
            (Self::End(text), Extent::Longest) => value.ends_with(text).then_some(&[]),
            (Self::Start(text), Extent::Shortest) => Some(&value[..rfind(value, text)?]),
            (Self::Start(text), Extent::Longest) => Some(&value[..find(value, text)?]),
            (Self::Any(_), _) => {
                let mut cuts = cuts(value).into_iter();
                let fits = |&cut: &usize| self.matches(&value[cut..]);
                let cut = match extent {
                    Extent::Shortest => cuts.rfind(fits),
                    Extent::Longest => cuts.find(fits),
                };
                Some(&value[..cut?])
            }
        }
    }
}

/// The text that `pattern` stands for if no character of it is special. It has to be whole characters:
/// only those are found in a text at the places where its characters begin.
fn plain(pattern: &[u8]) -> Option<Cow<'_, [u8]>> {
    if pattern
        .iter()
        .any(|byte| matches!(byte, b'*' | b'?' | b'[' | b'\\'))
    {
        return unescaped(pattern).map(Cow::Owned);
    }
    str::from_utf8(pattern)
        .is_ok()
        .then_some(Cow::Borrowed(pattern))
}

fn unescaped(pattern: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(pattern.len());
    let mut bytes = pattern.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'*' | b'?' | b'[' => return None,
            b'\\' => text.push(*bytes.next()?),
            _ => text.push(byte),
        }
    }
    str::from_utf8(&text).is_ok().then_some(text)
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    match part {
        [] => Some(0),
        [byte] => text.iter().position(|own| own == byte),
        _ => text.windows(part.len()).position(|window| window == part),
    }
}

fn rfind(text: &[u8], part: &[u8]) -> Option<usize> {
    match part {
        [] => Some(text.len()),
        [byte] => text.iter().rposition(|own| own == byte),
        _ => text.windows(part.len()).rposition(|window| window == part),
    }
}

/// The places where `text` can be cut: not within a character.
fn cuts(text: &[u8]) -> Vec<usize> {
    let mut places = vec![0];
    places.extend(characters(text).scan(0, |end, character| {
        *end += character.len();
        Some(*end)
    }));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pattern twice: as it is, and so that fnmatch has to do it.
    #[test]
    fn the_short_way_and_the_long_way_agree() {
        let values = ["", "a", "ab", "a.b.c", "..", "été", "a*b", "/x/y/", "\\"];
        let patterns = [
            "", "a", "*", "a*", "*a", ".*", "*.", "*/", "/*", "\\*", "a\\**", "*\\\\", "é*", "*é",
            "**", ".",
        ];
        for (value, pattern) in values
            .iter()
            .flat_map(|value| patterns.map(|one| (value, one)))
        {
            let value = value.as_bytes();
            let short = Shape::new(pattern.as_bytes());
            let long = Shape::Any(Pattern::new(pattern, Options::default()));
            assert_eq!(
                short.matches(value),
                long.matches(value),
                "{value:?} {pattern}"
            );
            for end in [End::Prefix, End::Suffix] {
                for extent in [Extent::Shortest, Extent::Longest] {
                    let found = short.trim(value, end, extent);
                    let expected = long.trim(value, end, extent);
                    assert_eq!(found, expected, "{value:?} {pattern} {end:?} {extent:?}");
                }
            }
        }
    }

    #[test]
    fn a_byte_of_a_character_matches_no_part_of_it() {
        assert!(!Shape::new(b"\xc3*").matches("é".as_bytes()));
        let value = "é".as_bytes();
        assert_eq!(
            Shape::new(b"*\xa9").trim(value, End::Prefix, Extent::Longest),
            value
        );
    }
}
