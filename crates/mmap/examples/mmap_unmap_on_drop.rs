//! A map ends with its scope: without that 400 maps of a tebibyte would not fit into any process.
//!
//! Go's programs write `defer m.Unmap()`, and who forgets it loses address space until the process
//! ends, since the collector does not know about maps. In Rust the value's `Drop` calls `munmap`, and
//! a slice of the map cannot outlive the value: that would not compile. So a pointer to unmapped
//! memory is as impossible as one to freed memory.
//!
//! A process has 128 TiB of addresses on x86-64 and on macOS, up to 256 on arm64. The file is a
//! hole: a tebibyte long, it takes no space on the disk, and neither do its maps in memory.
//!
//! ```syscalls
//! mmap(NULL, 1099511627776, PROT_READ, MAP_SHARED, $file, 0) = $map
//! munmap($map, 1099511627776) = 0
//! munmap(*, 1099511627776) = 0 x400
//! mmap(NULL, 1099511627776, PROT_READ, MAP_SHARED, $file, 0) = -1 ENOMEM (*)
//! ```
// Whoever maps a file as a slice promises that nobody else changes it. Nobody knows this one.
#![allow(unsafe_code)]

use std::io;
use std::mem;

use mmap::map::View;

const TEBIBYTE: u64 = 1 << 40;
const TIMES: usize = 400;

fn main() -> io::Result<()> {
    let file = tempfile::tempfile()?;
    file.set_len(TEBIBYTE)?;

    for _ in 0..TIMES {
        // SAFETY: nobody else has the file.
        let view = unsafe { View::map(&file) }?;
        assert_eq!(view.len() as u64, TEBIBYTE);
    }
    println!("{TIMES} maps of 1 TiB, one after the other");

    // `forget` is how one leaks in Rust: it has to be written down.
    let mut forgotten = 0;
    let error = loop {
        // SAFETY: nobody else has the file.
        match unsafe { View::map(&file) } {
            Ok(view) => mem::forget(view),
            Err(error) => break error,
        }
        forgotten += 1;
    };
    println!("{forgotten} maps that are never unmapped, and then: {error}");
    assert!(forgotten < TIMES);
    assert_eq!(error.kind(), io::ErrorKind::OutOfMemory);
    Ok(())
}
