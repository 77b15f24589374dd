//! Where to: `http://host:port/path?query`, and what a relative reference means there (RFC 3986 §5).

use std::fmt;
use std::str::FromStr;

use crate::http::host;

/// An `http` URL, ready to be used: host and port known, the path with a slash, nothing in it that
/// would end a request line, no fragment (which is never sent).
///
/// ```
/// use tcp_http::client::Url;
///
/// let url: Url = "http://Example.com/a/b c?q#part".parse()?;
/// assert_eq!((url.host(), url.port(), url.target()), ("example.com", 80, "/a/b%20c?q".into()));
/// assert_eq!(url.join("../d")?.to_string(), "http://example.com/d");
/// # Ok::<(), tcp_http::client::UrlError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// In lower case; an IPv6 address in its brackets.
    host: String,
    port: u16,
    /// Begins with a slash; percent-encoded where needed.
    path: String,
    /// Behind the question mark.
    query: Option<String>,
}

/// What is wrong with a URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// `https` needs TLS.
    #[error("https is not spoken here, only http")]
    Https,
    /// Neither `http` nor `https`.
    #[error("{0} is not spoken here, only http")]
    Scheme(String),
    /// Names and passwords in URLs end up in logs.
    #[error("a user name in a URL is not sent; use an Authorization header")]
    User,
    /// The host is empty, or is none.
    #[error("{0:?} is not a host")]
    Host(String),
    /// Not a number up to 65535.
    #[error("{0:?} is not a port")]
    Port(String),
}

const DEFAULT_PORT: u16 = 80;

impl Url {
    /// The host; an IPv6 address in its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, 80 if none is named.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What the Host field says: the host, and the port unless it is 80.
    pub fn authority(&self) -> String {
        if self.port == DEFAULT_PORT {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// What the request line says: path and query.
    pub fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// Whether requests for both go to the same server.
    pub fn same_origin(&self, other: &Url) -> bool {
        (&self.host, self.port) == (&other.host, other.port)
    }

    /// What `reference` means in a document that is here (RFC 3986 §5.2.2).
    pub fn join(&self, reference: &str) -> Result<Url, UrlError> {
        let (reference, _) = split(reference, '#');
        if let Some((scheme, rest)) = split_scheme(reference) {
            return match rest.strip_prefix("//") {
                Some(_) => reference.parse(),
                None => Err(UrlError::Scheme(scheme.into())),
            };
        }
        if let Some(rest) = reference.strip_prefix("//") {
            return with_authority(rest);
        }
        let (path, query) = split(reference, '?');
        let (path, query) = match path {
            "" => (self.path.clone(), query.or(self.query.as_deref())),
            _ if path.starts_with('/') => (remove_dots(path), query),
            _ => (remove_dots(&self.merge(path)), query),
        };
        Ok(Url {
            host: self.host.clone(),
            port: self.port,
            path: encode(&path),
            query: query.map(encode),
        })
    }

    /// `path` in the place of what is behind the last slash.
    fn merge(&self, path: &str) -> String {
        let folder = self.path.rfind('/').map_or(0, |slash| slash + 1);
        format!("{}{path}", &self.path[..folder])
    }
}

/// A URL without a scheme is taken for an `http` one, as `localhost:8000/` is what people type.
impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let (text, _) = split(text, '#');
        match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => with_authority(rest),
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => Err(UrlError::Https),
            Some((scheme, _)) if is_scheme(scheme) => Err(UrlError::Scheme(scheme.into())),
            _ => with_authority(text),
        }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.authority(), self.target())
    }
}

fn with_authority(text: &str) -> Result<Url, UrlError> {
    let end = text.find(['/', '?']).unwrap_or(text.len());
    let (authority, rest) = text.split_at(end);
    if authority.contains('@') {
        return Err(UrlError::User);
    }
    let (host, port) = host::split_port(authority.as_bytes());
    if host.is_empty() || !host::is_valid(host) {
        return Err(UrlError::Host(text_of(host)));
    }
    let (path, query) = split(rest, '?');
    let path = if path.is_empty() { "/" } else { path };
    Ok(Url {
        host: text_of(host).to_ascii_lowercase(),
        port: port.map_or(Ok(DEFAULT_PORT), parse_port)?,
        path: encode(&remove_dots(path)),
        query: query.map(encode),
    })
}

fn parse_port(digits: &[u8]) -> Result<u16, UrlError> {
    let text = text_of(digits);
    match text.parse() {
        _ if digits.is_empty() => Ok(DEFAULT_PORT),
        Ok(port) if digits.iter().all(u8::is_ascii_digit) => Ok(port),
        _ => Err(UrlError::Port(text)),
    }
}

/// The scheme that a reference begins with, and what is behind its colon. A colon behind a slash or a
/// question mark is part of something else.
fn split_scheme(reference: &str) -> Option<(&str, &str)> {
    let parts = reference.split_once(':')?;
    is_scheme(parts.0).then_some(parts)
}

fn is_scheme(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// `.` is this folder and `..` the one above; above the root is the root (RFC 3986 §5.2.4).
fn remove_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            _ => {
                kept.push(segment);
                continue;
            }
        }
        if is_last {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

/// What would end a request line, or is not ASCII, as `%XX`. What is encoded already stays.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() {
            out.push(byte.into());
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
