//! `spawn` puts a task into a queue and returns; the task runs when the spawner lets go of its P.
//!
//! Go's `go f()` becomes `newproc`, which makes a G runnable and goes on. What was spawned last stands in
//! the P's slot for the next one (`runnext`), since the spawner has likely just written what it will
//! read; it pushes the one that was there before to the end of the ring. So on one P the *last* of
//! three tasks runs first, and the others follow in order: a puzzle for whoever believes that `go` runs
//! something.

use std::sync::{Arc, Mutex};

use concurrency::runtime::{Builder, Phase, spawn};

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let handle = runtime.handle();
    let log = Arc::new(Mutex::new(Vec::new()));

    runtime.block_on(async {
        let tasks = [1, 2, 3].map(|number| {
            let log = Arc::clone(&log);
            spawn(async move { log.lock().unwrap().push(number) })
        });
        let state = handle.snapshot();
        println!("spawned, and still here: {}", state.line());
        assert!(log.lock().unwrap().is_empty(), "nobody has run");
        assert!(state.tasks.iter().all(|task| task.phase == Phase::Runnable));
        assert_eq!(state.tasks.len(), 3);
        assert_eq!(state.each_processor[0].queue, 2, "the third is in the slot");

        for task in tasks {
            task.await.expect("the task runs to its end");
        }
    });
    let log = log.lock().unwrap();
    println!("the order in which they ran: {log:?}");
    assert_eq!(*log, [3, 1, 2]);
    Ok(())
}
