//! Linux: `MADV_DONTNEED` takes pages away at once, and `mremap` moves them without a copy.
//!
//! Sound: both work on memory that the caller promises to own.
#![allow(unsafe_code)]

use std::ptr;

use nix::libc;

/// Takes memory back; the pages stay usable and read as zeros. Says whether it did: not where the
/// kernel's pages are larger than ours.
///
/// # Safety
///
/// The pages are the caller's, and nothing in them is needed.
pub(in super::super) unsafe fn release(start: *mut u8, len: usize) -> bool {
    // SAFETY: as the caller promises.
    unsafe { libc::madvise(start.cast(), len, libc::MADV_DONTNEED) == 0 }
}

/// Makes a map longer or shorter, elsewhere if need be; null if it cannot.
///
/// # Safety
///
/// The map is the caller's, all of it, and of this size.
pub(in super::super) unsafe fn remap(start: *mut u8, old: usize, new: usize) -> *mut u8 {
    // SAFETY: as the caller promises.
    let map = unsafe { libc::mremap(start.cast(), old, new, libc::MREMAP_MAYMOVE) };
    if map == libc::MAP_FAILED {
        return ptr::null_mut();
    }
    map.cast()
}
