//! Each task is in exactly one place: a slot, a ring, the global queue, an M, or with its waker.
//!
//! What all Ps share is one struct with one lock, `sched`: the global queue, the list of idle Ps and that of
//! idle Ms. Everything else belongs to a P. A waiting task is on no list of the scheduler at all; who will
//! wake it has its waker, and if nobody has, it is lost. (Our registry of all tasks is for reports.)

use std::thread;

use channels::channel;
use concurrency::runtime::{Builder, Phase, spawn, yield_now};

const WAITING: usize = 20;
const RUNNABLE: usize = 300;

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let handle = runtime.handle();
    runtime.block_on(async {
        let (wake, wait) = channel::<()>(0);
        let mut tasks = Vec::new();
        for _ in 0..WAITING {
            let wait = wait.clone();
            tasks.push(spawn(async move {
                let _ = wait.recv_async().await;
            }));
        }
        while handle
            .tasks()
            .iter()
            .any(|task| task.phase != Phase::Waiting)
        {
            yield_now().await;
        }
        // This future has the only P, so the other M has to go to sleep.
        while handle.snapshot().idle_threads == 0 {
            thread::yield_now();
        }
        tasks.extend((0..RUNNABLE).map(|_| spawn(async {})));

        let state = handle.snapshot();
        let in_phase = |phase| {
            state
                .tasks
                .iter()
                .filter(|task| task.phase == phase)
                .count()
        };
        let (runnable, waiting) = (in_phase(Phase::Runnable), in_phase(Phase::Waiting));
        let (ring, global, slot) = (state.each_processor[0].queue, state.global_queue, 1);
        println!("{}", state.line());
        println!("{runnable} runnable: {slot} in the slot, {ring} in the ring, {global} global");
        println!(
            "{waiting} waiting: on no list; {} Ms idle",
            state.idle_threads
        );
        assert_eq!((runnable, waiting), (RUNNABLE, WAITING));
        assert_eq!(slot + ring + global, runnable);
        assert!(
            state.each_machine.iter().all(|m| m.task.is_none()),
            "none runs"
        );
        assert_eq!(
            in_phase(Phase::Running) + runnable + waiting,
            state.tasks.len()
        );
        assert_eq!((state.idle_processors, state.idle_threads), (0, 1));

        drop(wake);
        for task in tasks {
            task.await.expect("each of them ends");
        }
        assert!(handle.tasks().is_empty(), "and is in no place any more");
    });
    Ok(())
}
