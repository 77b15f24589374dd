//! From a target's path to the bytes of a file's path.
//!
//! The order is what is dangerous here. Who looks for `..` first and decodes then is led out of the
//! root by `%2e%2e`; who decodes twice, by `%252e`. So: split at the slashes, decode each segment
//! once, and then look at it.

use thiserror::Error;

/// Why a path cannot be that of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum PathError {
    /// It does not begin with a slash.
    #[error("the path does not begin with a slash")]
    NotAbsolute,
    /// A percent sign without two hexadecimal digits.
    #[error("a percent sign without two hexadecimal digits")]
    Escape,
    /// `%00`, which would end the name for the kernel.
    #[error("a NUL in the path")]
    Nul,
    /// `%2F`: a slash that is not there to separate. No file's name has one.
    #[error("an encoded slash in the path")]
    Slash,
    /// More `..` than there were segments before.
    #[error("the path leads out of the root")]
    Escapes,
}

/// Decodes the path of a target. The result begins with a slash, has no empty, `.` or `..` segment,
/// and ends in a slash if the path did or if its last segment was a dot segment.
///
/// An answer to an error is 400. The result is bytes: a name need not be UTF-8.
///
/// ```
/// use tcp_http::http::{PathError, decode_path};
///
/// assert_eq!(decode_path(b"/a%20b/./c//../d/")?, b"/a b/d/");
/// assert_eq!(decode_path(b"/a/%2e%2E/../etc/passwd"), Err(PathError::Escapes));
/// assert_eq!(decode_path(b"/a%2fb"), Err(PathError::Slash));
/// # Ok::<(), PathError>(())
/// ```
pub fn decode_path(path: &[u8]) -> Result<Vec<u8>, PathError> {
    let path = path.strip_prefix(b"/").ok_or(PathError::NotAbsolute)?;
    let mut decoded = Vec::with_capacity(path.len() + 1);
    decoded.push(b'/');
    let mut segments = path.split(|&byte| byte == b'/').peekable();
    while let Some(segment) = segments.next() {
        push_segment(&mut decoded, segment, segments.peek().is_none())?;
    }
    Ok(decoded)
}

/// Decodes percent escapes, whatever they are.
pub fn percent_decode(bytes: &[u8]) -> Result<Vec<u8>, PathError> {
    let mut decoded = Vec::with_capacity(bytes.len());
    decode_onto(&mut decoded, bytes)?;
    Ok(decoded)
}

/// Writes `path` so that it can be a target: bytes that are not a letter, a digit or one of `-._~/`
/// are escaped. The inverse of [`decode_path`] where that has something to do.
pub fn percent_encode(path: &[u8]) -> String {
    let mut encoded = String::with_capacity(path.len());
    for &byte in path {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(byte.into());
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// `decoded` ends in a slash before, and after unless this is the last segment and a name.
fn push_segment(decoded: &mut Vec<u8>, segment: &[u8], is_last: bool) -> Result<(), PathError> {
    let start = decoded.len();
    decode_onto(decoded, segment)?;
    let name = &decoded[start..];
    if name.contains(&0) {
        return Err(PathError::Nul);
    }
    if name.contains(&b'/') {
        return Err(PathError::Slash);
    }
    match name {
        b"" | b"." => decoded.truncate(start),
        b".." => {
            decoded.truncate(start - 1);
            let parent = decoded.iter().rposition(|&byte| byte == b'/');
            decoded.truncate(parent.ok_or(PathError::Escapes)? + 1);
        }
        _ if is_last => {}
        _ => decoded.push(b'/'),
    }
    Ok(())
}

fn decode_onto(decoded: &mut Vec<u8>, bytes: &[u8]) -> Result<(), PathError> {
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let (byte, tail) = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => (escaped(*high, *low)?, tail),
            (b'%', _) => return Err(PathError::Escape),
            _ => (*first, tail),
        };
        decoded.push(byte);
        rest = tail;
    }
    Ok(())
}

fn escaped(high: u8, low: u8) -> Result<u8, PathError> {
    let digit = |byte: u8| (byte as char).to_digit(16).ok_or(PathError::Escape);
    Ok((digit(high)? << 4 | digit(low)?) as u8)
}
