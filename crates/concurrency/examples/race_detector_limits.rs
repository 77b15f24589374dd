//! A race detector sees what happened: a race behind a branch that was not taken, it does not report.
//!
//! The program below changes a balance if it finds the other thread busy with it. As long as it comes too
//! late to find that, there is nothing to report: tests may be green under a detector for years. Made to
//! come in time, the same program is reported. A *model checker* does not depend on luck. loom runs it in
//! one interleaving after the other, also in those that take the branch, and stops at the first with a race.
//!
//! `unsafe` is for loom's cell, which is checked at each access and ends the program before two have it.
#![allow(unsafe_code)]

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use concurrency::race::{self, Atomic, Report, Tracked};

/// The program under our detector, with the worker over or in the middle when the other one looks.
fn watched(worker_is_busy: bool) -> Vec<Report> {
    let (balance, busy) = (Tracked::new("balance", 0), Atomic::new(0));
    // std's, which the detector does not see: they order nothing for it.
    let (entered, left) = (Barrier::new(2), Barrier::new(2));
    let program = || {
        race::scope(|scope| {
            let worker = scope.spawn(|| {
                busy.store(1);
                if worker_is_busy {
                    entered.wait();
                    left.wait();
                }
                balance.set(1);
                busy.store(0);
            });
            if worker_is_busy {
                entered.wait();
            } else {
                worker.join().expect("it does not panic");
            }
            if busy.load() == 1 {
                balance.set(2);
                left.wait();
            }
        });
    };
    race::check(program).races
}

#[derive(Default)]
struct Shared {
    balance: loom::cell::UnsafeCell<u32>,
    busy: loom::sync::atomic::AtomicUsize,
}

// SAFETY: loom ends the program at an access to the cell that is not ordered.
unsafe impl Sync for Shared {}

impl Shared {
    fn set_balance(&self, value: u32) {
        self.balance.with_mut(|balance| {
            // SAFETY: loom has just checked that nobody else has it.
            unsafe { *balance = value }
        });
    }
}

/// The same program in every interleaving, up to the one that fails: how many, and why.
fn explored() -> (usize, String) {
    let tried = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&tried);
    let program = move || {
        counter.fetch_add(1, Ordering::Relaxed);
        let shared = Arc::new(Shared::default());
        let worker = loom::thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                shared.busy.store(1, Ordering::Release);
                shared.set_balance(1);
                shared.busy.store(0, Ordering::Release);
            }
        });
        if shared.busy.load(Ordering::Acquire) == 1 {
            shared.set_balance(2);
        }
        worker.join().expect("it does not panic");
    };
    // The panic is what is looked for: no need for its backtrace.
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| loom::model(program)));
    drop(panic::take_hook());
    let panic = outcome.expect_err("an interleaving has the race");
    let message = panic.downcast::<String>().expect("a message");
    (tried.load(Ordering::Relaxed), message.trim_end().to_owned())
}

fn main() {
    assert_eq!(watched(false), [], "each access that happened was in order");
    println!("branch not taken: no report");

    let races = watched(true);
    assert_eq!(races.len(), 1);
    println!("branch taken:     {} race", races.len());

    let (tried, message) = explored();
    println!("loom, run {tried}:      {message}");
    assert!(message.contains("Causality violation"), "{message}");
}
