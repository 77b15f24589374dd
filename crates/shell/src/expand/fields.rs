//! Field splitting: POSIX.1-2024, 2.6.5.
//!
//! Two kinds of characters in IFS behave in two ways. White space around a field goes, and any amount of
//! it between two fields is one delimiter. Each other character is a delimiter by itself, together with
//! the white space around it, so that two of them have an empty field between them; one at the end ends
//! the last field and begins no other.
//!
//! Text is split while it arrives, piece by piece, since a delimiter may have its white space in one
//! variable and its colon in the next.

use std::mem;
use std::ops::Range;

use super::joined::escape;
use super::pathname::has_special;
use super::sink::Sink;
use crate::state::Ifs;
use crate::state::ifs::Delimiter;
use crate::syntax::ast::Bytes;

/// One field of a word, its quotes removed but not forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// The field.
    pub text: Bytes,
    /// Where `text` came from quotes.
    pub quoted: Vec<Range<usize>>,
    /// Whether an unquoted character may make it a pattern.
    pub special: bool,
}

impl Field {
    /// The field as a pattern: what was quoted has backslashes.
    #[must_use]
    pub fn pattern(&self) -> Bytes {
        let mut pattern = Bytes::with_capacity(self.text.len() + 8);
        let mut done = 0;
        for range in &self.quoted {
            pattern.extend_from_slice(&self.text[done..range.start]);
            escape(&self.text[range.clone()], &mut pattern);
            done = range.end;
        }
        pattern.extend_from_slice(&self.text[done..]);
        pattern
    }
}

/// Cuts a word into fields while it is expanded.
#[derive(Default)]
pub(super) struct Splitter {
    done: Vec<Field>,
    /// The field that is being filled, when `place` says so.
    field: Field,
    place: Place,
}

/// What was last.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// Nothing yet, or another positional parameter: a delimiter here ends an empty field.
    #[default]
    Start,
    /// Text of a field.
    InField,
    /// White space that ended a field. A delimiter of the other kind still belongs to it.
    AfterWhite,
    /// A delimiter of the other kind.
    AfterHard,
}

impl Splitter {
    pub(super) fn finish(mut self) -> Vec<Field> {
        self.separate();
        self.done
    }

    fn end_field(&mut self) {
        self.done.push(mem::take(&mut self.field));
    }

    fn delimiter(&mut self, delimiter: Delimiter) {
        let in_field = self.place == Place::InField;
        match delimiter {
            Delimiter::White if in_field => self.place = Place::AfterWhite,
            Delimiter::White => return,
            Delimiter::Hard(_) => {
                let ended = self.place == Place::AfterWhite;
                self.place = Place::AfterHard;
                if ended {
                    return;
                }
            }
        }
        self.end_field();
    }

    fn append(&mut self, text: &[u8]) {
        self.place = Place::InField;
        self.field.text.extend_from_slice(text);
        self.field.special = self.field.special || has_special_start(text);
    }
}

/// Whether `text` may be a part of a pattern. The rest of a bracket may come from another piece.
fn has_special_start(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

impl Sink for Splitter {
    const FIELDS: bool = true;

    fn literal(&mut self, text: &[u8]) {
        self.append(text);
    }

    fn quoted(&mut self, text: &[u8]) {
        self.place = Place::InField;
        let start = self.field.text.len();
        self.field.text.extend_from_slice(text);
        if !text.is_empty() {
            self.field.quoted.push(start..self.field.text.len());
        }
    }

    fn expansion(&mut self, text: &[u8], ifs: &Ifs) {
        let mut rest = text;
        while !rest.is_empty() {
            let plain = ifs.plain(rest);
            if plain > 0 {
                self.append(&rest[..plain]);
                rest = &rest[plain..];
                continue;
            }
            let length = match ifs.at_start(rest) {
                Some(delimiter) => {
                    self.delimiter(delimiter);
                    delimiter.length()
                }
                // Only the first byte of a delimiter's character.
                None => {
                    self.append(&rest[..1]);
                    1
                }
            };
            rest = &rest[length..];
        }
    }

    fn separate(&mut self) {
        if self.place == Place::InField {
            self.end_field();
        }
        self.place = Place::Start;
    }
}

/// The one field that an unquoted expansion to `text` is, if nothing in it is special.
pub(super) fn is_plain(text: &[u8], ifs: &Ifs) -> bool {
    ifs.plain(text) == text.len() && !has_special(text)
}
