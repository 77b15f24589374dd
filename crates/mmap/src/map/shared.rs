//! A file as memory that everybody may change.
//!
//! `unsafe` is allowed for the one step from a raw map to a slice of atomics. Atomics may be changed
//! by anybody at any time, which is what a shared map is; so nothing has to be promised.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::slice;
use std::sync::atomic::{AtomicU8, Ordering};

use memmap2::{Advice, MmapRaw};

/// A file, written by writing to memory: `PROT_READ|PROT_WRITE`, `MAP_SHARED`.
///
/// Who reads the file sees a store at once, as both look at the same page. When it reaches the disk
/// is another question: see [`flush`](Shared::flush).
///
/// The length is the file's when it was mapped. A store cannot make it longer; set the length first.
#[derive(Debug)]
#[doc(alias = "mmap")]
pub struct Shared(MmapRaw);

impl Shared {
    /// Maps the whole of `file`, which must be open for reading and writing. When the file gets
    /// shorter, touching what it lost ends the process by SIGBUS.
    ///
    /// # Errors
    ///
    /// Those of `mmap(2)`.
    pub fn map(file: &File) -> io::Result<Self> {
        MmapRaw::map_raw(file).map(Shared)
    }

    /// All bytes, each of which anybody may change.
    pub fn bytes(&self) -> &[AtomicU8] {
        let start = self.0.as_mut_ptr().cast::<AtomicU8>();
        // SAFETY: so many bytes are mapped for reading and writing until `self` is dropped, an
        // AtomicU8 is laid out as a u8, and every byte is one.
        unsafe { slice::from_raw_parts(start, self.0.len()) }
    }

    /// Copies out what is at `offset`, byte by byte: what somebody writes meanwhile may be half in.
    ///
    /// # Panics
    ///
    /// When the map ends before `buffer` is full.
    pub fn read_at(&self, offset: usize, buffer: &mut [u8]) {
        let from = &self.bytes()[offset..][..buffer.len()];
        for (to, from) in buffer.iter_mut().zip(from) {
            *to = from.load(Ordering::Relaxed);
        }
    }

    /// Copies `bytes` to `offset`.
    ///
    /// # Panics
    ///
    /// When the map ends before they do.
    pub fn write_at(&self, offset: usize, bytes: &[u8]) {
        let to = &self.bytes()[offset..][..bytes.len()];
        for (to, from) in to.iter().zip(bytes) {
            to.store(*from, Ordering::Relaxed);
        }
    }

    /// Waits until all changes are on the disk: `MS_SYNC`. It does not sync the file's length or its
    /// name. (On macOS the disk may still hold them in its own memory; `F_FULLFSYNC` empties that.)
    ///
    /// # Errors
    ///
    /// Those of `msync(2)`: EIO here is the only word that a store did not arrive.
    #[doc(alias = "msync")]
    pub fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }

    /// [`flush`](Shared::flush) for the pages of some bytes.
    ///
    /// # Errors
    ///
    /// Those of `msync(2)`.
    pub fn flush_range(&self, offset: usize, len: usize) -> io::Result<()> {
        self.0.flush_range(offset, len)
    }

    /// Asks for the changes to be written and does not wait: `MS_ASYNC`. Linux takes that as known:
    /// it writes changed pages after some seconds anyway.
    ///
    /// # Errors
    ///
    /// Those of `msync(2)`.
    pub fn flush_async(&self) -> io::Result<()> {
        self.0.flush_async()
    }

    /// Tells the kernel how the pages will be used.
    ///
    /// # Errors
    ///
    /// Those of `madvise(2)`.
    pub fn advise(&self, advice: Advice) -> io::Result<()> {
        self.0.advise(advice)
    }
}
