//! The chunked transfer coding (RFC 9112 §7.1): a body whose length nobody knows beforehand.
//!
//! ```text
//! 5;name=value CRLF     size in hexadecimal, perhaps extensions
//! hello CRLF            so many bytes
//! 0 CRLF                the last chunk
//! Digest: 1234 CRLF     trailers: fields that were not known before the body was made
//! CRLF
//! ```
//!
//! The size line is where smugglers work. What is not exactly a size is refused: a sign, `0x`, white
//! space, a number that does not fit, an LF alone. An extension may hold anything but control
//! characters, and is passed over.

use super::body::{Piece, take};
use super::fields::FieldSpan;
use super::line::LineScanner;
use super::{Limits, Refusal};

/// Takes the content out of chunks, however they are cut.
#[derive(Clone, Debug)]
pub(crate) struct ChunkedDecoder {
    state: State,
    /// How much content may still come.
    body_left: u64,
    /// How many bytes of extensions may still come.
    extensions_left: usize,
    /// How many bytes of trailers may come.
    trailers_limit: usize,
    /// The trailer lines so far, as they came: they may arrive in pieces, and are few.
    trailer_bytes: Vec<u8>,
    trailer_lines: LineScanner,
    trailers: Vec<FieldSpan>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Within the digits; so many were there, of this value.
    Size {
        digits: u32,
        size: u64,
    },
    /// Within the extensions of a chunk of this size.
    Extension(u64),
    /// Behind the CR of a size line.
    SizeLf(u64),
    /// Within the content; so much of the chunk is left, never 0.
    Data(u64),
    /// Behind the content.
    DataCr,
    /// Behind its CR.
    DataLf,
    Trailers,
    Done,
}

const START: State = State::Size { digits: 0, size: 0 };

impl ChunkedDecoder {
    pub(crate) fn new(limits: &Limits) -> Self {
        ChunkedDecoder {
            state: START,
            body_left: limits.body,
            extensions_left: limits.chunk_extensions,
            trailers_limit: limits.trailers.min(Limits::MOST),
            trailer_bytes: Vec::new(),
            trailer_lines: LineScanner::default(),
            trailers: Vec::new(),
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    pub(crate) fn trailers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.trailers
            .iter()
            .map(|field| field.of(&self.trailer_bytes))
    }

    /// Up to the end of one run of content, of the body, or of `input`.
    pub(crate) fn decode<'a>(&mut self, input: &'a [u8]) -> Result<Piece<'a>, Refusal> {
        let mut taken = 0;
        while let Some(&byte) = input.get(taken) {
            match &mut self.state {
                State::Data(left) => {
                    let piece = take(&input[taken..], left);
                    if *left == 0 {
                        self.state = State::DataCr;
                    }
                    return Ok(Piece {
                        taken: taken + piece.taken,
                        data: piece.data,
                    });
                }
                State::Trailers => {
                    taken += self.take_trailers(&input[taken..])?;
                    break;
                }
                State::Done => break,
                _ => {
                    self.state = self.frame_byte(byte)?;
                    taken += 1;
                }
            }
        }
        Ok(Piece { taken, data: &[] })
    }

    /// One byte that is not content.
    fn frame_byte(&mut self, byte: u8) -> Result<State, Refusal> {
        match (self.state, byte) {
            (State::Size { digits: 1.., size }, b'\r') => Ok(State::SizeLf(size)),
            (State::Size { digits: 1.., size }, b';') => self.extension_byte(size),
            (State::Size { digits, size }, _) => size_digit(digits, size, byte),
            (State::Extension(size), b'\r') => Ok(State::SizeLf(size)),
            (State::Extension(size), b'\t' | b' '..=0x7e | 0x80..) => self.extension_byte(size),
            (State::Extension(_), _) => Err(Refusal::ChunkExtension),
            (State::SizeLf(0), b'\n') => Ok(State::Trailers),
            (State::SizeLf(size), b'\n') => self.open_chunk(size),
            (State::DataCr, b'\r') => Ok(State::DataLf),
            (State::DataLf, b'\n') => Ok(START),
            _ => Err(Refusal::ChunkEnd),
        }
    }

    fn extension_byte(&mut self, size: u64) -> Result<State, Refusal> {
        let left = self.extensions_left.checked_sub(1);
        self.extensions_left = left.ok_or(Refusal::ChunkExtensionsTooLarge)?;
        Ok(State::Extension(size))
    }

    fn open_chunk(&mut self, size: u64) -> Result<State, Refusal> {
        let left = self.body_left.checked_sub(size);
        self.body_left = left.ok_or(Refusal::BodyTooLarge)?;
        Ok(State::Data(size))
    }

    /// Copies what may be trailers and reads the lines of it; how much of `input` that was.
    fn take_trailers(&mut self, input: &[u8]) -> Result<usize, Refusal> {
        let before = self.trailer_bytes.len();
        // Most bodies have no trailers, and nothing to copy.
        if before == 0 && self.trailers_limit >= 2 && input.starts_with(b"\r\n") {
            self.state = State::Done;
            return Ok(2);
        }
        let room = self.trailers_limit.saturating_sub(before);
        self.trailer_bytes.extend(&input[..input.len().min(room)]);
        let (bytes, limit) = (&self.trailer_bytes, self.trailers_limit);
        while let Some(line) = self
            .trailer_lines
            .next(bytes, limit, Refusal::TrailersTooLarge)?
        {
            if line.is_empty() {
                self.state = State::Done;
                return Ok(self.trailer_lines.start() - before);
            }
            self.trailers.push(FieldSpan::parse(bytes, line)?);
        }
        Ok(input.len())
    }
}

/// A zero before others changes nothing, and an endless row of them is refused.
fn size_digit(digits: u32, size: u64, byte: u8) -> Result<State, Refusal> {
    let digit = (byte as char).to_digit(16).ok_or(Refusal::ChunkSize)?;
    if digits == 16 {
        return Err(Refusal::ChunkSize);
    }
    Ok(State::Size {
        digits: digits + 1,
        size: size << 4 | u64::from(digit),
    })
}
