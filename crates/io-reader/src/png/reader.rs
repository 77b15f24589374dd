//! The chunks of a stream, one after another.

use std::io::{self, Read};

use byteorder::{BigEndian, ReadBytesExt};

use super::chunk::OVERHEAD;
use super::{Chunk, ChunkType, Fault, FaultKind, MAX_LENGTH, crc, diagnose};
use crate::limit::Limit;

/// Reads the chunks of a PNG stream, and stops at the first fault.
///
/// What it vouches for is the frame: signature, lengths, types, CRCs, and an IEND chunk at the
/// end. Whether the chunks make up an image is for [`check`](super::check()) to say.
///
/// A chunk is held in memory whole, but only as far as its bytes really came: one that
/// promises 2 GiB and delivers 50 bytes costs about 50 bytes.
///
/// Invariants: between two calls of `next`, `source` stands where a chunk begins. In
/// `State::Done` nothing more is taken from it: after the IEND chunk something else may follow in
/// the stream, and after a fault nobody knows where the next chunk would begin.
#[derive(Debug)]
pub struct ChunkReader<R> {
    source: Counted<R>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The signature is still to be read.
    Signature,
    /// A chunk has to come.
    Chunk,
    /// IEND or an error was handed out.
    Done,
}

/// Why a chunk could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The stream is no sound PNG from here on.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The source of the stream failed.
    #[error("cannot read the chunk at {offset}: {cause}")]
    Io {
        /// Where in the stream the chunk begins that was being read.
        offset: u64,
        /// What the source said.
        cause: io::Error,
    },
}

impl<R: Read> ChunkReader<R> {
    /// A reader of the PNG that `source` begins with. It takes nothing from it yet: the signature
    /// is read together with the first chunk.
    ///
    /// `source` is asked for a few bytes at a time: put a [`BufReader`](io::BufReader) round a
    /// file.
    pub fn new(source: R) -> Self {
        Self {
            source: Counted {
                inner: source,
                offset: 0,
            },
            state: State::Signature,
        }
    }

    /// How many bytes of the stream were taken so far.
    pub fn offset(&self) -> u64 {
        self.source.offset
    }

    /// The source. Once the IEND chunk was read, it stands right behind that.
    pub fn into_inner(self) -> R {
        self.source.inner
    }

    fn signature(&mut self) -> Result<(), ReadError> {
        let mut head = Vec::new();
        self.append(8, &mut head)
            .map_err(|cause| ReadError::Io { offset: 0, cause })?;
        if diagnose(&head).is_err() {
            // Some formats and some damages show only a little further on; what a failing source
            // still had to say does not matter any more.
            let _ = self.append(8, &mut head);
        }
        diagnose(&head).map_err(|what| fault(0, None, FaultKind::Signature(what)))
    }

    fn chunk(&mut self) -> Result<Chunk, ReadError> {
        let start = self.source.offset;
        let length = self.source.read_u32::<BigEndian>();
        let length = length.map_err(|error| self.ended(start, None, OVERHEAD, error))?;
        let mut letters = [0; 4];
        let read = self.source.read_exact(&mut letters);
        read.map_err(|error| self.ended(start, None, OVERHEAD, error))?;
        let kind = ChunkType::try_from(letters)
            .map_err(|bad| fault(start, None, FaultKind::NotLetters(bad.0)))?;
        if length > MAX_LENGTH {
            return Err(fault(start, Some(kind), FaultKind::Length(length)));
        }
        self.body(start, kind, length)
    }

    /// Reads the data and the CRC.
    fn body(&mut self, start: u64, kind: ChunkType, length: u32) -> Result<Chunk, ReadError> {
        let takes = u64::from(length) + OVERHEAD;
        let mut data = Vec::new();
        let read = self.append(length, &mut data);
        read.map_err(|cause| ReadError::Io {
            offset: start,
            cause,
        })?;
        // Where the data ended too early, so does the CRC.
        let stored = self.source.read_u32::<BigEndian>();
        let stored = stored.map_err(|error| self.ended(start, Some(kind), takes, error))?;
        let computed = crc(kind.bytes(), &data);
        if stored != computed {
            return Err(fault(
                start,
                Some(kind),
                FaultKind::Crc { stored, computed },
            ));
        }
        Ok(Chunk {
            kind,
            data,
            crc: stored,
            offset: start,
        })
    }

    /// Appends `wanted` bytes to `to`, fewer only at the end of the stream. `read_to_end` grows the
    /// vector as bytes arrive, so a length that is a lie costs no memory.
    fn append(&mut self, wanted: u32, to: &mut Vec<u8>) -> io::Result<usize> {
        Limit::new(&mut self.source, u64::from(wanted)).read_to_end(to)
    }

    /// What it means that the chunk at `start`, of at least `takes` bytes, could not be read on.
    fn ended(
        &self,
        start: u64,
        kind: Option<ChunkType>,
        takes: u64,
        cause: io::Error,
    ) -> ReadError {
        let has = self.source.offset - start;
        match cause.kind() {
            io::ErrorKind::UnexpectedEof if has == 0 => {
                fault(start, None, FaultKind::Missing(ChunkType::IEND))
            }
            io::ErrorKind::UnexpectedEof => fault(start, kind, FaultKind::Cut { takes, has }),
            _ => ReadError::Io {
                offset: start,
                cause,
            },
        }
    }
}

impl<R: Read> Iterator for ChunkReader<R> {
    type Item = Result<Chunk, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let chunk = match self.state {
            State::Signature => self.signature().and_then(|()| self.chunk()),
            State::Chunk => self.chunk(),
            State::Done => return None,
        };
        self.state = match &chunk {
            Ok(chunk) if chunk.kind != ChunkType::IEND => State::Chunk,
            _ => State::Done,
        };
        Some(chunk)
    }
}

fn fault(offset: u64, chunk: Option<ChunkType>, kind: FaultKind) -> ReadError {
    ReadError::Fault(Fault {
        offset,
        chunk,
        kind,
    })
}

/// Counts the bytes that are taken from a reader, those of a `read_exact` that failed among them.
#[derive(Debug)]
struct Counted<R> {
    inner: R,
    offset: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.offset += n as u64;
        Ok(n)
    }
}
