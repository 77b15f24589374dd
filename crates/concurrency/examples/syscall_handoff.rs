//! A task that blocks in the kernel loses its P to others; it has to say that it may block.
//!
//! Go wraps each system call that may block in `entersyscall` and `exitsyscall`. In between the P
//! belongs to nobody, and if the call lasts, `sysmon` hands it to another thread (`handoffp`). Here
//! `blocking` is that pair. In tokio the same is `spawn_blocking`, which moves the call to a thread of a
//! pool. Without either, one call in the kernel stops a worker, and with one worker everything.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use concurrency::runtime::{Builder, blocking, spawn};

/// One P: the second task can only run when the first has lost it.
fn ours() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let (tx, rx) = channel();
    let before = runtime.handle().snapshot().threads;
    runtime.block_on(async {
        // What is spawned last runs first: it goes to the kernel before anything was sent.
        let others = spawn(async move { tx.send("from another task") });
        let blocked = spawn(async move { blocking(|| rx.recv()) });
        others.await??;
        let received = blocked.await??;
        println!("ours, blocking: received {received:?}");
        anyhow::Ok(())
    })?;
    let after = runtime.handle().snapshot().threads;
    println!("threads: {before} before, {after} after");
    assert!(after >= before + 2, "one blocked, and one went on");
    Ok(())
}

fn tokio_with(worker: &tokio::runtime::Runtime) -> anyhow::Result<()> {
    let (tx, rx) = channel();
    let blocked = worker.spawn_blocking(move || rx.recv());
    let others = worker.spawn(async move { tx.send("from another task") });
    worker.block_on(others)??;
    let received = worker.block_on(blocked)??;
    println!("tokio, spawn_blocking: received {received:?}");
    Ok(())
}

fn tokio_without(worker: &tokio::runtime::Runtime) -> anyhow::Result<()> {
    let (inside_tx, inside) = channel();
    let (tx, rx) = channel::<()>();
    let (done_tx, done) = channel();
    let blocked = worker.spawn(async move {
        inside_tx.send(()).expect("main waits for it");
        rx.recv()
    });
    inside.recv()?;
    drop(worker.spawn(async move { done_tx.send(()) }));
    let waited = done.recv_timeout(Duration::from_millis(100));
    println!("tokio, neither: the other task after 100 ms: {waited:?}");
    assert_eq!(
        waited,
        Err(RecvTimeoutError::Timeout),
        "the worker is in the kernel"
    );
    tx.send(())?;
    worker.block_on(blocked)??;
    done.recv()?;
    Ok(())
}

fn main() -> anyhow::Result<()> {
    ours()?;
    let worker = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()?;
    tokio_with(&worker)?;
    tokio_without(&worker)
}
