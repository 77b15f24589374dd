//! A generator that nobody reads and nobody stops waits in its send until the process ends.
//!
//! It keeps its stack, and whatever that refers to. Go calls it a goroutine leak: the garbage
//! collector cannot free a goroutine that waits. A Go channel has both ends in one value, so the
//! waiting sender itself keeps the receiving end alive. The leaky generator below does that on
//! purpose. In Rust it takes such a purpose: with the last `Receiver` dropped, `send` fails and the
//! thread ends. Both that and a `done` channel leave nobody behind. For tasks, tokio's `JoinSet`
//! ends what is left when it is dropped; a plain `tokio::spawn` leaks as a thread does.

use std::thread::{self, JoinHandle};

use channels::{Receiver, channel, select};

const GENERATORS: usize = 100;

/// Keeps a receiver of its own: sending to it never fails.
fn leaky() -> JoinHandle<()> {
    let (tx, rx) = channel(0);
    let used_by_the_caller = rx.clone();
    let generator = thread::spawn(move || {
        let _other_end = rx;
        while tx.send("value").is_ok() {}
    });
    use_and_abandon(used_by_the_caller);
    generator
}

/// Keeps only the sending end.
fn fails_to_send() -> JoinHandle<()> {
    let (tx, rx) = channel(0);
    let generator = thread::spawn(move || while tx.send("value").is_ok() {});
    use_and_abandon(rx);
    generator
}

/// Keeps both ends, and stops when it is told.
fn with_done(done: Receiver<()>) -> JoinHandle<()> {
    let (tx, rx) = channel(0);
    let used_by_the_caller = rx.clone();
    let generator = thread::spawn(move || {
        let _other_end = rx;
        loop {
            select! {
                recv(done) -> _closed => break,
                send(tx, "value") -> _sent => {}
            }
        }
    });
    use_and_abandon(used_by_the_caller);
    generator
}

fn use_and_abandon(rx: Receiver<&str>) {
    assert_eq!(rx.recv(), Ok("value"));
}

fn main() {
    let leaked: Vec<_> = (0..GENERATORS).map(|_| leaky()).collect();

    let failing: Vec<_> = (0..GENERATORS).map(|_| fails_to_send()).collect();
    join_all(failing);
    println!("receivers dropped: all {GENERATORS} generators have ended");

    let (done_tx, done) = channel(0);
    let stopped: Vec<_> = (0..GENERATORS).map(|_| with_done(done.clone())).collect();
    drop(done_tx);
    join_all(stopped);
    println!("done closed:       all {GENERATORS} generators have ended");

    let alive = leaked.iter().filter(|thread| !thread.is_finished()).count();
    println!("nobody told them:  {alive} generators still wait");
    assert_eq!(alive, GENERATORS);
}

fn join_all(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        thread.join().expect("a generator does not panic");
    }
}
