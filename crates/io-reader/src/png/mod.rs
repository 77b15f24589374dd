//! PNG, chunk by chunk.
//!
//! A PNG is an eight-byte [`SIGNATURE`] and a row of chunks, each with its length in front and
//! its CRC behind, so it can be taken apart without knowing anything of images.
//! Defined by the [PNG specification, third edition](https://www.w3.org/TR/png-3/); section
//! numbers in this module are of that document.
//!
//! ```
//! use io_reader::png::{self, ChunkReader, ChunkType, SIGNATURE, write_chunk};
//!
//! let mut stream = SIGNATURE.to_vec();
//! write_chunk(&mut stream, ChunkType::TEXT, b"Title\0A stream of one text")?;
//! write_chunk(&mut stream, ChunkType::IEND, b"")?;
//!
//! let chunks = ChunkReader::new(&stream[..]).collect::<Result<Vec<_>, _>>()?;
//! assert_eq!(chunks[0].kind, ChunkType::TEXT);
//! assert_eq!(chunks[1].offset, 8 + 12 + 26);
//!
//! let faults = png::check(&stream);
//! assert_eq!(faults[0].to_string(), "at 58: no IHDR chunk");
//! assert_eq!(faults[1].to_string(), "at 58: no IDAT chunk");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In reading order:
//!
//! - [`ChunkType`]: the four letters; [`Chunk`] and [`write_chunk`]: the layout.
//! - [`NotPng`]: what a wrong signature tells.
//! - [`ChunkReader`]: the chunks of a stream, up to the first fault.
//! - [`text`]: the text beside the image, and [`embed()`]: putting some in.
//! - [`Fault`]: everything that can be wrong with a PNG, and where.
//! - [`Header`]: what the image is.
//! - [`check()`]: every fault of a file, not only the first.

mod chunk_type;

mod chunk;
mod signature;

mod reader;

mod inflate;
pub mod text;

mod embed;

mod fault;

mod header;

mod check;

pub use check::{Checker, MOST_FAULTS, Report, check};
pub use chunk::{Chunk, MAX_LENGTH, crc, write_chunk};
pub use chunk_type::{ChunkType, NotLetters};
pub use embed::{EmbedError, embed};
pub use fault::{Fault, FaultKind};
pub use header::{Colour, Header};
pub use inflate::ZlibFault;
pub use reader::{ChunkReader, ReadError};
pub use signature::{NotPng, SIGNATURE, diagnose};
pub use text::TextError;
