//! What a pattern and the text of a call have in common: words, strings, blanks.

use std::borrow::Cow;

/// Letters, digits and `_`: what a word is made of.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The value that begins here: a word, or a string with its quotes.
pub(super) fn value(text: &str, start: usize) -> Option<&str> {
    let rest = &text[start..];
    let end = if rest.starts_with('"') && !Quotes::of(&text[..start]).inside {
        let mut quotes = Quotes::default();
        rest.char_indices()
            .find(|(_, c)| quotes.closes(*c))
            .map(|(at, _)| at + 1)?
    } else {
        rest.find(|c| !is_word(c)).unwrap_or(rest.len())
    };
    (end > 0).then(|| &rest[..end])
}

/// Whether a text, read so far, is inside a string. A backslash takes the next character's meaning.
#[derive(Clone, Copy, Default)]
struct Quotes {
    inside: bool,
    escaped: bool,
}

impl Quotes {
    fn of(text: &str) -> Self {
        let mut quotes = Self::default();
        for c in text.chars() {
            quotes.closes(c);
        }
        quotes
    }

    /// Reads a character; true when it is the quote that ends a string.
    fn closes(&mut self, c: char) -> bool {
        let escaped = std::mem::take(&mut self.escaped);
        match c {
            '\\' if self.inside => self.escaped = !escaped,
            '"' if !escaped => {
                self.inside = !self.inside;
                return !self.inside;
            }
            _ => {}
        }
        false
    }
}

/// Whether every string ends.
pub(super) fn strings_are_closed(text: &str) -> bool {
    !Quotes::of(text).inside
}

/// Whether `wanted` occurs, and not only in strings.
pub(super) fn outside_strings(text: &str, wanted: &str) -> bool {
    text.match_indices(wanted)
        .any(|(at, _)| !Quotes::of(&text[..at]).inside)
}

/// One blank for each row of blanks outside of strings.
pub(super) fn single_spaced(text: &str) -> Cow<'_, str> {
    if !text.contains("  ") && !text.contains('\t') {
        return Cow::Borrowed(text);
    }
    let mut quotes = Quotes::default();
    let mut spaced = String::with_capacity(text.len());
    for c in text.chars() {
        quotes.closes(c);
        match c {
            ' ' | '\t' if !quotes.inside => {
                if !spaced.ends_with(' ') {
                    spaced.push(' ');
                }
            }
            c => spaced.push(c),
        }
    }
    Cow::Owned(spaced)
}
