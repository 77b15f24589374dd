//! How much is believed to be sent in good faith.

/// What a peer may make us keep or read, in bytes where nothing else is said. Each limit has its
/// [`Refusal`](super::Refusal), and that its status.
///
/// The default is what the large servers allow; a server that knows better lowers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The request line or the status line, without its CRLF: 8 KiB, of which RFC 9112 §3 says that
    /// all should support 8000 bytes. 414.
    pub request_line: usize,
    /// All field lines of a head with their CRLFs, the empty one too: 32 KiB. 431.
    pub head: usize,
    /// How many fields: 100. 431.
    pub fields: usize,
    /// How many empty lines before a request: 4. Old clients send one after a form. 400.
    pub empty_lines: u8,
    /// The body, decoded: 1 GiB. 413.
    pub body: u64,
    /// All chunk extensions of one body: 4 KiB. Nobody uses them, but for making a server read much
    /// and get nothing. 413.
    pub chunk_extensions: usize,
    /// All trailers of one body: 8 KiB. 431.
    pub trailers: usize,
}

impl Limits {
    /// [`request_line`](Limits::request_line) and [`head`](Limits::head) beyond this mean this:
    /// positions in a head are kept in 32 bits.
    pub const MOST: usize = 1 << 30;
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            request_line: 8 << 10,
            head: 32 << 10,
            fields: 100,
            empty_lines: 4,
            body: 1 << 30,
            chunk_extensions: 4 << 10,
            trailers: 8 << 10,
        }
    }
}
