//! All tasks on one thread: the kernel sees one thread, and one call that blocks stops all tasks.
//!
//! It is what Node, Python's asyncio, Redis and tokio's current-thread runtime do, and what "green threads" of
//! early Java were. No locks are needed, switching costs nothing, and a second core stays dark. One
//! task that computes, or waits in the kernel, holds up everybody: Node's "don't block the event loop".

use std::collections::HashSet;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

const TASKS: usize = 1000;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let log = Arc::new(Mutex::new(Vec::new()));
    let note = |what: &'static str| {
        let log = Arc::clone(&log);
        move || log.lock().unwrap().push(what)
    };
    let (release, blocked) = mpsc::channel::<()>();

    let threads: HashSet<_> = runtime.block_on(async {
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                tokio::spawn(async {
                    tokio::task::yield_now().await;
                    thread::current().id()
                })
            })
            .collect();
        let mut threads = HashSet::new();
        for task in tasks {
            threads.insert(task.await?);
        }

        let (before, after, other) = (note("blocks"), note("goes on"), note("the other task"));
        let blocks = tokio::spawn(async move {
            before();
            // From another thread, as no task of this one could.
            let helper = thread::spawn(move || release.send(()));
            let _ = blocked.recv();
            after();
            helper.join().expect("it only sends")
        });
        let other = tokio::spawn(async move { other() });
        other.await?;
        blocks.await??;
        anyhow::Ok(threads)
    })?;
    println!("{TASKS} tasks ran on {} thread", threads.len());
    assert_eq!(threads, HashSet::from([thread::current().id()]));
    let log = log.lock().unwrap();
    println!("{}", log.join(", "));
    assert_eq!(*log, ["blocks", "goes on", "the other task"]);
    Ok(())
}
