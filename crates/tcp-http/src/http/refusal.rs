//! Why a message is not taken, and what to answer.

use super::Status;

/// What is wrong with a message.
///
/// After any of these nobody knows any more where the next message begins: the answer is
/// [`status`](Refusal::status), and the connection is closed. To go on reading is what request
/// smuggling lives on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// CR without LF. Some take it for the end of a line, some for a space.
    #[error("a carriage return that does not end a line")]
    BareCr,
    /// LF without CR. A recipient may take it for the end of a line; where one of two programs in a row
    /// does and the other does not, they see different messages.
    #[error("a line that ends in LF without CR")]
    BareLf,
    /// A control character, NUL among them.
    #[error("a control character in the head")]
    Control,
    /// More empty lines before the request than [`Limits::empty_lines`](super::Limits::empty_lines).
    #[error("too many empty lines before the request")]
    EmptyLines,
    /// Not `method SP target SP version`, with exactly one space each.
    #[error("the request line is not: method, space, target, space, version")]
    RequestLine,
    /// The target is none of RFC 9112 §3.2's four forms, or not the one for this method.
    #[error("the request's target is malformed")]
    Target,
    /// The request line is longer than [`Limits::request_line`](super::Limits::request_line).
    #[error("the request line is too long")]
    RequestLineTooLong,
    /// CONNECT asks for a tunnel, and there is none here.
    #[error("tunnels are not implemented")]
    Connect,
    /// Not HTTP/1.x.
    #[error("this version of HTTP is not spoken here")]
    Version,
    /// The first line of HTTP/2's preface: the client has not asked whether we speak it.
    #[error("HTTP/2 without prior agreement")]
    Http2,
    /// Not `HTTP/1.x SP status SP reason`.
    #[error("the status line is malformed")]
    StatusLine,
    /// A line that begins with white space, once the continuation of the line before it (obs-fold).
    #[error("a field is continued on the next line")]
    Fold,
    /// White space between name and colon: is the name `Host` or `Host `?
    #[error("white space before a field's colon")]
    SpaceBeforeColon,
    /// A field's name is empty or not a token, or there is no colon.
    #[error("a field's name is not a token")]
    FieldName,
    /// The fields are longer than [`Limits::head`](super::Limits::head).
    #[error("the header fields are too long")]
    HeadTooLarge,
    /// More fields than [`Limits::fields`](super::Limits::fields).
    #[error("too many header fields")]
    TooManyFields,
    /// A request of HTTP/1.1 that does not say for which host it is.
    #[error("HTTP/1.1 without Host")]
    MissingHost,
    /// Two Host fields: a proxy may look at one and the server at the other.
    #[error("more than one Host")]
    TwoHosts,
    /// The Host is not `name` or `name:port`.
    #[error("an invalid Host")]
    Host,
    /// A Content-Length that is not one number in decimal digits.
    #[error("an invalid Content-Length")]
    ContentLength,
    /// More than one Content-Length. RFC 9110 §8.6 lets equal ones pass; no honest client sends them.
    #[error("more than one Content-Length")]
    TwoContentLengths,
    /// Both: what is the body to one program is the next request to another.
    #[error("both Content-Length and Transfer-Encoding")]
    LengthAndTransferEncoding,
    /// A Transfer-Encoding that does not end in one `chunked`: no telling where the body ends.
    #[error("a Transfer-Encoding whose last coding is not chunked")]
    TransferEncoding,
    /// A Transfer-Encoding in HTTP/1.0, which does not have it.
    #[error("Transfer-Encoding in HTTP/1.0")]
    TransferEncodingIn10,
    /// A coding below `chunked` that is not implemented.
    #[error("a transfer coding that is not implemented")]
    Coding,
    /// An expectation other than `100-continue`.
    #[error("an expectation that cannot be met")]
    Expectation,
    /// A body longer than [`Limits::body`](super::Limits::body).
    #[error("the body is too long")]
    BodyTooLarge,
    /// A chunk's size is not hexadecimal digits, or does not fit in 64 bits.
    #[error("a chunk's size is malformed")]
    ChunkSize,
    /// A chunk's line or data does not end in CRLF.
    #[error("a chunk does not end in CRLF")]
    ChunkEnd,
    /// A control character in a chunk extension.
    #[error("a chunk extension is malformed")]
    ChunkExtension,
    /// More bytes of chunk extensions than
    /// [`Limits::chunk_extensions`](super::Limits::chunk_extensions).
    #[error("the chunk extensions are too long")]
    ChunkExtensionsTooLarge,
    /// The trailers are longer than [`Limits::trailers`](super::Limits::trailers).
    #[error("the trailers are too long")]
    TrailersTooLarge,
    /// The peer closed the connection within a message.
    #[error("the connection ended within a message")]
    Cut,
}

impl Refusal {
    /// What a server answers, before it closes the connection. A client has nobody to tell; for what
    /// only a response can do wrong this is what a gateway would answer.
    pub fn status(self) -> Status {
        match self {
            Refusal::BodyTooLarge | Refusal::ChunkExtensionsTooLarge => Status::CONTENT_TOO_LARGE,
            Refusal::RequestLineTooLong => Status::URI_TOO_LONG,
            Refusal::HeadTooLarge | Refusal::TooManyFields | Refusal::TrailersTooLarge => {
                Status::REQUEST_HEADER_FIELDS_TOO_LARGE
            }
            Refusal::Expectation => Status::EXPECTATION_FAILED,
            Refusal::Connect | Refusal::Coding => Status::NOT_IMPLEMENTED,
            Refusal::Version | Refusal::Http2 => Status::HTTP_VERSION_NOT_SUPPORTED,
            Refusal::StatusLine => Status::BAD_GATEWAY,
            _ => Status::BAD_REQUEST,
        }
    }
}
