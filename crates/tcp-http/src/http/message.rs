//! Whole messages, owned: for clients, lessons and whoever does not count nanoseconds.

use super::encode::{write_chunk, write_decimal};
use super::{
    BodyDecoder, Fields, Headers, InvalidField, LAST_CHUNK, Limits, Method, Refusal, RequestHead,
    ResponseHead, Status, Version,
};

/// A request with its body.
///
/// [`to_bytes`](Request::to_bytes) of a request that was read is what was sent, to the last space:
///
/// ```
/// use tcp_http::http::{Fields, Limits, Request};
///
/// let sent = b"POST /x HTTP/1.1\r\nhost:a\r\nContent-Length:  2 \r\n\r\nhi";
/// let (request, length) = Request::parse(sent, &Limits::default())?.expect("a whole request");
/// assert_eq!(request.headers.get("Host"), Some(&b"a"[..]));
/// assert_eq!(request.body, b"hi");
/// assert_eq!(request.to_bytes(), sent);
/// assert_eq!(length, sent.len());
/// # Ok::<(), tcp_http::http::Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method as it is sent.
    pub method: String,
    /// The target as it is sent.
    pub target: String,
    /// The version.
    pub version: Version,
    /// The header fields.
    pub headers: Headers,
    /// The body, decoded.
    pub body: Vec<u8>,
    /// The fields behind a chunked body.
    pub trailers: Headers,
}

/// A response with its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The version.
    pub version: Version,
    /// The status.
    pub status: Status,
    /// The words behind it, which need not be UTF-8.
    pub reason: Vec<u8>,
    /// The header fields.
    pub headers: Headers,
    /// The body, decoded.
    pub body: Vec<u8>,
    /// The fields behind a chunked body.
    pub trailers: Headers,
}

impl Request {
    /// A request in HTTP/1.1 without fields and body.
    pub fn new(method: &str, target: &str) -> Self {
        Request {
            method: method.to_owned(),
            target: target.to_owned(),
            version: Version::Http11,
            headers: Headers::new(),
            body: Vec::new(),
            trailers: Headers::new(),
        }
    }

    /// With another value of a field in the place of all that there are.
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Result<Self, InvalidField> {
        self.headers.insert(name, value)?;
        Ok(self)
    }

    /// With a body and its Content-Length.
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        set_length(&mut self.headers, self.body.len());
        self
    }

    /// Reads a request from the start of `bytes`, and says how long it is; `None` if it is not all
    /// there.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Option<(Request, usize)>, Refusal> {
        let mut head = RequestHead::new();
        let Some(length) = head.parse(bytes, limits)? else {
            return Ok(None);
        };
        let decoder = BodyDecoder::new(head.framing(), limits)?;
        let Some(body) = Body::read(decoder, &bytes[length..], false)? else {
            return Ok(None);
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let request = Request {
            method: text(head.of(bytes).method_name()),
            target: text(head.of(bytes).target()),
            version: head.version(),
            headers: Headers::from_lines(&bytes[head.fields_start()..length - 2]),
            body: body.content,
            trailers: body.trailers,
        };
        Ok(Some((request, length + body.length)))
    }

    /// The request as it is sent. The body is chunked, as one chunk, if Transfer-Encoding says so.
    ///
    /// Method and target are written as they are: who sets them from outside has to check them, or
    /// write the head with [`HeadWriter::request`](super::HeadWriter::request).
    pub fn to_bytes(&self) -> Vec<u8> {
        let (method, target, version) = (&self.method, &self.target, self.version.as_str());
        let mut out = format!("{method} {target} {version}\r\n").into_bytes();
        write_rest(&mut out, &self.headers, &self.body, &self.trailers);
        out
    }
}

impl Response {
    /// A response in HTTP/1.1 without fields and body.
    pub fn new(status: Status) -> Self {
        Response {
            version: Version::Http11,
            status,
            reason: status.reason().into(),
            headers: Headers::new(),
            body: Vec::new(),
            trailers: Headers::new(),
        }
    }

    /// With another value of a field in the place of all that there are.
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Result<Self, InvalidField> {
        self.headers.insert(name, value)?;
        Ok(self)
    }

    /// With a body and its Content-Length.
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        set_length(&mut self.headers, self.body.len());
        self
    }

    /// Reads the answer to `method` from the start of `bytes`, and says how long it is; `None` if it
    /// is not all there. `is_closed` says that nothing comes after `bytes`.
    pub fn parse(
        bytes: &[u8],
        method: Method,
        is_closed: bool,
        limits: &Limits,
    ) -> Result<Option<(Response, usize)>, Refusal> {
        let mut head = ResponseHead::new();
        let Some(length) = head.parse(bytes, limits)? else {
            return if is_closed {
                Err(Refusal::Cut)
            } else {
                Ok(None)
            };
        };
        let decoder = BodyDecoder::new(head.framing(method), limits)?;
        let Some(body) = Body::read(decoder, &bytes[length..], is_closed)? else {
            return Ok(None);
        };
        let response = Response {
            version: head.version(),
            status: head.status(),
            reason: head.of(bytes).reason().to_vec(),
            headers: Headers::from_lines(&bytes[head.fields_start()..length - 2]),
            body: body.content,
            trailers: body.trailers,
        };
        Ok(Some((response, length + body.length)))
    }

    /// The response as it is sent. The body is chunked, as one chunk, if Transfer-Encoding says so;
    /// the answer to HEAD has such a field and no body, and is not for this.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.version.as_str().as_bytes().to_vec();
        out.push(b' ');
        write_decimal(&mut out, self.status.code().into());
        out.push(b' ');
        out.extend_from_slice(&self.reason);
        out.extend_from_slice(b"\r\n");
        write_rest(&mut out, &self.headers, &self.body, &self.trailers);
        out
    }
}

/// A body that was taken out of its framing.
struct Body {
    content: Vec<u8>,
    trailers: Headers,
    /// How many bytes it was with its framing.
    length: usize,
}

impl Body {
    fn read(
        mut decoder: BodyDecoder,
        bytes: &[u8],
        is_closed: bool,
    ) -> Result<Option<Body>, Refusal> {
        let mut content = Vec::new();
        let mut length = 0;
        while !decoder.is_done() {
            let piece = decoder.decode(&bytes[length..])?;
            content.extend_from_slice(piece.data);
            length += piece.taken;
            if piece.taken == 0 && !decoder.is_done() {
                if !is_closed {
                    return Ok(None);
                }
                decoder.end_of_input()?;
            }
        }
        let mut trailers = Headers::new();
        for (name, value) in decoder.trailers() {
            let name = String::from_utf8_lossy(name);
            trailers
                .append(&name, value)
                .expect("it was a field when it was read");
        }
        Ok(Some(Body {
            content,
            trailers,
            length,
        }))
    }
}

fn set_length(headers: &mut Headers, length: usize) {
    let set = headers.insert("Content-Length", length.to_string());
    set.expect("digits are a value");
}

fn write_rest(out: &mut Vec<u8>, headers: &Headers, body: &[u8], trailers: &Headers) {
    headers.write(out);
    out.extend_from_slice(b"\r\n");
    if is_chunked(headers) {
        write_chunk(out, body);
        out.extend_from_slice(&LAST_CHUNK[..3]);
        trailers.write(out);
        out.extend_from_slice(b"\r\n");
    } else {
        out.extend_from_slice(body);
    }
}

fn is_chunked(headers: &Headers) -> bool {
    let mut codings = headers.list("transfer-encoding");
    codings.any(|coding| coding.eq_ignore_ascii_case(b"chunked"))
}
