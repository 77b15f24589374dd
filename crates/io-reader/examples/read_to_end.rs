//! `read_to_end` takes as much memory as the source is long; reading in chunks does not.
//!
//! The sender decides how much that is. Stream what can be handled in chunks, and where all of it
//! must be at hand, put a bound before it with `take`. Go's `io.ReadAll` and `io.LimitReader` are
//! the same pair.
//!
//! Each way runs in a child of its own, since a process's peak of resident memory never falls. The
//! files are holes, which read as zeros and take no room on the disk.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::Command;

use nix::sys::resource::{UsageWho, getrusage};

const MIB: u64 = 1 << 20;

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [way, path] = &args[..] {
        return read_as_child(way, path);
    }
    let dir = tempfile::tempdir()?;
    let (small, large) = (dir.path().join("small"), dir.path().join("large"));
    File::create(&small)?.set_len(8 * MIB)?;
    File::create(&large)?.set_len(32 * MIB)?;

    let chunks = [peak("chunks", &small)?, peak("chunks", &large)?];
    let whole = [peak("whole", &small)?, peak("whole", &large)?];
    println!("peak in MiB, for files of 8 and 32 MiB");
    println!("in chunks:   {:.1?}", chunks.map(in_mib));
    println!("read_to_end: {:.1?}", whole.map(in_mib));
    assert!(chunks[1] < chunks[0] + 4 * MIB);
    assert!(whole[0] > chunks[0] + 6 * MIB);
    assert!(whole[1] > chunks[1] + 24 * MIB);

    let mut bounded = Vec::new();
    let n = io::repeat(b'x').take(5).read_to_end(&mut bounded)?;
    println!("an endless source, bounded: {n} bytes");
    assert_eq!((n, &bounded[..]), (5, &b"xxxxx"[..]));
    Ok(())
}

fn read_as_child(way: &str, path: &str) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut read = 0;
    if way == "whole" {
        let mut content = Vec::new();
        read = file.read_to_end(&mut content)?;
        assert_eq!(read, content.len());
    } else {
        let mut chunk = [0; 64 * 1024];
        while let n @ 1.. = file.read(&mut chunk)? {
            read += n;
        }
    }
    assert_eq!(read as u64, file.metadata()?.len());
    // Kilobytes on Linux, bytes on macOS.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    println!("{}", getrusage(UsageWho::RUSAGE_SELF)?.max_rss() * unit);
    Ok(())
}

/// The peak of resident memory, in bytes, of a child that reads the file this way.
fn peak(way: &str, path: &Path) -> io::Result<u64> {
    let output = Command::new(std::env::current_exe()?)
        .arg(way)
        .arg(path)
        .output()?;
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.trim().parse().expect("a number of bytes"))
}

fn in_mib(bytes: u64) -> f64 {
    bytes as f64 / MIB as f64
}
