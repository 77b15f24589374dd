//! The future of `block_on` stays on its thread all its life; a task goes where there is room.
//!
//! Some libraries belong to a thread: OpenGL contexts, GUI loops, whatever keeps its state in
//! thread-locals. Go has `runtime.LockOSThread` for them. In Rust it is where the future is polled: by
//! `block_on` on the caller's thread, in tokio's current-thread runtime on the one thread that there is.
//! A spawned task has to be `Send`, because after any `.await` it may be elsewhere.
//!
//! One P, three tasks: A waits, B blocks the thread that they share, C wakes A, which goes on
//! with C's thread.

use std::collections::HashSet;
use std::sync::mpsc;
use std::thread::{self, ThreadId};
use std::time::Duration;

use channels::channel;
use concurrency::runtime::{Builder, Runtime, blocking, sleep, spawn, yield_now};

/// The threads on which a task was before and after an `.await`.
async fn moves() -> (ThreadId, ThreadId) {
    let (wake, wait) = channel::<()>(1);
    let (end_call, call) = mpsc::channel::<()>();
    let b = spawn(async move {
        let _ = blocking(|| call.recv());
    });
    let c = spawn(async move { wake.try_send(()).expect("there is room") });
    // Spawned last, it runs first.
    let a = spawn(async move {
        let before = thread::current().id();
        wait.recv_async().await.expect("C sends");
        drop(end_call);
        (before, thread::current().id())
    });
    let threads = a.await.expect("it runs to its end");
    b.await.expect("it runs to its end");
    c.await.expect("it runs to its end");
    threads
}

async fn stays(threads: &mut HashSet<ThreadId>) {
    for _ in 0..50 {
        spawn(yield_now()).await.expect("it runs to its end");
        sleep(Duration::from_micros(10)).await;
        threads.insert(thread::current().id());
    }
}

fn main() -> anyhow::Result<()> {
    let one = Builder::new().processors(1).build()?;
    let (before, after) = one.block_on(moves());
    println!("a spawned task: {before:?} before an await, {after:?} after it");
    assert_ne!(before, after);

    let mut threads = HashSet::new();
    Runtime::new().block_on(stays(&mut threads));
    println!("block_on's future, after 100 awaits: {threads:?}");
    assert_eq!(threads, HashSet::from([thread::current().id()]));

    let tokio = tokio::runtime::Builder::new_current_thread().build()?;
    let (ours, spawned) = tokio.block_on(async {
        let spawned = tokio::spawn(async {
            tokio::task::yield_now().await;
            thread::current().id()
        });
        let spawned = spawned.await;
        (thread::current().id(), spawned)
    });
    assert_eq!((ours, spawned?), (thread::current().id(), ours));
    println!("tokio's current-thread runtime: also its tasks stay on {ours:?}");
    Ok(())
}
