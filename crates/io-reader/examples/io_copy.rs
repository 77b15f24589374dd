//! On Linux `io::copy` between two files moves the bytes without leaving the kernel.
//!
//! std looks at the two types. For two files it tries copy_file_range(2), then sendfile(2), and reads
//! and writes through a buffer of 8 KiB only where the kernel refuses both; out of a pipe it takes
//! splice(2). From a file into a socket or a pipe it does not: there the kernel would queue the file's
//! own pages, and whoever writes to the file afterwards would change what was already sent. So that
//! way takes the buffer in Rust, and sendfile(2) in Go, whose `io.Copy` finds its short cuts by
//! `ReaderFrom`. A type of your own around the file hides what it is, and gets the buffer. On macOS
//! everything goes through the buffer.
//!
//! /proc/self/io counts the calls that read: one that moves a whole range counts once.
//!
//! ```syscalls
//! copy_file_range(3, NULL, 4, NULL, *) = 8224768
//! copy_file_range(3, NULL, 4, NULL, *) = 0
//! read(3, *, 8192) = 8192
//! write(4, *, 8192) = 8192
//! read(3, "", 8192) = 0
//! read(3, *, 8192) = 8192 x1004
//! write(4, *, 8192) = 8192 x1004
//! ```

use std::any::type_name_of_val;
use std::fs::{self, File};
use std::io::{self, Read};

const BUFFER: u64 = 8 * 1024;
const LEN: u64 = 1004 * BUFFER;

fn main() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    let source = dir.path().join("source");
    // 251 is prime, so a block that got lost or moved would not look like its neighbours.
    let content = Vec::from_iter(0..251).repeat(LEN as usize / 251);
    fs::write(&source, &content)?;

    let direct = dir.path().join("direct");
    let direct_calls = copy(File::open(&source)?, File::create_new(&direct)?)?;
    assert!(fs::read(&direct)? == content);

    let wrapped = dir.path().join("wrapped");
    let wrapped_calls = copy(Opaque(File::open(&source)?), File::create_new(&wrapped)?)?;
    assert!(fs::read(&wrapped)? == content);

    if let (Some(direct_calls), Some(wrapped_calls)) = (direct_calls, wrapped_calls) {
        println!("calls that read: {direct_calls} for the first, {wrapped_calls} for the second");
        assert!(direct_calls < 100, "copy_file_range and sendfile refused");
        // A read for each buffer, and one that finds the end.
        assert!(wrapped_calls > LEN / BUFFER);
    }
    Ok(())
}

/// Copies all of `source`; returns how many calls that read it took, where the kernel says so.
fn copy(mut source: impl Read, mut target: File) -> io::Result<Option<u64>> {
    let before = read_calls();
    let copied = io::copy(&mut source, &mut target)?;
    let after = read_calls();
    println!("{copied} bytes copied from {}", type_name_of_val(&source));
    assert_eq!(copied, LEN);
    // A count is made up before the read that asks for it is itself counted.
    Ok(before.zip(after).map(|(before, after)| after - before - 1))
}

/// A reader of which `io::copy` knows no more than that it reads.
struct Opaque(File);

impl Read for Opaque {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

/// How many calls that read this process has made (`syscr` in proc_pid_io(5)); `None` where the
/// kernel keeps no such count.
fn read_calls() -> Option<u64> {
    let mut text = [0; 512];
    let n = File::open("/proc/self/io").ok()?.read(&mut text).ok()?;
    let mut lines = str::from_utf8(&text[..n]).ok()?.lines();
    let count = lines.find_map(|line| line.strip_prefix("syscr: "))?;
    count.parse().ok()
}
