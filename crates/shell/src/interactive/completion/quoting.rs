//! Quotes, taken off and put on.

use super::context::Quote;

/// Follows the quotes of a line, byte by byte.
#[derive(Debug, Default)]
pub(super) struct Reader {
    quote: Option<u8>,
    escaped: bool,
}

impl Reader {
    /// Takes the next byte. Returns whether it means what it says: neither quoted nor a quote.
    pub(super) fn step(&mut self, byte: u8) -> bool {
        if std::mem::take(&mut self.escaped) {
            return false;
        }
        match (self.quote, byte) {
            (None | Some(b'"'), b'\\') => self.escaped = true,
            (None, b'\'' | b'"') => self.quote = Some(byte),
            (Some(open), _) if open == byte => self.quote = None,
            (quote, _) => return quote.is_none(),
        }
        false
    }

    pub(super) fn open_at_end(text: &str) -> Quote {
        let mut reader = Self::default();
        for byte in text.bytes() {
            reader.step(byte);
        }
        match reader.quote {
            None => Quote::None,
            Some(b'\'') => Quote::Single,
            Some(_) => Quote::Double,
        }
    }

    /// `raw` without its quotes, `quote` being open at its begin.
    pub(super) fn text(raw: &str, quote: Quote) -> String {
        let mut open = match quote {
            Quote::None => None,
            Quote::Single => Some('\''),
            Quote::Double => Some('"'),
        };
        let mut out = String::new();
        let mut rest = raw.chars();
        while let Some(next) = rest.next() {
            match (open, next) {
                (None, '\\') => out.extend(rest.next()),
                (Some('"'), '\\') => {
                    let escaped = rest.next();
                    if !escaped.is_some_and(|escaped| "$`\"\\".contains(escaped)) {
                        out.push('\\');
                    }
                    out.extend(escaped);
                }
                (None, '\'' | '"') => open = Some(next),
                (Some(quote), _) if quote == next => open = None,
                _ => out.push(next),
            }
        }
        out
    }
}

/// `name` as it may stand in a line where `quote` is open; the quote stays open.
///
/// A name that is not text, or has a control character in it, becomes `$'…'`. That cannot be said
/// inside quotes: there the name is left as it is.
#[must_use]
pub fn quoted(name: &[u8], quote: Quote) -> String {
    let text = str::from_utf8(name)
        .ok()
        .filter(|text| !text.chars().any(char::is_control));
    match (text, quote) {
        (Some(text), Quote::None) => escaped(text, is_special),
        (Some(text), Quote::Double) => escaped(text, |_, next| "$`\"\\".contains(next)),
        (Some(text), Quote::Single) => text.replace('\'', "'\\''"),
        (None, Quote::None) => with_dollar(name),
        (None, _) => String::from_utf8_lossy(name).into_owned(),
    }
}

fn escaped(text: &str, is_special: impl Fn(usize, char) -> bool) -> String {
    let mut out = String::new();
    for (index, next) in text.char_indices() {
        if is_special(index, next) {
            out.push('\\');
        }
        out.push(next);
    }
    out
}

fn is_special(index: usize, next: char) -> bool {
    " \t|&;<>()$`\\\"'*?[]{}!".contains(next) || index == 0 && "~#".contains(next)
}

fn with_dollar(name: &[u8]) -> String {
    let mut out = "$'".to_owned();
    for byte in name {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\'' | b'\\' => out.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out.push('\'');
    out
}
