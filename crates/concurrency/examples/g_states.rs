//! A task is runnable, running, waiting or dead; in a system call it is running, without a P.
//!
//! Go writes `_Grunnable`, `_Grunning`, `_Gwaiting`, `_Gdead`, and `_Gsyscall` for a goroutine in the
//! kernel. (`_Gidle`, just allocated, nobody ever sees.) A future in a blocking call is still being
//! polled, so here it stays *running*, and its M has no P any more.
//!
//! ```text
//! spawn > runnable > running > dead
//!            ^          v
//!            +-- waiting
//! ```
//!
//! The way back from waiting to running leads through a queue, always. One P, so that each state lasts
//! as long as this program wants it to.

use std::thread;

use channels::channel;
use concurrency::runtime::{
    Builder, Handle, MachineState, Phase, Snapshot, blocking, spawn, yield_now,
};

fn phase(handle: &Handle) -> Phase {
    handle.tasks()[0].phase
}

/// Looks from a thread that is none of the runtime's until it sees an M with a task and without a P.
fn see_syscall(handle: &Handle) -> Snapshot {
    loop {
        let state = handle.snapshot();
        let in_kernel = |m: &MachineState| m.task.is_some() && m.processor.is_none();
        if state.each_machine.iter().any(in_kernel) {
            return state;
        }
        thread::yield_now();
    }
}

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let handle = runtime.handle();
    let (wake, waits) = channel::<()>(1);

    let seen = runtime.block_on(async {
        let inside = handle.clone();
        let task = spawn(async move {
            let mut seen = vec![phase(&inside)];
            waits.recv_async().await.expect("main has the other end");
            seen.push(phase(&inside));

            // The call is to wait for a thread that waits to see it.
            let watcher = thread::spawn(move || see_syscall(&inside));
            let state = blocking(|| watcher.join()).expect("it only looks");
            seen.push(state.tasks[0].phase);
            seen
        });
        let mut outside = vec![phase(&handle)];
        while phase(&handle) != Phase::Waiting {
            yield_now().await;
        }
        outside.push(phase(&handle));
        wake.try_send(()).expect("there is room");
        outside.push(phase(&handle));
        println!("seen from outside: {outside:?}");
        assert_eq!(outside, [Phase::Runnable, Phase::Waiting, Phase::Runnable]);

        let seen = task.await.expect("it runs to its end");
        assert!(handle.tasks().is_empty(), "what is dead is on no list");
        seen
    });
    println!("seen from inside, at last in a system call: {seen:?}");
    assert_eq!(seen, [Phase::Running; 3]);
    Ok(())
}
