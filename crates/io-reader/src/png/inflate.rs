//! Inflating a zlib stream that comes in pieces, in bounded memory.

use std::fmt;
use std::ops::ControlFlow;

use flate2::{Decompress, DecompressError, FlushDecompress, Status};

/// What is handed on at a time.
const PIECE: usize = 64 * 1024;

/// What is wrong with a zlib stream (PNG 3rd edition, 10.1; RFC 1950).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ZlibFault {
    /// The compressed data makes no sense; the reason, if there is one, in the decompressor's
    /// words.
    Damaged(Option<String>),
    /// The Adler-32 at the end of the stream is not that of the data.
    Checksum,
    /// The stream asks for a preset dictionary, which PNG does not allow.
    Dictionary,
    /// The stream ends too early.
    Cut,
    /// This many bytes stand behind the end of the stream.
    Trailing(u64),
}

/// Inflates one stream after another, each in as many pieces as it comes in.
///
/// However much a stream inflates to, it passes through one buffer of [`PIECE`] bytes. That buffer
/// and the decompressor's own tables are kept from one stream to the next.
#[derive(Debug)]
pub(super) struct Inflater {
    zlib: Decompress,
    buffer: Box<[u8]>,
    /// The last block and the checksum were seen.
    ended: bool,
    /// Bytes that were fed after the end.
    trailing: u64,
}

impl Inflater {
    pub(super) fn new() -> Self {
        Self {
            zlib: Decompress::new(true),
            buffer: vec![0; PIECE].into(),
            ended: false,
            trailing: 0,
        }
    }

    /// Makes ready for the next stream.
    pub(super) fn reset(&mut self) {
        self.zlib.reset(true);
        self.ended = false;
        self.trailing = 0;
    }

    /// Inflates as much as `input` gives, and hands it to `sink` piece by piece, until that breaks.
    ///
    /// What precedes a fault is handed out before the fault is returned. After a fault or a break
    /// the stream cannot be continued.
    pub(super) fn feed(
        &mut self,
        mut input: &[u8],
        mut sink: impl FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, ZlibFault> {
        while !self.ended {
            let (taken, made) = (self.zlib.total_in(), self.zlib.total_out());
            // `Finish` lets the decompressor skip keeping a window for the next call, when the
            // whole of a small stream fits into the buffer; otherwise it is the same as `None`.
            let status = self
                .zlib
                .decompress(input, &mut self.buffer, FlushDecompress::Finish);
            let taken = (self.zlib.total_in() - taken) as usize;
            let made = (self.zlib.total_out() - made) as usize;
            input = &input[taken..];
            if made > 0 && sink(&self.buffer[..made]).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.ended = status.map_err(|error| fault(&error))? == Status::StreamEnd;
            if !self.ended && made < self.buffer.len() {
                return Ok(ControlFlow::Continue(()));
            }
        }
        self.trailing += input.len() as u64;
        Ok(ControlFlow::Continue(()))
    }

    /// Whether the stream was whole, once all of it was fed without a fault or a break.
    pub(super) fn finish(&self) -> Result<(), ZlibFault> {
        match (self.ended, self.trailing) {
            (false, _) => Err(ZlibFault::Cut),
            (true, 0) => Ok(()),
            (true, bytes) => Err(ZlibFault::Trailing(bytes)),
        }
    }
}

fn fault(error: &DecompressError) -> ZlibFault {
    match error.message() {
        _ if error.needs_dictionary().is_some() => ZlibFault::Dictionary,
        Some("incorrect data check") => ZlibFault::Checksum,
        // What zlib-rs says when its fast path has found the reason, and forgot it.
        Some("repeated call with bad state") => ZlibFault::Damaged(None),
        reason => ZlibFault::Damaged(reason.map(str::to_owned)),
    }
}

impl fmt::Display for ZlibFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(Some(reason)) => write!(f, "zlib stream is damaged: {reason}"),
            Self::Damaged(None) => write!(f, "zlib stream is damaged"),
            Self::Checksum => write!(f, "zlib stream has the wrong checksum for its data"),
            Self::Dictionary => write!(f, "zlib stream wants a preset dictionary"),
            Self::Cut => write!(f, "zlib stream ends too early"),
            Self::Trailing(bytes) => write!(f, "{bytes} bytes after the end of the zlib stream"),
        }
    }
}
