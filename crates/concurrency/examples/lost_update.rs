//! A separate load and store lose updates: another thread stores in between.
//!
//! Half of the threads add one to a balance, half take one away; in the end it should be what it
//! was. `balance += 1` on a plain variable from two threads does not compile in Rust. With a load
//! and a store on an atomic it does: each step is sound, and the sum is wrong all the same,
//! differently in each run. The first round below makes two threads meet between load and store;
//! the second leaves it to luck; the last uses an addition that is one step.

use std::sync::Barrier;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

fn add_in_two_steps(balance: &AtomicI64, amount: i64, between: impl FnOnce()) {
    let read = balance.load(Ordering::Relaxed);
    between();
    balance.store(read + amount, Ordering::Relaxed);
}

fn main() {
    let (balance, both_have_read) = (AtomicI64::new(0), Barrier::new(2));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                add_in_two_steps(&balance, 1, || {
                    both_have_read.wait();
                });
            });
        }
    });
    println!("two additions, both after both had read: {balance:?}");
    assert_eq!(balance.into_inner(), 1, "one is lost");

    let (luck, whole) = (AtomicI64::new(0), AtomicI64::new(0));
    thread::scope(|scope| {
        for amount in [1, -1] {
            let (luck, whole) = (&luck, &whole);
            scope.spawn(move || {
                for _ in 0..100_000 {
                    add_in_two_steps(luck, amount, || ());
                    whole.fetch_add(amount, Ordering::Relaxed);
                }
            });
        }
    });
    println!("200000 by luck: {luck:?}; in one step: {whole:?}");
    assert_eq!(whole.into_inner(), 0);
}
