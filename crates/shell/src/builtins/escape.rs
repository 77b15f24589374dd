//! Backslashes in the text of `echo` and `printf`.

/// Which escapes there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `echo` and `%b`: `\0` and up to three octal digits, and `\c`.
    Argument,
    /// The format of `printf`: a backslash and up to three octal digits, and no `\c`.
    Format,
}

/// What a backslash and what follows it stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    Byte(u8),
    /// `\c`: all output ends here.
    Stop,
}

/// The escape at the start of `text`, which is what stands behind a backslash, and its length. None
/// when it is none: then the backslash is a character like others.
pub(super) fn escape(text: &[u8], dialect: Dialect) -> Option<(Escape, usize)> {
    let byte = match *text.first()? {
        b'\\' => b'\\',
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'c' if dialect == Dialect::Argument => return Some((Escape::Stop, 1)),
        b'0' if dialect == Dialect::Argument => {
            let (byte, digits) = octal(&text[1..]);
            return Some((Escape::Byte(byte), 1 + digits));
        }
        b'0'..=b'7' if dialect == Dialect::Format => {
            let (byte, digits) = octal(text);
            return Some((Escape::Byte(byte), digits));
        }
        _ => return None,
    };
    Some((Escape::Byte(byte), 1))
}

/// Up to three octal digits; the high bits of too large a number go.
fn octal(text: &[u8]) -> (u8, usize) {
    let is_octal = |byte: &&u8| matches!(byte, b'0'..=b'7');
    let digits = text.iter().take(3).take_while(is_octal);
    digits.fold((0, 0), |(value, count), digit| {
        (((u32::from(value) * 8) as u8) | (digit - b'0'), count + 1)
    })
}

/// Appends `text` with its escapes replaced. False when `\c` ended it.
pub(super) fn append(text: &[u8], out: &mut Vec<u8>) -> bool {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\\') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        match escape(rest, Dialect::Argument) {
            Some((Escape::Stop, _)) => return false,
            Some((Escape::Byte(byte), length)) => {
                out.push(byte);
                rest = &rest[length..];
            }
            None => out.push(b'\\'),
        }
    }
    out.extend_from_slice(rest);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> (Vec<u8>, bool) {
        let mut out = Vec::new();
        let whole = append(text.as_bytes(), &mut out);
        (out, whole)
    }

    #[test]
    fn each_escape_is_one_byte() {
        assert_eq!(replaced(r"a\tb\\c\n"), (b"a\tb\\c\n".to_vec(), true));
        assert_eq!(replaced(r"\0101\060\01234"), (b"A0S4".to_vec(), true));
        assert_eq!(replaced(r"\0x\0"), (b"\0x\0".to_vec(), true));
        assert_eq!(replaced(r"\0777"), (b"\xff".to_vec(), true));
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(replaced(r"\q\8\"), (br"\q\8\".to_vec(), true));
    }

    #[test]
    fn c_ends_it() {
        assert_eq!(replaced(r"a\cb"), (b"a".to_vec(), false));
    }
}
