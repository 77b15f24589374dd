//! Who cannot get the second lock gives back the first and tries again after a while of its own.
//!
//! Where no order of locks can be kept, `try_lock` breaks the ring: nobody waits with a lock in
//! hand. But two threads that give way in step may meet again and again, like two people in a
//! corridor: a *livelock*. So each waits for a random time, and longer after each failure, as
//! Ethernet does after a collision.

use std::hash::{BuildHasher, RandomState};
use std::thread;
use std::time::Duration;

use concurrency::sync::Mutex;

static A: Mutex<u32> = Mutex::new(0);
static B: Mutex<u32> = Mutex::new(0);

/// Adds one to both; says how often it had to give way.
fn add(first: &Mutex<u32>, second: &Mutex<u32>) -> u32 {
    let mut retries = 0;
    loop {
        let mut one = first.lock();
        // So that the two do meet.
        thread::yield_now();
        if let Some(mut other) = second.try_lock() {
            *one += 1;
            *other += 1;
            return retries;
        }
        drop(one);
        retries += 1;
        let longest = 1 << retries.min(10);
        // std has no random numbers; the seeds of each new hasher differ.
        let pause = RandomState::new().hash_one(retries) % longest;
        thread::sleep(Duration::from_micros(pause));
    }
}

fn main() {
    let retries: Vec<u32> = thread::scope(|scope| {
        let one = scope.spawn(|| (0..500).map(|_| add(&A, &B)).sum());
        let other = scope.spawn(|| (0..500).map(|_| add(&B, &A)).sum());
        [one, other]
            .map(|thread| thread.join().expect("it ends"))
            .into()
    });
    println!("1000 additions to both, in two orders; gave way {retries:?} times");
    assert_eq!((*A.lock(), *B.lock()), (1_000, 1_000));
}
