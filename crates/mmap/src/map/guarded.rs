//! A map that survives its file.
//!
//! # The concept
//!
//! Touching a page that the file lost raises SIGBUS in the thread that did it. A handler then runs in
//! that thread, between the load and its repetition, and may do what a handler may: no locks, no
//! allocation. Ours looks the address up in a list of guarded maps. If it is in one, the handler
//! writes down where, maps a page of zeros over the lost page, and returns; the load is repeated
//! and reads a zero. Whoever asked for the bytes copies them out first, then looks
//! whether anything was written down, and only then believes them.
//!
//! That leaves the end of the last page, which reads as zeros and raises nothing. So after the copy the
//! file's length is asked for, too: the kernel shortens the length before it removes or clears
//! anything, hence a length that is still long enough *after* the copy means that all that was
//! copied was there. (A file that is cut and made longer again in between has zeros there, and zeros
//! are what one gets.)
//!
//! `unsafe` is allowed for reading through the raw map; each block has its fact. The handler, and the list
//! that it walks, is in `faults.rs`.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::slice;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use memmap2::{MmapOptions, MmapRaw};

use super::faults::{Slot, install_handler};

/// A file for reading, from which bytes are copied out: all of those asked for, or an error.
///
/// When copies are all that is needed, `pread(2)` gives the same and costs less to understand. A
/// search that copies nothing takes [`bytes`](Guarded::bytes), and [checks](Guarded::check) at the end.
#[derive(Debug)]
pub struct Guarded {
    file: File,
    map: MmapRaw,
    slot: &'static Slot,
}

/// The file ends before the bytes that were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file was cut short at byte {at} while it was mapped")]
pub struct Truncated {
    /// Where it ends now; or, when it is long enough again, the first page that was lost. (A
    /// disk that cannot be read raises the same signal, and looks like this too.)
    pub at: u64,
}

/// Why a file cannot be guarded.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// It cannot be mapped.
    #[error("cannot map the file: {0}")]
    Map(io::Error),
    /// The signal handler cannot be installed.
    #[error("cannot handle the signal of a lost page: {0}")]
    Handler(io::Error),
}

impl Guarded {
    /// Maps the whole of `file`. The first call installs the handler, for the rest of the process's
    /// life; who installs another one after that has to pass on what it does not know.
    ///
    /// # Errors
    ///
    /// See [`GuardError`].
    pub fn map(file: File) -> Result<Self, GuardError> {
        install_handler().map_err(|error| GuardError::Handler(error.into()))?;
        let map = MmapOptions::new()
            .map_raw_read_only(&file)
            .map_err(GuardError::Map)?;
        // An empty file is a map of one page that nobody touches.
        let start = map.as_ptr() as usize;
        let slot = Slot::take(start..start + map.len());
        Ok(Guarded { file, map, slot })
    }

    /// The file's length when it was mapped.
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Whether it was empty then.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies the bytes at `offset` into `buffer`. They may have changed meanwhile, but they were
    /// there.
    ///
    /// # Errors
    ///
    /// [`Truncated`] when one of them was lost; `buffer` then has zeros from there on.
    ///
    /// # Panics
    ///
    /// When the range does not lie in [`len`](Guarded::len).
    pub fn read_at(&self, offset: usize, buffer: &mut [u8]) -> Result<(), Truncated> {
        let end = offset
            .checked_add(buffer.len())
            .filter(|&end| end <= self.len());
        let end = end.expect("the range lies in the map") as u64;
        self.copy_out(offset, buffer);
        self.check(end)
    }

    /// Whether everything below `end` that was read so far was the file's: after the reading.
    ///
    /// # Errors
    ///
    /// [`Truncated`] when some of it may have been zeros instead.
    pub fn check(&self, end: u64) -> Result<(), Truncated> {
        // In this order: when a page was lost the length is known to be the new one, also if it was
        // another thread that touched the page just now.
        let lost = self.slot.lost() as u64;
        let len = self.file.metadata().map_or(0, |metadata| metadata.len());
        match end {
            _ if len < end => Err(Truncated { at: len }),
            _ if lost < end => Err(Truncated { at: lost }),
            _ => Ok(()),
        }
    }

    /// The bytes where they lie. What the file has lost reads as zeros, which only
    /// [`check`](Guarded::check) tells.
    ///
    /// # Safety
    ///
    /// Nobody changes the bytes while the slice lives: the promise of [`View`](super::View), but for
    /// truncation, which is dealt with.
    pub unsafe fn bytes(&self) -> &[u8] {
        // SAFETY: so many bytes are mapped for reading until `self` is dropped, and the caller says
        // that they stay what they are.
        unsafe { slice::from_raw_parts(self.map.as_ptr(), self.map.len()) }
    }

    /// Eight bytes at a time where it can.
    fn copy_out(&self, offset: usize, buffer: &mut [u8]) {
        let from = self.map.as_ptr().wrapping_add(offset).cast::<AtomicU8>();
        // SAFETY: the range lies in the map, which is there until `self` is dropped: lost pages
        // are replaced before anybody gets to read them. Others may change the bytes, hence atomics;
        // nobody stores through this slice, which the map would not allow.
        let from = unsafe { slice::from_raw_parts(from, buffer.len()) };
        // SAFETY: eight AtomicU8, aligned to eight, are laid out as an AtomicU64. Within this process
        // all of these are only loaded, so that loads of different sizes do not race.
        let (head, words, tail) = unsafe { from.align_to::<AtomicU64>() };

        let (to_head, rest) = buffer.split_at_mut(head.len());
        let (to_words, to_tail) = rest.split_at_mut(8 * words.len());
        copy_bytes(head, to_head);
        for (to, from) in to_words.as_chunks_mut().0.iter_mut().zip(words) {
            *to = from.load(Ordering::Relaxed).to_ne_bytes();
        }
        copy_bytes(tail, to_tail);
    }
}

fn copy_bytes(from: &[AtomicU8], to: &mut [u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = from.load(Ordering::Relaxed);
    }
}

impl Drop for Guarded {
    /// The slot first: when the pages are gone another map may get their addresses.
    fn drop(&mut self) {
        self.slot.give_back();
    }
}
