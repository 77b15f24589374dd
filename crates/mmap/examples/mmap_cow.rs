//! What is stored to a private map stays in the process: the file keeps its bytes.
//!
//! `MAP_PRIVATE` is *copy-on-write*. Reading goes to the page cache like everybody's; the first store
//! to a page makes a copy of it for this process alone. The file may be open for reading only, since
//! nothing is ever written back. Programs are loaded like this: the pages with the variables start
//! as the file's bytes and become the process's own when it writes them.
//!
//! Go's `syscall.Mmap` takes the same flag. macOS does the same.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/digits", O_RDONLY|*) = $file
//! mmap(NULL, 16, PROT_READ|PROT_WRITE, MAP_PRIVATE, $file, 0) = $map
//! read(*, "0123456789ABCDEF", *) = 16
//! munmap($map, *) = 0
//! ```
// Whoever maps a file as a slice promises that nobody else changes it. It is in our own folder.
#![allow(unsafe_code)]

use std::fs::{self, File};
use std::io;

use mmap::map::Private;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("digits");
    fs::write(&path, "0123456789ABCDEF")?;

    let file = File::open(&path)?;
    // SAFETY: nobody else writes to the file, and nobody cuts it.
    let mut map = unsafe { Private::map(&file) }?;
    map[9] = b'X';

    let read = fs::read_to_string(&path)?;
    println!("in the map:  {}", map.escape_ascii());
    println!("in the file: {read}");
    assert_eq!(&map[..], b"012345678XABCDEF");
    assert_eq!(read, "0123456789ABCDEF");
    Ok(())
}
