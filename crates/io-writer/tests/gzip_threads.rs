//! How many threads a gzip writer has, and that it leaves none behind. In a test program of its own,
//! since it counts the threads of the process.

mod common;

use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use common::{DEADLINE, text};
use io_writer::gzip::Gzip;

#[test]
fn workers_come_with_the_second_block_and_go_with_the_writer() {
    if !cfg!(target_os = "linux") {
        println!("skipped: the threads of a process are counted in /proc");
        return;
    }
    let before = threads();
    let block = text(128 << 10);

    let mut small = Gzip::new().threads(3).writer(io::sink());
    small.write_all(&block).unwrap();
    assert_eq!(threads(), before, "one block needs no worker");
    small.finish().unwrap();

    let mut alone = Gzip::new().threads(1).writer(io::sink());
    alone.write_all(&block.repeat(3)).unwrap();
    assert_eq!(threads(), before, "one thread is the caller's");

    let mut large = Gzip::new().threads(3).writer(io::sink());
    large.write_all(&block.repeat(2)).unwrap();
    assert_eq!(threads(), before + 3);
    large.finish().unwrap();
    back_to(before);

    let mut dropped = Gzip::new().threads(3).writer(io::sink());
    dropped.write_all(&block.repeat(9)).unwrap();
    drop(dropped);
    back_to(before);
}

/// A joined thread is listed until the kernel has done away with it, a moment later.
fn back_to(before: usize) {
    let deadline = Instant::now() + DEADLINE;
    while threads() != before {
        assert!(Instant::now() < deadline, "threads are left behind");
        thread::sleep(Duration::from_millis(1));
    }
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}
