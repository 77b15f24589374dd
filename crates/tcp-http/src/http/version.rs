//! Versions.

use super::Refusal;

/// The two that this library speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// HTTP/1.0: a connection for each request, unless both ask to keep it; no chunks.
    Http10,
    /// HTTP/1.1, and what a later 1.x would be: minor versions are to be understood as the highest
    /// that one knows (RFC 9110 §2.5).
    Http11,
}

impl Version {
    /// As it is in a start line.
    pub fn as_str(self) -> &'static str {
        match self {
            Version::Http10 => "HTTP/1.0",
            Version::Http11 => "HTTP/1.1",
        }
    }

    /// Reads `HTTP/` digit `.` digit; another form is `malformed`.
    pub(crate) fn parse(bytes: &[u8], malformed: Refusal) -> Result<Version, Refusal> {
        match bytes {
            b"HTTP/1.1" => Ok(Version::Http11),
            b"HTTP/1.0" => Ok(Version::Http10),
            [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
                if major.is_ascii_digit() && minor.is_ascii_digit() =>
            {
                if *major == b'1' {
                    Ok(Version::Http11)
                } else {
                    Err(Refusal::Version)
                }
            }
            _ => Err(malformed),
        }
    }
}
