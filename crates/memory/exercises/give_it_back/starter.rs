//! Empties a buffer, gives its memory back to the kernel, and keeps its addresses.
//!
//! A server has a large buffer that is full once a day. After `empty` all its pages read as zeros, the
//! buffer is where it was and can be used at once, and none of its pages takes memory.
//!
//! The loop below writes zeros. The pages are as much in use as before.
//!
//! Checked: contents, addresses, and which pages are in memory; the call.
//!
//! Lesson: memory/page-table
//!
//! Linux only: elsewhere pages that are given back need not read as zeros.

use std::io;

use memory::page::Pages;

/// Makes all pages zeros that take no memory.
pub fn empty(pages: &Pages) -> io::Result<()> {
    for byte in pages.bytes() {
        byte.store(0, std::sync::atomic::Ordering::Relaxed);
    }
    Ok(())
}
