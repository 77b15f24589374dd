//! How big a page is, and where one begins.
//!
//! `unsafe` is allowed for one question to the C library, which passes no pointer.
#![allow(unsafe_code)]

use std::ops::Range;

use nix::libc;

/// The size of a page in bytes, a power of two: 4096 on x86-64 and most arm64 Linux, 16384 on
/// Apple's processors. See `sysconf(3)`.
#[doc(alias = "sysconf")]
pub fn page_size() -> usize {
    // SAFETY: asks for a number.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).expect("every system has a page size")
}

/// The address at which the page of `address` begins.
pub fn floor(address: usize) -> usize {
    address & !(page_size() - 1)
}

/// The first beginning of a page at or after `address`; `None` when the address space ends before.
pub fn ceil(address: usize) -> Option<usize> {
    address.checked_next_multiple_of(page_size())
}

/// The addresses of all pages that `value` lies in, even if only with one byte.
pub fn span<T: ?Sized>(value: &T) -> Range<usize> {
    let start = (&raw const *value).addr();
    let end = start + size_of_val(value);
    floor(start)..ceil(end).expect("a value does not end behind the last address")
}
