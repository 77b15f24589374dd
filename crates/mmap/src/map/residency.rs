//! Which pages are in memory.
//!
//! `unsafe` is allowed for two calls that only ask. `mincore(2)` writes one byte a page, for which there
//! is room.
#![allow(unsafe_code)]

use std::io;

use nix::libc;

/// The size of a page in bytes: 4096 on x86-64 and most arm64 Linux, 16384 on Apple's processors.
pub fn page_size() -> usize {
    // SAFETY: asks the C library for a number.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).expect("every system has a page size")
}

/// How many pages of a map are in memory, its own or the page cache's, so that touching them does
/// not wait for a disk. It is true for the moment.
///
/// # Errors
///
/// Those of `mincore(2)`.
#[doc(alias = "mincore")]
pub fn resident_pages(map: &[u8]) -> io::Result<usize> {
    let page = page_size();
    // A slice may begin amid a page.
    let start = map.as_ptr().map_addr(|address| address & !(page - 1));
    let len = map.as_ptr_range().end as usize - start as usize;
    let mut pages = vec![0u8; len.div_ceil(page)];
    // SAFETY: the pages are mapped as long as `map` is borrowed, and `pages` has a byte for each.
    let outcome = unsafe { libc::mincore(start.cast_mut().cast(), len, pages.as_mut_ptr().cast()) };
    match outcome {
        0 => Ok(pages.iter().filter(|&&page| page & 1 != 0).count()),
        _ => Err(io::Error::last_os_error()),
    }
}
