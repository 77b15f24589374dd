//! Messages, written.
//!
//! What is written goes to the end of a `Vec<u8>`, so that the answers to a whole pipeline leave in
//! one `write`.

use super::syntax::{find_control, is_token};
use super::{Headers, HttpDate, Status, Version};

/// The last chunk of a body without trailers.
pub const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// What asks a client for the body that it holds back. Before it goes out, the body's length is to be
/// checked ([`BodyDecoder::new`](super::BodyDecoder::new) does): this is the moment to say no for
/// little.
pub const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Writes a head: the start line, one field after the other, the empty line.
///
/// ```
/// use tcp_http::http::{HeadWriter, Status};
///
/// let mut out = Vec::new();
/// HeadWriter::response(&mut out, Status::OK)
///     .field("Content-Type", "text/plain")
///     .content_length(2)
///     .finish();
/// out.extend(b"hi");
/// assert_eq!(out, b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi");
/// ```
#[derive(Debug)]
#[must_use = "a head ends with finish()"]
pub struct HeadWriter<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> HeadWriter<'a> {
    /// Begins a response. It is always HTTP/1.1: the version says what the sender can do, and an old
    /// client takes it for 1.0 (RFC 9110 §6.2). What is in it must suit the client.
    pub fn response(out: &'a mut Vec<u8>, status: Status) -> Self {
        match status.line() {
            Some(line) => out.extend_from_slice(line.as_bytes()),
            None => {
                out.extend_from_slice(b"HTTP/1.1 ");
                write_decimal(out, status.code().into());
                out.extend_from_slice(b" \r\n");
            }
        }
        HeadWriter { out }
    }

    /// Begins a request in HTTP/1.1. White space and control characters in `method` or `target`, which
    /// would end them there, are percent-encoded.
    pub fn request(out: &'a mut Vec<u8>, method: &str, target: &str) -> Self {
        HeadWriter::request_in(out, method, target, Version::Http11)
    }

    /// Begins a request in `version`.
    pub fn request_in(out: &'a mut Vec<u8>, method: &str, target: &str, version: Version) -> Self {
        write_graphic(out, method.as_bytes());
        out.push(b' ');
        write_graphic(out, target.as_bytes());
        out.push(b' ');
        out.extend_from_slice(version.as_str().as_bytes());
        out.extend_from_slice(b"\r\n");
        HeadWriter { out }
    }

    /// One field. Its name is a part of the program, so that nobody else can choose it. The value may
    /// come from anywhere: a control character in it becomes a space, as RFC 9110 §5.5 has it, and
    /// cannot begin a field or a message of its own.
    pub fn field(self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        debug_assert!(is_token(name.as_bytes()), "{name:?} is no field name");
        write_field(self.out, name.as_bytes(), value.as_ref());
        self
    }

    /// `Content-Length`. Not with status 1xx or 204.
    pub fn content_length(self, length: u64) -> Self {
        self.out.extend_from_slice(b"Content-Length: ");
        write_decimal(self.out, length);
        self.out.extend_from_slice(b"\r\n");
        self
    }

    /// `Transfer-Encoding: chunked`. Not to a client of HTTP/1.0.
    pub fn chunked(self) -> Self {
        self.out
            .extend_from_slice(b"Transfer-Encoding: chunked\r\n");
        self
    }

    /// `Date`, from a clock that was read once for many answers.
    pub fn date(self, date: &[u8; HttpDate::LENGTH]) -> Self {
        self.out.extend_from_slice(b"Date: ");
        self.out.extend_from_slice(date);
        self.out.extend_from_slice(b"\r\n");
        self
    }

    /// Says what becomes of the connection, where the other side's version does not say it already.
    pub fn connection(self, keep_alive: bool, version: Version) -> Self {
        match (keep_alive, version) {
            (true, Version::Http11) => {}
            (true, Version::Http10) => self.out.extend_from_slice(b"Connection: keep-alive\r\n"),
            (false, _) => self.out.extend_from_slice(b"Connection: close\r\n"),
        }
        self
    }

    /// Fields that are owned.
    pub fn headers(self, headers: &Headers) -> Self {
        headers.write(self.out);
        self
    }

    /// Fields that were made elsewhere: whole lines, each with its CRLF.
    pub fn prepared(self, lines: &[u8]) -> Self {
        debug_assert!(lines.is_empty() || lines.ends_with(b"\r\n"));
        self.out.extend_from_slice(lines);
        self
    }

    /// The empty line; the body comes next.
    pub fn finish(self) {
        self.out.extend_from_slice(b"\r\n");
    }
}

/// One chunk. An empty one would be the end of the body, so nothing is written for it.
pub fn write_chunk(out: &mut Vec<u8>, data: &[u8]) {
    if !data.is_empty() {
        write_chunk_size(out, data.len());
        out.extend_from_slice(data);
        out.extend_from_slice(b"\r\n");
    }
}

/// The line before a chunk's data, for data that is sent from where it is; CRLF comes behind it.
pub fn write_chunk_size(out: &mut Vec<u8>, size: usize) {
    let digits = (usize::BITS - size.leading_zeros()).div_ceil(4).max(1);
    for digit in (0..digits).rev() {
        out.push(b"0123456789abcdef"[size >> (4 * digit) & 0xf]);
    }
    out.extend_from_slice(b"\r\n");
}

/// The last chunk, with trailers.
pub fn write_last_chunk<'a>(
    out: &mut Vec<u8>,
    trailers: impl IntoIterator<Item = (&'static str, &'a [u8])>,
) {
    out.extend_from_slice(b"0\r\n");
    for (name, value) in trailers {
        debug_assert!(is_token(name.as_bytes()), "{name:?} is no field name");
        write_field(out, name.as_bytes(), value);
    }
    out.extend_from_slice(b"\r\n");
}

/// `number` in decimal digits.
pub fn write_decimal(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// A field line; control characters of the value become spaces.
pub(crate) fn write_field(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    let start = out.len();
    out.extend_from_slice(value);
    // In the value, as a look at its copy would have to wait until that is written.
    let mut at = find_control(value, 0);
    while at < value.len() {
        out[start + at] = b' ';
        at = find_control(value, at + 1);
    }
    out.extend_from_slice(b"\r\n");
}

fn write_graphic(out: &mut Vec<u8>, bytes: &[u8]) {
    for &byte in bytes {
        if byte.is_ascii_graphic() {
            out.push(byte);
        } else {
            out.extend([b'%', hex(byte >> 4), hex(byte & 0xf)]);
        }
    }
}

fn hex(digit: u8) -> u8 {
    b"0123456789ABCDEF"[usize::from(digit)]
}
