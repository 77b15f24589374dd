//! Where a body ends.

/// Where a body ends (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Framing {
    /// There is none.
    None,
    /// After so many bytes.
    Length(u64),
    /// After the chunk of size 0 and the trailers.
    Chunked,
    /// Where the connection does, which only a response can: whoever sends a request this way cannot
    /// get an answer. A connection that broke looks the same as a whole body.
    UntilClose,
}
