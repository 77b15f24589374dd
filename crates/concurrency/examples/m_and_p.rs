//! A running task's M has a P, an idle P has no M, and an M in a system call has a task and no P.
//!
//! An M is a thread, a P the right to run tasks, and each points to the other while they are together. In
//! the kernel an M keeps its task (`curg`) and remembers its P (`oldp`), but the P may go. sysmon is
//! a thread without either. What Go calls `g0`, a stack of each M for the scheduler itself, we do not need:
//! a future leaves the thread's stack empty when it waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use concurrency::runtime::{Builder, Snapshot, Status, blocking, spawn};

/// One task runs, one blocks, and the third P has nothing to do.
fn is_laid_out(state: &Snapshot) -> bool {
    let running = state
        .each_machine
        .iter()
        .filter(|m| m.task.is_some() && m.processor.is_some());
    let blocked = state
        .each_machine
        .iter()
        .filter(|m| m.task.is_some() && m.processor.is_none());
    (running.count(), blocked.count()) == (1, 1)
        && state.idle_processors == 1
        && state.spinning_threads == 0
}

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(3).build()?;
    let handle = runtime.handle();
    let over = Arc::new(AtomicBool::new(false));
    let (end_call, call) = channel::<()>();

    let state = runtime.block_on(async {
        let ended = Arc::clone(&over);
        let runs = spawn(async move {
            while !ended.load(Ordering::SeqCst) {
                thread::yield_now();
            }
        });
        let blocks = spawn(async move {
            let _ = blocking(|| call.recv());
        });
        // A snapshot is put together without stopping anybody: it counts when nothing moves.
        let state = loop {
            let (before, state) = (handle.snapshot(), handle.snapshot());
            let nothing_moved = before.each_processor == state.each_processor
                && before.each_machine == state.each_machine;
            if is_laid_out(&state) && nothing_moved {
                break state;
            }
            thread::yield_now();
        };
        over.store(true, Ordering::SeqCst);
        drop(end_call);
        runs.await.expect("it runs to its end");
        blocks.await.expect("it runs to its end");
        state
    });
    println!("{}", state.detail());

    for m in &state.each_machine {
        if let Some(p) = m.processor {
            assert_eq!(
                state.each_processor[p].machine,
                Some(m.id),
                "each points to the other"
            );
            assert_eq!(state.each_processor[p].status, Status::Running);
        }
    }
    let idle: Vec<_> = state
        .each_processor
        .iter()
        .filter(|p| p.status == Status::Idle)
        .collect();
    assert_eq!(idle.len(), 1);
    assert!(
        idle.iter().all(|p| p.machine.is_none()),
        "an idle P has no M"
    );
    let with_a_processor = state
        .each_machine
        .iter()
        .filter(|m| m.processor.is_some())
        .count();
    assert_eq!(
        with_a_processor, 2,
        "this future's M, and that of the running task"
    );
    assert!(
        state.threads > state.each_machine.len(),
        "sysmon is a thread and no M"
    );
    Ok(())
}
