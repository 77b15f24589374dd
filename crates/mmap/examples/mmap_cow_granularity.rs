//! One byte stored to a private map of 1 MiB copies one page, not the region.
//!
//! The processor reports a store to a write-protected *page*, so that is what the kernel copies.
//! The other pages stay the file's, shared with everybody who maps it. `/proc/self/smaps` says so:
//! `Anonymous` counts what belongs to this process and to no file.
//!
//! It is often told otherwise ("the whole region is copied"); then a `fork`, which makes all of a
//! process's memory copy-on-write, would be far from cheap.
//!
//! Linux only: /proc/self/smaps tells how much was copied.
// Whoever maps a file as a slice promises that nobody else changes it. It is in our own folder.
#![allow(unsafe_code)]

use std::fs::{self, File};
use std::io;

use mmap::map::{Private, page_size};

const MIB: usize = 1 << 20;

fn main() -> io::Result<()> {
    if !cfg!(target_os = "linux") {
        println!("skipped: only Linux has /proc/self/smaps");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("mebibyte");
    fs::write(&path, vec![7; MIB])?;

    let file = File::open(&path)?;
    // SAFETY: nobody else writes to the file, and nobody cuts it.
    let mut map = unsafe { Private::map(&file) }?;
    let sum: usize = map.iter().map(|&byte| usize::from(byte)).sum();
    assert_eq!(sum, 7 * MIB);
    println!("all bytes read:   {:>5} bytes are our own", copied(&map)?);
    assert_eq!(copied(&map)?, 0);

    map[MIB / 2] = 8;
    println!("one byte stored:  {:>5}", copied(&map)?);
    assert_eq!(copied(&map)?, page_size());

    map[MIB / 2 + 1] = 8;
    println!("its neighbour:    {:>5}", copied(&map)?);
    assert_eq!(copied(&map)?, page_size());

    map[0] = 8;
    println!("another page:     {:>5}", copied(&map)?);
    assert_eq!(copied(&map)?, 2 * page_size());
    Ok(())
}

/// How many bytes of the map are not the file's any more.
fn copied(map: &[u8]) -> io::Result<usize> {
    let smaps = fs::read_to_string("/proc/self/smaps")?;
    let range = format!("{:x}-", map.as_ptr() as usize);
    let entry = smaps.lines().skip_while(|line| !line.starts_with(&range));
    let line = entry
        .into_iter()
        .find_map(|line| line.strip_prefix("Anonymous:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kilobytes: usize = kilobytes
        .and_then(|n| n.parse().ok())
        .expect("the map has an entry");
    Ok(kilobytes * 1024)
}
