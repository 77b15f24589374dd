//! The raw bytes behind a parser that reads ahead.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// How many bytes may be kept. A quote that is never closed makes one record of a whole file.
const LIMIT: usize = 16 * 1024 * 1024;

/// Hands bytes on to a parser and keeps them until [`Kept::line_ends_at`] forgets them.
pub(crate) struct Tap<R> {
    stream: R,
    kept: Kept,
}

/// What a [`Tap`] has kept.
#[derive(Clone, Default)]
pub(crate) struct Kept(Rc<RefCell<Bytes>>);

#[derive(Default)]
struct Bytes {
    bytes: VecDeque<u8>,
    /// Where in the stream `bytes` begin.
    offset: u64,
}

impl<R: Read> Tap<R> {
    pub(crate) fn new(stream: R) -> (Self, Kept) {
        let kept = Kept::default();
        let tap = Self {
            stream,
            kept: kept.clone(),
        };
        (tap, kept)
    }
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.stream.read(buf)?;
        let kept = &mut self.kept.0.borrow_mut().bytes;
        kept.extend(&buf[..n]);
        if kept.len() > LIMIT {
            let text = "a record has more than 16 MiB: is a quote never closed?";
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        Ok(n)
    }
}

impl Kept {
    /// How many bytes at `offset` of the stream are line ends, and how many lines they end. Forgets
    /// everything before.
    pub(crate) fn line_ends_at(&self, offset: u64) -> (u64, u64) {
        let mut kept = self.0.borrow_mut();
        let before = usize::try_from(offset - kept.offset).unwrap_or(usize::MAX);
        let before = before.min(kept.bytes.len());
        kept.bytes.drain(..before);
        kept.offset += before as u64;
        let ends = kept.bytes.iter().take_while(|byte| b"\r\n".contains(byte));
        ends.fold((0, 0), |(bytes, lines), &byte| {
            (bytes + 1, lines + u64::from(byte == b'\n'))
        })
    }
}
