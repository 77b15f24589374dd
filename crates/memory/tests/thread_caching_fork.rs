//! A process forks while its other threads are in the allocator: the child can still allocate.
//!
//! The test runs itself again, so that nobody's threads but its own are there.

// `fork` in a process with threads: the child allocates, which the allocator promises to survive, and
// ends by `_exit`.
#![allow(unsafe_code)]

mod common;

use std::env;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use common::wait;
use memory::alloc::ThreadCaching;
use nix::libc;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, alarm, fork};

#[global_allocator]
static ALLOCATOR: ThreadCaching = ThreadCaching;

const FORKS: &str = "MEMORY_TEST_FORKS";

#[test]
fn children_of_a_busy_process_can_allocate() {
    if env::var_os(FORKS).is_some() {
        return forks();
    }
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "children_of_a_busy_process_can_allocate"]);
    let mut child = command
        .env(FORKS, "1")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    assert!(wait(&mut child).success());
}

fn forks() {
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    churn();
                }
            });
        }
        let outcomes: Vec<_> = (0..40).map(|_| fork_once()).collect();
        ended.store(true, Ordering::Relaxed);
        for outcome in outcomes {
            assert!(matches!(outcome, WaitStatus::Exited(_, 0)), "{outcome:?}");
        }
    });
}

fn fork_once() -> WaitStatus {
    // SAFETY: the child allocates and ends; the allocator's locks are free in it.
    match unsafe { fork() }.unwrap() {
        ForkResult::Parent { child } => waitpid(child, None).unwrap(),
        ForkResult::Child => {
            alarm::set(30);
            churn();
            // SAFETY: ends the process, and runs nothing of the parent's.
            unsafe { libc::_exit(0) }
        }
    }
}

/// Small and large blocks, so that every lock is taken.
fn churn() {
    let blocks: Vec<Vec<u8>> = (0..200).map(|n| vec![1; n * n]).collect();
    black_box(blocks);
}
