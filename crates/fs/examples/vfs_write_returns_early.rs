//! A write is done when the kernel has the bytes; the disk gets them later.
//!
//! The kernel's virtual filesystem keeps pages of files in memory, and `write(2)` copies into
//! these. It takes the time of a memory copy, and from then on every reader on the machine sees the
//! bytes. Some thirty seconds later, or when memory is short, the kernel writes them to the disk;
//! `fsync(2)` is the way to wait for that. In Go and on macOS it is the same.
//!
//! ```syscalls
//! write($file, *) = 8388608
//! openat(AT_FDCWD, "*/file", O_RDONLY|O_CLOEXEC) = $reader
//! read($reader, *) = 8388608
//! fsync($file) = 0
//! ```

use std::error::Error;
use std::fs::File;
use std::io::{Read, Write};
use std::time::Instant;

use fs::sync;

const LENGTH: usize = 8 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    let mut file = File::create(&path)?;
    let bytes: Vec<u8> = (0..LENGTH).map(|at| (at / 251) as u8).collect();

    let start = Instant::now();
    file.write_all(&bytes)?;
    println!("write: {:>10.3?}", start.elapsed());

    // Nothing was synced, and somebody else sees all of it.
    let mut seen = Vec::with_capacity(LENGTH);
    File::open(&path)?.read_to_end(&mut seen)?;
    assert!(seen == bytes);

    let start = Instant::now();
    sync::full(&file)?;
    println!("sync:  {:>10.3?}", start.elapsed());
    println!("(on a filesystem in memory there is nothing to wait for)");
    Ok(())
}
