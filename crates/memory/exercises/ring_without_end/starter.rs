//! Makes a ring buffer in which nothing is ever cut in two.
//!
//! A ring of N bytes holds what was pushed last. When data passes the end of the buffer it goes on at
//! the beginning, so a reader has to take it in two pieces, or copy. Unless the same memory is mapped a
//! second time right behind the first: then position N *is* position 0, and everything in the ring is
//! one slice. Make `Ring` so; `filled` then need not copy anything.
//!
//! The version below is right, and copies.
//!
//! Checked: what is in the ring, again and again around its end; the calls.
//!
//! Lesson: memory/one-page-two-addresses
//!
//! Linux only: it needs memfd_create.

use std::borrow::Cow;
use std::io;

use memory::page::page_size;

/// A queue of bytes in one page.
pub struct Ring {
    bytes: Vec<u8>,
    /// Where the next byte to be taken is.
    start: usize,
    length: usize,
}

impl Ring {
    /// An empty one.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            bytes: vec![0; page_size()],
            start: 0,
            length: 0,
        })
    }

    /// Appends as much of `data` as there is room for, and says how much that was.
    pub fn push(&mut self, data: &[u8]) -> usize {
        let size = self.bytes.len();
        let count = data.len().min(size - self.length);
        for byte in &data[..count] {
            self.bytes[(self.start + self.length) % size] = *byte;
            self.length += 1;
        }
        count
    }

    /// All that is in the ring.
    pub fn filled(&self) -> Cow<'_, [u8]> {
        let end = self.start + self.length;
        match end.checked_sub(self.bytes.len()) {
            None => Cow::Borrowed(&self.bytes[self.start..end]),
            Some(rest) => Cow::Owned([&self.bytes[self.start..], &self.bytes[..rest]].concat()),
        }
    }

    /// Removes the oldest `count` bytes, or all if there are fewer.
    pub fn pop(&mut self, count: usize) {
        let count = count.min(self.length);
        self.start = (self.start + count) % self.bytes.len();
        self.length -= count;
    }
}
