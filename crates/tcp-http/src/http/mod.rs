//! HTTP/1.1 and 1.0 on bytes in memory, after RFC 9110 (what it means) and RFC 9112 (how it is
//! written).
//!
//! Nothing here touches a socket, a file or a clock: bytes come in as slices, bytes go out into a
//! `Vec<u8>`, the time is an argument. So a thread that blocks, an event loop and a task read with the
//! same code, and a test can cut a message anywhere, or send a hundred thousand broken ones a second.
//!
//! # The concepts
//!
//! A message is a *head* and perhaps a *body*. The head is lines of text that end in CRLF: the start
//! line, the fields, an empty line. The body is any bytes. What a connection carries is message after
//! message without a mark between them, so everything hangs on one question: **where does this one
//! end?** The head ends at the empty line; where the body ends, the fields say. That is its
//! [`Framing`], and in this order (RFC 9112 §6.3):
//!
//! 1. an answer to HEAD, and an answer with 1xx, 204 or 304, has no body, whatever its fields say;
//! 2. `Transfer-Encoding: chunked`: pieces with their lengths, up to one of length 0;
//! 3. `Content-Length`: so many bytes;
//! 4. else a request has no body, and that of a response lasts until the server closes.
//!
//! # The state of a connection
//!
//! ```text
//!          +------------- the body is done, and both keep the connection -------------+
//!          v                                                                          |
//!   [RequestHead::parse] -- whole --> [BodyDecoder::decode] -- is_done --> the answer is written
//!      |        |                        |          |                                 |
//!      |     refused                  refused    the peer closed                  one of them
//!      |        |                        |          |                              closes
//!   the peer    +--> answer status() <---+       Cut: no answer                       |
//!   closed           and close                   and close                            v
//!      |                                                                            closed
//!   is_partial()? it was cut. If not, this is how connections end.
//! ```
//!
//! Two things are easily forgotten. The body has to be read to its end even when nobody wants it, or
//! the rest of it is taken for the next request. And a client may send its next requests before it has
//! the first answer (pipelining): what is behind a message in the [`Buffer`] is not an error, it is the
//! next one.
//!
//! # How it is read
//!
//! Rejected: to look for the empty line first and take the head apart then. A head that comes in many
//! small pieces is then searched from the start for each of them, and each byte is looked at twice at
//! least. Also rejected: to copy names and values into a map. It allocates for each field, and most of
//! them nobody asks for.
//!
//! Chosen: line by line. One search, many bytes at a time, for any control character: it finds the end
//! of the line and everything that may not be in it. A whole line is taken apart at once, and what
//! remains of it are positions in the caller's buffer ([`RequestHead`]), in a list that the next
//! request uses again. The few fields that steer the connection are understood as they come by. When
//! the bytes end within a line, the place is remembered. So a head costs the same in one piece or in a
//! hundred, and a pipeline is taken out of the buffer without moving a byte.
//!
//! The delicate point: a head must be judged alike however it was cut. So a limit is the place beyond
//! which no byte is looked at, and not something that is compared when the line is there; and what is
//! wrong in one line is said before the next is looked at.
//!
//! # What is refused, and why
//!
//! RFC 9112 lets a recipient forgive much, and was written after thirty years of forgiving. It does
//! harm where two programs read one connection, a proxy and a server behind it, and forgive
//! differently: then somebody can hide a request in the body of another. So, strict:
//!
//! | what | why | status |
//! |---|---|---|
//! | both Content-Length and Transfer-Encoding | one program believes the one, one the other; the RFC allows to go on with the second, we do not | 400 |
//! | Content-Length twice or as a list, even of equal numbers; a sign, a space, hexadecimal | the RFC allows equal ones; only those who look for a difference send them | 400 |
//! | Transfer-Encoding whose last coding is not `chunked`, or that has it twice, with parameters or with empty elements | no telling where the body ends | 400 |
//! | another coding before `chunked` | not implemented here | 501 |
//! | Transfer-Encoding in HTTP/1.0 | a proxy of that age passes it on and does not know what it is | 400 |
//! | LF without CR, CR without LF | one program sees a line where the other sees a value | 400 |
//! | a line that begins with white space (obs-fold) | the continuation of the one before, or a field of its own | 400 |
//! | white space before the colon; a name that is empty or no token | is `Host :` a Host? | 400 |
//! | NUL and other control characters, anywhere in a head | they end strings, or do not | 400 |
//! | more than one space in the request line, or a tab | which of the words is the target? | 400 |
//! | HTTP/1.1 without Host; two Hosts; a Host that is none | caches and checks go by it | 400 |
//! | a target with a fragment or a byte beyond ASCII | browsers never send one | 400 |
//! | CONNECT | there are no tunnels here, and what follows it would not be HTTP | 501 |
//! | HTTP/2's preface, HTTP/0.9, another major version | another protocol | 505 |
//! | an expectation other than `100-continue` | it cannot be met | 417 |
//! | a chunk's size with a sign, white space, `0x`, more than 16 digits; no CRLF behind the chunk | the same as with Content-Length | 400 |
//!
//! What is forgiven: up to four empty lines before a request, tabs and spaces around a value, any byte
//! above ASCII in a value, a missing reason behind a status, empty elements in most lists. Chunk
//! extensions and trailers are read; the trailers are kept apart from the head's fields, where they
//! could pretend to be what a proxy had checked.
//!
//! After each refusal the connection is closed, as nobody knows where the next message begins.
//!
//! # Limits
//!
//! | [`Limits`] | by default | beyond it |
//! |---|---|---|
//! | `request_line` | 8 KiB | 414 |
//! | `head`: all field lines | 32 KiB | 431 |
//! | `fields` | 100 | 431 |
//! | `empty_lines` before a request | 4 | 400 |
//! | `body` | 1 GiB | 413 |
//! | `chunk_extensions` of a body | 4 KiB | 413 |
//! | `trailers` of a body | 8 KiB | 431 |
//! | [`MOST_RANGES`] in a Range | 16 | the whole is sent |
//!
//! A limit in time is as necessary as these, and is the server's: a head that comes one byte a minute
//! is within all of them.
//!
//! # Files, in reading order
//!
//! | file | idea |
//! |---|---|
//! | `syntax`, `host`, `target` | which bytes may stand where |
//! | `refusal`, `limits` | what is wrong, and how much is too much |
//! | `line`, `fields`, `steering` | a line, a field, a field that steers |
//! | `request`, `response` | heads |
//! | `framing`, `body`, `chunked` | bodies |
//! | `encode`, `date`, `buffer` | the way out, and what both ways need |
//! | `etag`, `conditional`, `range`, `multipart` | not to send what the client has, or does not want |
//! | `negotiate`, `path` | which representation, of which file |
//! | `headers`, `message` | all of it owned, for those who have the time |

pub mod syntax;

pub mod host;

mod limits;
mod refusal;

mod method;
mod status;
mod version;

mod fields;
mod line;
mod steering;
mod target;

mod request;
mod response;

mod framing;

mod body;
mod chunked;

mod encode;

mod buffer;
mod date;

mod etag;

mod conditional;
mod range;

mod multipart;

mod negotiate;
mod path;

mod headers;
mod message;

pub use limits::Limits;
pub use refusal::Refusal;

pub use method::Method;
pub use status::Status;
pub use version::Version;

pub use fields::Fields;
pub use request::{RequestHead, RequestRef};
pub use response::{ResponseHead, ResponseRef};
pub use target::Target;

pub use body::{BodyDecoder, Piece};
pub use framing::Framing;

pub use encode::{
    CONTINUE, HeadWriter, LAST_CHUNK, write_chunk, write_chunk_size, write_decimal,
    write_last_chunk,
};

pub use buffer::Buffer;
pub use date::{DateCache, HttpDate};

pub use conditional::{Decision, Representation, decide};
pub use etag::EntityTag;
pub use multipart::Multipart;
pub use range::{MOST_RANGES, Ranges, content_range, parse as parse_ranges, unsatisfied_range};

pub use negotiate::{IDENTITY, Quality, choose_encoding, choose_media_type};
pub use path::{PathError, decode_path, percent_decode, percent_encode};

pub use headers::{Headers, InvalidField};
pub use message::{Request, Response};
