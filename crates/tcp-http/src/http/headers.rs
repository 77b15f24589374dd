//! Fields that are owned, and can be changed.

use std::fmt;

use super::Fields;
use super::fields::FieldSpan;
use super::syntax::{find_control, is_token, trim};

/// A list of header fields, in order.
///
/// ```
/// use tcp_http::http::{Fields, Headers};
///
/// let mut headers = Headers::new();
/// headers.append("Set-Cookie", "a=1")?;
/// headers.append("set-cookie", "b=2")?;
/// headers.insert("Server", "course")?;
/// assert_eq!(headers.get_all("SET-COOKIE").count(), 2);
/// assert_eq!(headers.get("server"), Some(&b"course"[..]));
/// assert!(headers.insert("X", "a\r\nSet-Cookie: stolen").is_err());
/// # Ok::<(), tcp_http::http::InvalidField>(())
/// ```
#[derive(Clone, Default)]
pub struct Headers {
    lines: Vec<Line>,
}

/// One field line as it was or will be sent, without its CRLF.
#[derive(Clone)]
struct Line {
    bytes: Box<[u8]>,
    field: FieldSpan,
}

/// A name that is not a token, or a value with a control character: either could become a field, or a
/// message, of its own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} with {value:?} cannot be a header field")]
pub struct InvalidField {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

impl Headers {
    /// No fields.
    pub fn new() -> Self {
        Headers::default()
    }

    /// Sets the only value of `name`, in the place of the first that there is.
    pub fn insert(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), InvalidField> {
        let line = Line::new(name, value.as_ref())?;
        let first = self.lines.iter().position(|line| line.is(name));
        self.remove(name);
        let place = first.unwrap_or(self.lines.len());
        self.lines.insert(place, line);
        Ok(())
    }

    /// Adds a value behind all others.
    pub fn append(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), InvalidField> {
        self.lines.push(Line::new(name, value.as_ref())?);
        Ok(())
    }

    /// Removes all values of `name`; whether there were any.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.lines.len();
        self.lines.retain(|line| !line.is(name));
        self.lines.len() < before
    }

    /// The first value of `name` as text, if it is UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(|value| str::from_utf8(value).ok())
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Writes all lines, each with its CRLF; those that were read are written as they were, with all
    /// their white space.
    pub fn write(&self, out: &mut Vec<u8>) {
        for line in &self.lines {
            out.extend_from_slice(&line.bytes);
            out.extend_from_slice(b"\r\n");
        }
    }

    /// The lines of a head that was read and found to be right.
    pub(crate) fn from_lines(lines: &[u8]) -> Headers {
        let mut headers = Headers::new();
        let mut rest = lines;
        while let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") {
            headers.lines.extend(Line::read(&rest[..end]));
            rest = &rest[end + 2..];
        }
        headers
    }
}

impl Fields for Headers {
    fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.lines.iter().map(|line| line.field.of(&line.bytes))
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self
            .lines
            .iter()
            .map(|line| String::from_utf8_lossy(&line.bytes));
        f.debug_list().entries(lines).finish()
    }
}

/// Equal in names and values; white space around a value and the case of a name mean nothing.
impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .lines()
                .zip(other.lines())
                .all(|(one, another)| one.0.eq_ignore_ascii_case(another.0) && one.1 == another.1)
    }
}

impl Eq for Headers {}

impl Line {
    fn new(name: &str, value: &[u8]) -> Result<Line, InvalidField> {
        let value = trim(value);
        if !is_token(name.as_bytes()) || has_control(value) {
            return Err(InvalidField {
                name: name.to_owned(),
                value: String::from_utf8_lossy(value).into_owned(),
            });
        }
        let bytes = [name.as_bytes(), b": ", value].concat();
        Ok(Line::read(&bytes).expect("a token, a colon and a value"))
    }

    fn read(bytes: &[u8]) -> Option<Line> {
        let field = FieldSpan::parse(bytes, 0..bytes.len()).ok()?;
        Some(Line {
            bytes: bytes.into(),
            field,
        })
    }

    fn is(&self, name: &str) -> bool {
        self.field
            .name(&self.bytes)
            .eq_ignore_ascii_case(name.as_bytes())
    }
}

/// A tab is allowed.
fn has_control(value: &[u8]) -> bool {
    value
        .split(|&byte| byte == b'\t')
        .any(|part| find_control(part, 0) < part.len())
}
