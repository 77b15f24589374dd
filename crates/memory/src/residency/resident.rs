//! `mincore(2)`: the question that every Unix answers.
//!
//! `unsafe` is allowed for that call. It writes one byte a page, for which there is room.
#![allow(unsafe_code)]

use std::io;

use nix::libc;

use crate::page::{Pages, page_size};

/// For each page whether it is in memory, so that to touch it does not wait for a disk. It is true
/// for the moment. Of a file's pages it speaks of the page cache, whoever has read them.
///
/// # Errors
///
/// Those of `mincore(2)`.
#[doc(alias = "mincore")]
pub fn resident(pages: &Pages) -> io::Result<Vec<bool>> {
    let bytes = pages.bytes();
    let mut answer = vec![0u8; bytes.len() / page_size()];
    let start = bytes.as_ptr().cast_mut().cast();
    // SAFETY: the pages are mapped as long as they are borrowed, and `answer` has a byte for each.
    match unsafe { libc::mincore(start, bytes.len(), answer.as_mut_ptr().cast()) } {
        0 => Ok(answer.iter().map(|page| page & 1 != 0).collect()),
        _ => Err(io::Error::last_os_error()),
    }
}
