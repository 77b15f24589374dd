//! A channel with a buffer for 3 lets no more than 3 handlers run at a time.
//!
//! To send is to take a permit, to receive is to give it back. The fourth send finds the buffer
//! full and waits. The messages say nothing, so they are `()`. In Go this is the idiom, since its
//! library has no semaphore; a Rust programmer takes `tokio::sync::Semaphore`, whose permit goes
//! back by being dropped, also when the handler panics.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use channels::channel;

const REQUESTS: usize = 30;
const AT_A_TIME: usize = 3;

fn main() {
    let (permits, give_back) = channel(AT_A_TIME);
    let running = AtomicUsize::new(0);
    let most = AtomicUsize::new(0);

    thread::scope(|scope| {
        for _ in 0..REQUESTS {
            scope.spawn(|| {
                permits.send(()).expect("it stays open");
                most.fetch_max(running.fetch_add(1, Relaxed) + 1, Relaxed);
                handle();
                running.fetch_sub(1, Relaxed);
                give_back.recv().expect("this handler's permit is in it");
            });
        }
    });

    let most = most.into_inner();
    println!("{REQUESTS} handlers, at most {most} at a time");
    assert!(most <= AT_A_TIME);
    // Otherwise the limit would not have been tried.
    assert!(most > 1);
}

fn handle() {
    thread::sleep(Duration::from_millis(10));
}
