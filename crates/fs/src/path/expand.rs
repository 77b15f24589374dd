//! `$NAME` and `${NAME}` in a string, as Go's `os.Expand` has them.
//!
//! It is less than the shell does: no quotes, no `${NAME:-default}` (that asks for a variable of that
//! whole name), no error for what is unset. Without braces a name is the longest run of ASCII
//! letters, digits and `_`, or one of the shell's special characters: `* # $ @ ! ? -` or a digit, of
//! which just one is taken (`$10` is `$1` and a 0). Between braces it is anything up to the next `}`.

use std::borrow::Cow;
use std::env;
use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// `text` with `$NAME` and `${NAME}` replaced by what `value` gives for NAME, nothing for `None`.
///
/// A `$` without a name stays. Bad syntax goes: `${}` as a whole, of `${` that is never closed the two
/// characters. What `value` gives is not expanded again. std has no such function.
///
/// ```
/// use fs::path::expand;
///
/// let home = |name: &[u8]| (name == b"HOME").then_some("/home/me");
/// assert_eq!(expand(b"${HOME}/$HOME/$nobody", home), &b"/home/me//home/me/"[..]);
/// assert_eq!(expand(b"5 $ and ${", home), &b"5 $ and "[..]);
/// ```
pub fn expand<V: AsRef<[u8]>>(
    text: &[u8],
    mut value: impl FnMut(&[u8]) -> Option<V>,
) -> Cow<'_, [u8]> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(dollar) = rest.iter().position(|&byte| byte == b'$') {
        let (before, after) = (&rest[..dollar], &rest[dollar + 1..]);
        out.extend_from_slice(before);
        let (reference, length) = Reference::read(after);
        match reference {
            Reference::None => out.push(b'$'),
            Reference::Malformed => {}
            Reference::To(name) => {
                if let Some(value) = value(name) {
                    out.extend_from_slice(value.as_ref());
                }
            }
        }
        rest = &after[length..];
    }
    if rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// [`expand`] with the variables of the environment; those that are not set are empty.
pub fn expand_env(text: &[u8]) -> Cow<'_, [u8]> {
    expand(text, |name| {
        env::var_os(OsStr::from_bytes(name)).map(OsStringExt::into_vec)
    })
}

/// What is behind a `$`.
enum Reference<'a> {
    None,
    Malformed,
    To(&'a [u8]),
}

impl<'a> Reference<'a> {
    /// The reference and how many bytes it takes.
    fn read(text: &'a [u8]) -> (Self, usize) {
        match text {
            [b'{', rest @ ..] => match rest.iter().position(|&byte| byte == b'}') {
                None => (Self::Malformed, 1),
                Some(0) => (Self::Malformed, 2),
                Some(length) => (Self::To(&rest[..length]), length + 2),
            },
            [special, ..] if is_special(*special) => (Self::To(&text[..1]), 1),
            _ => match text.iter().take_while(|&&byte| is_of_name(byte)).count() {
                0 => (Self::None, 0),
                length => (Self::To(&text[..length]), length),
            },
        }
    }
}

fn is_special(byte: u8) -> bool {
    matches!(
        byte,
        b'*' | b'#' | b'$' | b'@' | b'!' | b'?' | b'-' | b'0'..=b'9'
    )
}

fn is_of_name(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}
