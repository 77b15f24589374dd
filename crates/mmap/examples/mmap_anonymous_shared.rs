//! A child's increments reach the parent through shared anonymous memory, and not through private.
//!
//! `fork` gives the child the same pages. Of private memory each side gets a copy when one of them
//! writes; shared memory stays one page that both have in their page tables. There is no file behind
//! it, and no name: only a family can share it. (Strangers use a file, `shm_open` or `memfd_create`.)
//!
//! Two processes that write one word race like two threads, so the words are atomics. Go cannot fork
//! without an `exec`, which throws all maps away; its programs share a file instead.
//!
//! ```syscalls
//! mmap(NULL, 8, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = $shared
//! mmap(NULL, 8, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = $private
//! munmap($private, 8) = 0
//! munmap($shared, 8) = 0
//! ```
// fork() is unsafe in programs with several threads. This one has one.
#![allow(unsafe_code)]

use std::io;
use std::num::NonZero;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use mmap::map::{Anonymous, Family};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};

const TIMES: u64 = 100_000;

fn main() -> io::Result<()> {
    let shared = Family::new(NonZero::<usize>::MIN)?;
    let mut private = Anonymous::new(8)?;
    let count = &shared.words()[0];

    // SAFETY: there is one thread, so no lock is held by another.
    let child = match unsafe { fork() }? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            private[0] = 1;
            add(count);
            process::exit(0);
        }
    };
    // At the same time as the child.
    add(count);
    let status = waitpid(child, None)?;
    assert_eq!(status, WaitStatus::Exited(child, 0));

    let count = count.load(Ordering::Relaxed);
    println!("both counted to {TIMES}; the shared word says {count}");
    assert_eq!(count, 2 * TIMES);
    println!(
        "the child stored 1 to private memory; here it says {}",
        private[0]
    );
    assert_eq!(private[0], 0);
    Ok(())
}

fn add(count: &AtomicU64) {
    for _ in 0..TIMES {
        count.fetch_add(1, Ordering::Relaxed);
    }
}
