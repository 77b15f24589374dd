//! Text so that the shell reads it back as it is.

use std::borrow::Cow;

/// `text` as one word of shell input, for `set -x`, `set`, `export -p` and their like. It stays as it is
/// where no character of it is special.
///
/// ```
/// use shell::expand::quote;
///
/// assert_eq!(quote(b"plain-1"), &b"plain-1"[..]);
/// assert_eq!(quote(b"two words"), &b"'two words'"[..]);
/// assert_eq!(quote(b"it's"), &br"'it'\''s'"[..]);
/// assert_eq!(quote(b""), &b"''"[..]);
/// ```
#[must_use]
pub fn quote(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.is_empty() && text.iter().all(|&byte| is_plain(byte)) {
        return Cow::Borrowed(text);
    }
    let mut quoted = Vec::with_capacity(text.len() + 2);
    quoted.push(b'\'');
    for &byte in text {
        match byte {
            b'\'' => quoted.extend_from_slice(br"'\''"),
            _ => quoted.push(byte),
        }
    }
    quoted.push(b'\'');
    Cow::Owned(quoted)
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-+./:=@%^,".contains(&byte)
}
