//! msync writes a map's changes to the disk; whoever reads the file has seen them before.
//!
//! Two different questions: who *sees* a store (everybody, at once, since there is one page), and
//! whether it *survives* a power cut (when it is on the disk). `MS_SYNC` waits for that.
//! `MS_ASYNC` does nothing on Linux but check its arguments: the kernel writes changed pages some
//! seconds later anyway. A range costs only its pages.
//!
//! It is also the only place where an error can be told: a store cannot return EIO. Go has
//! `unix.Msync`. On macOS the disk may keep what it got in a cache of its own; only `fcntl` with
//! `F_FULLFSYNC` empties that.
//!
//! ```syscalls
//! mmap(NULL, 65536, PROT_READ|PROT_WRITE, MAP_SHARED, $file, 0) = $map
//! msync($map, 65536, MS_SYNC) = 0
//! msync($map, *, MS_SYNC) = 0
//! msync($map, 65536, MS_ASYNC) = 0
//! munmap($map, 65536) = 0
//! ```

use std::fs::{self, File};
use std::io;

use mmap::map::Shared;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("record");
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)?;
    file.set_len(64 << 10)?;

    let map = Shared::map(&file)?;
    map.write_at(0, b"balance: 100");
    assert!(fs::read(&path)?.starts_with(b"balance: 100"));
    println!("before the flush readers see: balance: 100");

    map.flush()?;
    println!("flushed: all 64 KiB");
    map.write_at(9, b"250");
    map.flush_range(9, 3)?;
    println!("flushed: the page of three bytes");
    map.flush_async()?;
    assert!(fs::read(&path)?.starts_with(b"balance: 250"));
    Ok(())
}
