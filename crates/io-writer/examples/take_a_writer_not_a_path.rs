//! Code that writes into a `Write` needs little memory; code that returns bytes holds them all.
//!
//! A function that takes `impl Write` lets its caller choose a file, a socket, a compressor or, in a
//! test, a `Vec`, and each block is gone before the next one is made. One that takes a path serves
//! files only; one that returns a `Vec` needs room for everything at once. Go's rule is the same:
//! accept an `io.Writer`.
//!
//! The kernel keeps the peak of a process's resident set: `ru_maxrss` of getrusage(2), in KiB on
//! Linux and in bytes on macOS. A peak never falls, so each way runs in a process of its own.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::Command;

use io_writer::counting::Counting;
use nix::sys::resource::{UsageWho, getrusage};

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;
const BLOCKS: usize = 100;

fn stream_report(out: &mut impl Write) -> io::Result<()> {
    let mut block = vec![0; MIB];
    for n in 0..BLOCKS {
        block.fill(n as u8);
        out.write_all(&block)?;
    }
    Ok(())
}

fn build_report() -> Vec<u8> {
    let mut report = Vec::with_capacity(BLOCKS * MIB);
    stream_report(&mut report).expect("a Vec takes every byte");
    report
}

fn peak_rss() -> nix::Result<usize> {
    let unit = if cfg!(target_os = "macos") { 1 } else { KIB };
    Ok(getrusage(UsageWho::RUSAGE_SELF)?.max_rss() as usize * unit)
}

/// Runs this program as a child that makes the report in the way named; returns by how many bytes
/// its peak rose.
fn rise_of_peak(way: &str) -> Result<usize, Box<dyn Error>> {
    let child = Command::new(env::current_exe()?).arg(way).output()?;
    assert!(
        child.status.success(),
        "{way}: {}",
        String::from_utf8_lossy(&child.stderr)
    );
    Ok(String::from_utf8(child.stdout)?.trim().parse()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(way) = env::args().nth(1) {
        let before = peak_rss()?;
        let mut out = Counting::new(io::sink());
        if way == "stream" {
            stream_report(&mut out)?;
        } else {
            out.write_all(&build_report())?;
        }
        assert_eq!(out.bytes(), (BLOCKS * MIB) as u64);
        println!("{}", peak_rss()?.saturating_sub(before));
        return Ok(());
    }

    let streamed = rise_of_peak("stream")?;
    let built = rise_of_peak("build")?;
    println!(
        "{BLOCKS} MiB streamed:        peak rises by {:>6} KiB",
        streamed / KIB
    );
    println!(
        "{BLOCKS} MiB built in memory: peak rises by {:>6} KiB",
        built / KIB
    );
    assert!(streamed < 10 * MIB);
    assert!(built > 90 * MIB);
    Ok(())
}
