//! MADV_DONTNEED takes the entries out of the page table. The area stays, so the next touch is what the
//! first one was: a fault that brings a page of zeros. This is how allocators return memory that they
//! may soon want again; `munmap` would give the addresses away as well.

use std::io;

use memory::page::Pages;

/// Makes all pages zeros that take no memory.
pub fn empty(pages: &Pages) -> io::Result<()> {
    pages.discard(0..pages.count())
}
