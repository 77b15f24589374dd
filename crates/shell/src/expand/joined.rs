//! Sinks that make one text of a word.

use super::sink::Sink;
use crate::state::Ifs;

/// The text without its quotes.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) text: Vec<u8>,
}

impl Sink for Joined {
    const FIELDS: bool = false;

    fn literal(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    fn quoted(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    fn expansion(&mut self, text: &[u8], _: &Ifs) {
        self.text.extend_from_slice(text);
    }

    fn separate(&mut self) {}
}

/// The text as a pattern, in which a backslash takes the place of quotes.
#[derive(Default)]
pub(super) struct Escaped {
    pub(super) pattern: Vec<u8>,
}

impl Sink for Escaped {
    const FIELDS: bool = false;

    fn literal(&mut self, text: &[u8]) {
        self.pattern.extend_from_slice(text);
    }

    fn quoted(&mut self, text: &[u8]) {
        escape(text, &mut self.pattern);
    }

    fn expansion(&mut self, text: &[u8], _: &Ifs) {
        self.pattern.extend_from_slice(text);
    }

    fn separate(&mut self) {}
}

/// Appends `text` so that a pattern takes each character of it for itself.
pub(super) fn escape(text: &[u8], pattern: &mut Vec<u8>) {
    for &byte in text {
        // A slash separates the parts of a path however it is quoted.
        if byte.is_ascii_punctuation() && byte != b'/' {
            pattern.push(b'\\');
        }
        pattern.push(byte);
    }
}
