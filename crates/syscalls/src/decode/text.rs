//! Bytes as text: quoted, escaped and cut off as strace does.

use std::fmt::Write;

/// Which characters a text may contain as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Letters as letters, others as in C: `\n`, `\0`, `\33`.
    Octal,
    /// Every byte as two hexadecimal digits, for what is not text at all: `\x8b\x1f`.
    Hex,
}

/// Appends `bytes` in quotation marks, with `...` behind them when there were more.
pub(crate) fn quote(text: &mut String, bytes: &[u8], escape: Escape, more: bool) {
    text.push('"');
    match escape {
        Escape::Octal => octal(text, bytes),
        Escape::Hex => hex(text, bytes),
    }
    text.push_str(if more { "\"..." } else { "\"" });
}

/// Appends `bytes` escaped, without quotation marks.
fn octal(text: &mut String, bytes: &[u8]) {
    for (index, &byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\t' => text.push_str("\\t"),
            b'\n' => text.push_str("\\n"),
            0x0b => text.push_str("\\v"),
            0x0c => text.push_str("\\f"),
            b'\r' => text.push_str("\\r"),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => octal_byte(text, byte, bytes.get(index + 1).copied()),
        }
    }
}

/// `\1`, or `\001` when an octal digit follows that would be read as part of it.
fn octal_byte(text: &mut String, byte: u8, next: Option<u8>) {
    let digit_follows = matches!(next, Some(b'0'..=b'7'));
    let _ = if digit_follows {
        write!(text, "\\{byte:03o}")
    } else {
        write!(text, "\\{byte:o}")
    };
}

fn hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let _ = write!(text, "\\x{byte:02x}");
    }
}

/// Appends what a descriptor is open on, in angle brackets: `</etc/passwd>`.
pub(crate) fn descriptor(text: &mut String, target: &str) {
    text.push('<');
    for byte in target.bytes() {
        match byte {
            b'<' | b'>' => octal_byte(text, byte, Some(b'0')),
            _ => octal(text, &[byte]),
        }
    }
    text.push('>');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(bytes: &[u8]) -> String {
        let mut text = String::new();
        quote(&mut text, bytes, Escape::Octal, false);
        text
    }

    #[test]
    fn bytes_that_are_no_letters_are_escaped_as_in_c() {
        assert_eq!(quoted(b"a\"\\\t\n\x0b\x0c\r"), r#""a\"\\\t\n\v\f\r""#);
        assert_eq!(quoted(b"\x07\x08\x1b[\x7f\xff"), r#""\7\10\33[\177\377""#);
    }

    #[test]
    fn an_octal_digit_behind_an_escape_does_not_become_part_of_it() {
        assert_eq!(quoted(b"\x001\x018\x01a\x00"), r#""\0001\18\1a\0""#);
    }

    #[test]
    fn random_bytes_are_all_hexadecimal() {
        let mut text = String::new();
        quote(&mut text, b"A\x00\xff", Escape::Hex, true);
        assert_eq!(text, r#""\x41\x00\xff"..."#);
    }

    #[test]
    fn a_descriptors_target_cannot_close_its_bracket() {
        let mut text = String::new();
        descriptor(&mut text, "/tmp/a>b\n");
        assert_eq!(text, r"</tmp/a\076b\n>");
    }
}
