//! Whoever comes back from the kernel and finds no idle P has to queue with the runnable tasks.
//!
//! `exitsyscall` tries its old P first, then any idle one. If there is none, the goroutine goes to the
//! global queue and its thread to sleep. Ours is the same with one difference: a future that is being
//! polled lives on the stack of its thread, so the *thread* sleeps in line for a P.
//!
//! One P: A's call ends while B keeps the P, so A cannot go on before B waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use concurrency::runtime::{Builder, MachineState, blocking, spawn};

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let handle = runtime.handle();
    let (tx, rx) = channel();
    let is_back = Arc::new(AtomicBool::new(false));
    let goes_on = Arc::clone(&is_back);

    runtime.block_on(async {
        let b = spawn(async move {
            tx.send("the call is over")?;
            let is_a = |m: &MachineState| m.task.is_some() && m.blocked && m.processor.is_none();
            let state = loop {
                let state = handle.snapshot();
                if state.each_machine.iter().any(is_a) {
                    break state;
                }
                thread::yield_now();
            };
            println!(
                "B has the P, A's thread sleeps without one: {}",
                state.line()
            );
            assert_eq!(state.idle_processors, 0);
            assert!(!is_back.load(Ordering::SeqCst), "A has no P to go on with");
            anyhow::Ok(())
        });
        // What is spawned last runs first: A goes to the kernel, and B gets its P.
        let a = spawn(async move {
            let received = blocking(|| rx.recv());
            goes_on.store(true, Ordering::SeqCst);
            received
        });
        b.await??;
        println!("A received {:?}", a.await??);
        Ok(())
    })
}
