//! Random access to a map makes no system call; with pread every access is one.
//!
//! A call costs some hundred nanoseconds, however little it reads. A load from a page that is in the
//! page table costs what memory costs. The first load from a page costs more than a call, for then
//! the kernel has to enter it (a *minor fault*; it enters the neighbours too). So maps win where few pages
//! are visited often: an index, a database. They do not win by themselves where a file is read once from
//! the front to the end.
//!
//! Go has no map in its standard library but `syscall.Mmap`; `golang.org/x/exp/mmap` gives a
//! `ReaderAt` over one. The numbers are this machine's, and of a debug build when it is one.
//!
//! ```syscalls
//! mmap(NULL, 4194304, PROT_READ, MAP_SHARED, $file, 0) = $map
//! munmap($map, 4194304) = 0
//! pread64($file, *, 8, *) = 8
//! pread64(*) = 8 x4000
//! ```
// Whoever maps a file as a slice promises that nobody else changes it. Nobody knows this one.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::time::Instant;

use mmap::map::View;

const WORDS: usize = 512 * 1024;
const ACCESSES: u32 = 4000;

fn main() -> io::Result<()> {
    let mut file = tempfile::tempfile()?;
    let contents: Vec<u8> = (0..WORDS as u64)
        .flat_map(|n| (n * n).to_ne_bytes())
        .collect();
    file.write_all(&contents)?;

    let start = Instant::now();
    let mapped = by_map(&file)?;
    let by_map = start.elapsed() / ACCESSES;
    let start = Instant::now();
    let read = by_pread(&file)?;
    let by_pread = start.elapsed() / ACCESSES;

    println!("map:   {by_map:>9.0?} an access, with mapping and faults");
    println!("pread: {by_pread:>9.0?} an access, each a system call");
    assert_eq!(mapped, read);
    Ok(())
}

fn by_map(file: &File) -> io::Result<u64> {
    // SAFETY: nobody else has the file.
    let view = unsafe { View::map(file) }?;
    let words = view.as_chunks::<8>().0;
    Ok(places().fold(0, |sum, at| sum ^ u64::from_ne_bytes(words[at])))
}

fn by_pread(file: &File) -> io::Result<u64> {
    let mut word = [0; 8];
    let mut sum = 0;
    for at in places() {
        file.read_exact_at(&mut word, 8 * at as u64)?;
        sum ^= u64::from_ne_bytes(word);
    }
    Ok(sum)
}

/// The same places each time, all over the file.
fn places() -> impl Iterator<Item = usize> {
    (0..ACCESSES as usize).map(|n| n * 0x9E37_79B1 % WORDS)
}
