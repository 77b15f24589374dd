//! One block: its bytes, the 32 KiB before it, and what deflate makes of the two.

use std::io;

use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress, Status};

/// How much input one worker gets at a time. Deflate begins new Huffman codes far more often than
/// that, so larger blocks save neither bytes nor time (measured from 128 KiB to 1 MiB), only cost
/// memory and let the workers begin later.
pub(super) const BLOCK: usize = 128 * 1024;

/// How far deflate looks back (RFC 1951 section 2).
const WINDOW: usize = 32 * 1024;

/// Where a block stands in the stream, and so how its compressed form ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// More follows: end on a byte boundary.
    Block,
    /// The last one: end the deflate stream.
    Stream,
}

/// A piece of the input, before and after compression. It travels from the writer to a worker and
/// back and is used again, so its buffers are allocated, and their pages touched, once.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The end of the block before, then this block's own bytes.
    bytes: Vec<u8>,
    /// How many of `bytes` are of the block before.
    dictionary: usize,
    /// What `bytes[dictionary..]` became.
    compressed: Vec<u8>,
    /// Over `bytes[dictionary..]`.
    crc: Hasher,
}

impl Block {
    /// Starts anew as the block after `previous`.
    pub(super) fn follow(&mut self, previous: &Block) {
        let window = previous.bytes.len().saturating_sub(WINDOW);
        self.bytes.clear();
        self.bytes.extend_from_slice(&previous.bytes[window..]);
        self.dictionary = self.bytes.len();
    }

    /// The block's own bytes.
    pub(super) fn input(&self) -> &[u8] {
        &self.bytes[self.dictionary..]
    }

    pub(super) fn is_full(&self) -> bool {
        self.input().len() == BLOCK
    }

    /// Takes as much of `bytes` as there is room for and returns how much that was.
    pub(super) fn fill(&mut self, bytes: &[u8]) -> usize {
        let n = bytes.len().min(BLOCK - self.input().len());
        self.bytes.extend_from_slice(&bytes[..n]);
        n
    }

    /// Fills in the compressed form and the checksum.
    ///
    /// The outcome depends on nothing but the bytes, the level and `end`. Two things see to that.
    /// The deflate state is a fresh one, not one that is reset: zlib-rs's remembers a little of what
    /// it compressed before, so the output would depend on which worker got which blocks. And there
    /// is room for all of the output at once: a deflate that is interrupted for want of room may
    /// choose other matches afterwards.
    pub(super) fn compress(&mut self, level: Compression, end: End) -> io::Result<()> {
        let (dictionary, mut input) = self.bytes.split_at(self.dictionary);
        self.crc = Hasher::new();
        self.crc.update(input);

        // false: no zlib header, just deflate.
        let mut deflate = Compress::new(level, false);
        if !dictionary.is_empty() {
            deflate.set_dictionary(dictionary)?;
        }
        let flush = match end {
            End::Block => FlushCompress::Sync,
            End::Stream => FlushCompress::Finish,
        };
        self.compressed.clear();
        // Random bytes grow a little. What is not needed is not touched either.
        self.compressed.reserve(input.len() + input.len() / 8);
        loop {
            self.compressed.reserve(128);
            let before = deflate.total_in();
            let status = deflate.compress_vec(input, &mut self.compressed, flush)?;
            input = &input[(deflate.total_in() - before) as usize..];
            let complete = match end {
                // zlib's rule: a flush is complete when it leaves room in the output.
                End::Block => {
                    input.is_empty() && self.compressed.len() < self.compressed.capacity()
                }
                End::Stream => status == Status::StreamEnd,
            };
            if complete {
                return Ok(());
            }
        }
    }

    /// The compressed form and the checksum of the input, as [`compress`](Self::compress) left them.
    pub(super) fn compressed(&self) -> (&[u8], &Hasher) {
        (&self.compressed, &self.crc)
    }
}
