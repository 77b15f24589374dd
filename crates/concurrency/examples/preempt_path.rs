//! A preempted task goes to the global queue, behind everybody; one that yields stays on its P.
//!
//! In Go the way is `morestack`, `newstack`, `gopreempt_m`, `goschedImpl`: the goroutine becomes runnable,
//! its thread drops it, it is put on the *global* queue, and the thread looks for the next one. A task
//! that used a whole slice is a poor neighbour for those that wait on the same P, and any other P may
//! have it. A task that gave up its turn by itself goes to the end of its own P's ring.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use concurrency::runtime::{Builder, Handle, Phase, TaskId, checkpoint, spawn, yield_now};

/// Where task `id` is: runnable, and in which of the two queues.
fn place(handle: &Handle, id: TaskId) -> &'static str {
    let state = handle.snapshot();
    let task = state.tasks.iter().find(|task| task.id == id);
    assert_eq!(task.expect("it is not over").phase, Phase::Runnable);
    assert!(
        state.each_machine.iter().all(|m| m.task != Some(id.0)),
        "no M has it"
    );
    match (state.global_queue, state.each_processor[0].queue) {
        (1, 0) => "global",
        (0, 1) => "local",
        other => panic!("a task in two places, or in none: {other:?}"),
    }
}

fn compute(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// Runs one task that gives way to another, which sees where the first one went.
async fn gives_way(handle: Handle, is_preempted: bool) -> &'static str {
    let seen = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&seen);
    let (tell, told) = channels::channel(1);
    // What is spawned last runs first.
    let second = spawn(async move {
        let id = told.try_recv().expect("the first one was here");
        over.store(true, Ordering::SeqCst);
        place(&handle, id)
    });
    let first = spawn(async move {
        tell.try_send(concurrency::runtime::current_task().expect("this is a task"))
            .expect("there is room");
        while !seen.load(Ordering::SeqCst) {
            if is_preempted {
                compute(Duration::from_millis(3));
                checkpoint().await;
            } else {
                yield_now().await;
            }
        }
    });
    let place = second.await.expect("it runs to its end");
    first.await.expect("it runs to its end");
    place
}

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let preempted = runtime.block_on(gives_way(runtime.handle(), true));
    println!("preempted: in the {preempted} queue");
    assert_eq!(preempted, "global");
    let yielded = runtime.block_on(gives_way(runtime.handle(), false));
    println!("yielded: in the {yielded} queue");
    assert_eq!(yielded, "local");
    Ok(())
}
