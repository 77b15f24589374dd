//! macOS: a new map in the place of the old is what surely gives zeros (`MADV_FREE` may leave the
//! contents), and maps are not moved.
//!
//! Sound: both work on memory that the caller promises to own.
#![allow(unsafe_code)]

use std::ptr;

use nix::libc;

/// Takes memory back; the pages stay usable and read as zeros. Says whether it did.
///
/// # Safety
///
/// The pages are the caller's, and nothing in them is needed.
pub(in super::super) unsafe fn release(start: *mut u8, len: usize) -> bool {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_FIXED;
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: replaces the caller's own pages.
    let map = unsafe { libc::mmap(start.cast(), len, access, flags, -1, 0) };
    map != libc::MAP_FAILED
}

/// Null: the caller has to copy.
///
/// # Safety
///
/// None is needed here; the other platform needs the map to be the caller's.
pub(in super::super) unsafe fn remap(_: *mut u8, _: usize, _: usize) -> *mut u8 {
    ptr::null_mut()
}
