//! What the allocator asks of the kernel: address space, and memory for it.
//!
//! No call here allocates, and `errno` is all that is left behind. Sound: maps are made where the kernel
//! chooses, so they replace nothing; what is unmapped, released or moved is named by the caller, who
//! promises to own it.
#![allow(unsafe_code)]

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod platform;

use std::ptr;

use nix::libc;

use super::pages::{PAGE, Page};

pub(super) use platform::{release, remap};

/// Address space for the heap: 64 GiB, or less where the process may not have so much
/// (`ulimit -v`): then a quarter of it, and a quarter of that, down to 64 MiB.
const LARGEST: usize = 64 << 30;
const SMALLEST: usize = 64 << 20;

pub(super) struct Reservation {
    pub(super) base: *mut u8,
    pub(super) pages: &'static [Page],
}

/// Address space that costs no memory, and notes for its pages, which cost theirs when they are
/// touched.
pub(super) fn reserve() -> Option<Reservation> {
    let mut size = LARGEST;
    while size >= SMALLEST {
        if let Some(reservation) = reserve_bytes(size) {
            return Some(reservation);
        }
        size /= 4;
    }
    None
}

fn reserve_bytes(size: usize) -> Option<Reservation> {
    let count = size / PAGE;
    let notes = map_pages(
        count * size_of::<Page>(),
        libc::PROT_READ | libc::PROT_WRITE,
    );
    if notes.is_null() {
        return None;
    }
    let base = map_aligned(size, PAGE, libc::PROT_NONE);
    if base.is_null() {
        // SAFETY: nobody knows of the map yet.
        unsafe { unmap(notes, count * size_of::<Page>()) };
        return None;
    }
    // SAFETY: so many zeroed bytes, never unmapped; atomics of zeros are values, and a map is aligned
    // to more than eight bytes.
    let pages = unsafe { std::slice::from_raw_parts(notes.cast::<Page>(), count) };
    Some(Reservation { base, pages })
}

/// Makes part of the reservation usable. Says whether there is memory.
///
/// # Safety
///
/// The pages are the caller's, and not in use.
pub(super) unsafe fn commit(start: *mut u8, len: usize) -> bool {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: the caller's pages; to allow access harms nobody.
    unsafe { libc::mprotect(start.cast(), len, access) == 0 }
}

/// A new map of zeros for one block; null if there is no memory.
pub(super) fn map(size: usize, align: usize) -> *mut u8 {
    map_aligned(size, align, libc::PROT_READ | libc::PROT_WRITE)
}

/// # Safety
///
/// The map is the caller's, and not used any more.
pub(super) unsafe fn unmap(start: *mut u8, size: usize) {
    // SAFETY: as the caller promises.
    unsafe { libc::munmap(start.cast(), size) };
}

/// Maps more than is wanted and cuts off what is before and behind the aligned part.
fn map_aligned(size: usize, align: usize, access: libc::c_int) -> *mut u8 {
    if align <= 4096 {
        return map_pages(size, access);
    }
    let (Some(size), Some(whole)) = (
        size.checked_next_multiple_of(PAGE),
        size.checked_next_multiple_of(PAGE)
            .and_then(|size| size.checked_add(align)),
    ) else {
        return ptr::null_mut();
    };
    let map = map_pages(whole, access);
    if map.is_null() {
        return map;
    }
    let before = map.addr().next_multiple_of(align) - map.addr();
    if before > 0 {
        // SAFETY: the first part of our new map.
        unsafe { unmap(map, before) };
    }
    let start = map.wrapping_add(before);
    if whole > before + size {
        // SAFETY: the last part of our new map.
        unsafe { unmap(start.wrapping_add(size), whole - before - size) };
    }
    start
}

fn map_pages(size: usize, access: libc::c_int) -> *mut u8 {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_NORESERVE;
    // SAFETY: a new map where the kernel likes; it replaces nothing.
    let map = unsafe { libc::mmap(ptr::null_mut(), size, access, flags, -1, 0) };
    if map == libc::MAP_FAILED {
        return ptr::null_mut();
    }
    map.cast()
}
