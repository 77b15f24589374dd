//! Only `buffer[..count]` was read; what lies behind it is the caller's old bytes. An error has read
//! nothing.

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
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}
