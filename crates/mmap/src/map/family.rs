//! Memory that a process shares with its children.
//!
//! `unsafe` is allowed for mapping, unmapping, and looking at the pages as atomics. They are ours until
//! the value is dropped, and what another process does to an atomic is what atomics are for.
#![allow(unsafe_code)]

use std::io;
use std::num::NonZero;
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::AtomicU64;

use nix::libc::c_void;
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous, munmap};

/// Zeros that the children of later `fork`s see too, and write to: `MAP_SHARED|MAP_ANONYMOUS`. An
/// `execve` ends it, as that throws all maps away.
#[derive(Debug)]
pub struct Family {
    start: NonNull<c_void>,
    words: NonZero<usize>,
}

impl Family {
    /// Maps so many words of eight bytes.
    ///
    /// # Errors
    ///
    /// Those of `mmap(2)`.
    pub fn new(words: NonZero<usize>) -> io::Result<Self> {
        let bytes = words.checked_mul(WORD).ok_or(io::ErrorKind::OutOfMemory)?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: the kernel chooses the place, so nothing that exists is replaced.
        let start = unsafe { mmap_anonymous(None, bytes, access, MapFlags::MAP_SHARED) }?;
        Ok(Family { start, words })
    }

    /// The words, which any process of the family may change.
    pub fn words(&self) -> &[AtomicU64] {
        // SAFETY: so many words are mapped, aligned to a page, until `self` is dropped; zero is a
        // valid AtomicU64, as is everything else.
        unsafe { slice::from_raw_parts(self.start.cast().as_ptr(), self.words.get()) }
    }
}

const WORD: NonZero<usize> = NonZero::new(size_of::<AtomicU64>()).unwrap();

// SAFETY: all access goes through atomics, and unmapping may be done by any thread.
unsafe impl Send for Family {}
// SAFETY: as above.
unsafe impl Sync for Family {}

impl Drop for Family {
    fn drop(&mut self) {
        let bytes = self.words.get() * WORD.get();
        // SAFETY: this is the range that `new` has mapped, and no slice of it outlives `self`.
        // It fails only for a range that is none.
        let _ = unsafe { munmap(self.start, bytes) };
    }
}
