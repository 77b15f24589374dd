//! Allocators: blocks of 16 to 1024 bytes, on one thread and on two that free each other's.
//!
//! Each thread keeps 20 000 blocks, about 10 MiB. It frees one at random and allocates another, and one block
//! in eight goes to the other thread, which frees it. Every peer runs in a process of its own: the others
//! replace `malloc` there by `LD_PRELOAD`, and its peak memory is what `getrusage(2)` says.
// Blocks come from raw allocator calls; each is written and read within its size, and freed once.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::ptr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use memory::alloc::ThreadCaching;
use nix::sys::resource::{UsageWho, getrusage};

use crate::Result;
use crate::workload::{Peer, Workload};

const LIVE: usize = 20_000;
/// Tells a process that it is the one to do the work.
const CHILD: &str = "MEMORY_BENCH_CHILD";

macro_rules! peers {
    ($threads:literal, $figure:expr) => {
        [
            Peer {
                name: "memory::alloc::ThreadCaching",
                needs: None,
                measure: |quick| measure(&ThreadCaching, None, $threads, $figure, quick),
            },
            Peer {
                name: "System",
                needs: None,
                measure: |quick| measure(&System, None, $threads, $figure, quick),
            },
            Peer {
                name: "mimalloc",
                needs: None,
                measure: |quick| measure(&System, Some("libmimalloc"), $threads, $figure, quick),
            },
            Peer {
                name: "jemalloc",
                needs: None,
                measure: |quick| measure(&System, Some("libjemalloc"), $threads, $figure, quick),
            },
        ]
    };
}

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "allocate and free, 1 thread",
        unit: "ns",
        peers: &peers!(1, Figure::Time),
    },
    Workload {
        name: "allocate and free, 2 threads, one block in eight is the other's",
        unit: "ns",
        peers: &peers!(2, Figure::Time),
    },
    Workload {
        name: "peak memory, 1 thread",
        unit: "MiB",
        peers: &peers!(1, Figure::Memory),
    },
    Workload {
        name: "peak memory, 2 threads, one block in eight is the other's",
        unit: "MiB",
        peers: &peers!(2, Figure::Memory),
    },
];

#[derive(Clone, Copy)]
enum Figure {
    Time,
    Memory,
}

fn measure<A: GlobalAlloc + Sync>(
    allocator: &A,
    preload: Option<&str>,
    threads: usize,
    figure: Figure,
    quick: bool,
) -> Result<f64> {
    if env::var_os(CHILD).is_none() {
        return in_a_process_of_its_own(preload);
    }
    let rounds = if quick { 1_000_000 } else { 10_000_000 };
    let took = churn(allocator, threads, rounds);
    Ok(match figure {
        Figure::Time => took.as_secs_f64() * 1e9 / rounds as f64,
        // Kilobytes on Linux.
        Figure::Memory => getrusage(UsageWho::RUSAGE_SELF)?.max_rss() as f64 / 1024.0,
    })
}

fn in_a_process_of_its_own(preload: Option<&str>) -> Result<f64> {
    let mut command = Command::new(env::current_exe()?);
    command.args(env::args_os().skip(1)).env(CHILD, "1");
    if let Some(name) = preload {
        command.env("LD_PRELOAD", library(name)?);
    }
    let output = command.output()?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}: {stderr}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Debian's file of a library.
fn library(name: &str) -> Result<PathBuf> {
    for arch in ["x86_64", "aarch64"] {
        for version in ["so.2", "so.2.0", "so.3"] {
            let path = format!("/usr/lib/{arch}-linux-gnu/{name}.{version}");
            if PathBuf::from(&path).exists() {
                return Ok(path.into());
            }
        }
    }
    Err(format!("{name} is not installed").into())
}

/// The time that one thread took for its rounds, the slowest one's.
fn churn<A: GlobalAlloc + Sync>(allocator: &A, threads: usize, rounds: usize) -> Duration {
    let shared: Vec<AtomicPtr<u8>> = (0..64).map(|_| AtomicPtr::new(ptr::null_mut())).collect();
    let start = Barrier::new(threads);
    let times = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|seed| {
                let shared = if threads > 1 { &shared[..] } else { &[] };
                let start = &start;
                scope.spawn(move || {
                    let mut worker = Worker::new(allocator, shared, seed as u64);
                    start.wait();
                    let begin = Instant::now();
                    (0..rounds).for_each(|_| worker.round());
                    begin.elapsed()
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker does not panic"))
            .max()
    });
    for block in shared {
        release(allocator, block.into_inner());
    }
    times.unwrap_or_default()
}

struct Worker<'a, A: GlobalAlloc> {
    allocator: &'a A,
    blocks: Vec<*mut u8>,
    /// Where blocks change hands.
    shared: &'a [AtomicPtr<u8>],
    random: u64,
}

impl<'a, A: GlobalAlloc> Worker<'a, A> {
    fn new(allocator: &'a A, shared: &'a [AtomicPtr<u8>], seed: u64) -> Self {
        let mut worker = Worker {
            allocator,
            blocks: vec![ptr::null_mut(); LIVE],
            shared,
            random: seed + 0x9e37_79b9_7f4a_7c15,
        };
        for index in 0..LIVE {
            let size = worker.size();
            worker.blocks[index] = obtain(allocator, size);
        }
        worker
    }

    #[inline]
    fn round(&mut self) {
        let random = self.next();
        let index = (random >> 40) as usize % LIVE;
        let mut block = self.blocks[index];
        if random.is_multiple_of(8) && !self.shared.is_empty() {
            let place = &self.shared[(random >> 3) as usize % self.shared.len()];
            block = place.swap(block, Ordering::AcqRel);
        }
        release(self.allocator, block);
        let size = self.size();
        self.blocks[index] = obtain(self.allocator, size);
    }

    fn size(&mut self) -> usize {
        16 + (self.next() >> 32) as usize % 1009
    }

    /// xorshift.
    fn next(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }
}

impl<A: GlobalAlloc> Drop for Worker<'_, A> {
    fn drop(&mut self) {
        for &block in &self.blocks {
            release(self.allocator, block);
        }
    }
}

/// A block that begins with its size.
#[inline]
fn obtain<A: GlobalAlloc>(allocator: &A, size: usize) -> *mut u8 {
    // SAFETY: the size is at least 16.
    let block = unsafe { allocator.alloc(layout(size)) };
    assert!(!block.is_null(), "there is memory");
    // SAFETY: the block has room for it, and is aligned to 8.
    unsafe { block.cast::<usize>().write(size) };
    block
}

/// Frees what [`obtain`] gave, or nothing for null.
#[inline]
fn release<A: GlobalAlloc>(allocator: &A, block: *mut u8) {
    if block.is_null() {
        return;
    }
    // SAFETY: it begins with its size.
    let size = unsafe { block.cast::<usize>().read() };
    assert!((16..=1024).contains(&size), "the block is as it was left");
    // SAFETY: it was allocated with this layout and has one owner.
    unsafe { allocator.dealloc(block, layout(size)) };
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("a small size")
}
