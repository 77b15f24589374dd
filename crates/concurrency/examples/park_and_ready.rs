//! However many threads wake a waiting task at once, it goes on exactly once.
//!
//! Go's `gopark` lets a goroutine wait, and `goready` makes it runnable; ready twice is an error that
//! ends the program. A waker may be used by anybody at any time, so here the task's own word decides:
//! whoever sets its `RUNNABLE` bit puts it into a queue, and the others see it set and do nothing.
//!
//! The future of `block_on` keeps the only P, so the woken task can not run while all threads wake it.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use concurrency::runtime::{Builder, Phase, spawn, yield_now};

const THREADS: usize = 8;

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let handle = runtime.handle();
    let polls = Arc::new(AtomicU32::new(0));
    let waker = Arc::new(Mutex::new(None::<Waker>));

    runtime.block_on(async {
        let (counts, leaves) = (Arc::clone(&polls), Arc::clone(&waker));
        let parked = spawn(poll_fn(move |context| {
            if counts.fetch_add(1, Ordering::SeqCst) > 0 {
                return Poll::Ready(());
            }
            *leaves.lock().unwrap() = Some(context.waker().clone());
            Poll::Pending
        }));
        while handle.tasks()[0].phase != Phase::Waiting {
            yield_now().await;
        }
        println!("parked: {}", handle.tasks()[0]);

        let waker = waker.lock().unwrap().take().expect("it has left one");
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| waker.wake_by_ref());
            }
        });
        let state = handle.snapshot();
        println!("woken by {THREADS} threads: {}", state.line());
        assert_eq!(state.tasks[0].phase, Phase::Runnable);
        assert_eq!(state.global_queue, 1, "once in the queue");
        assert_eq!(polls.load(Ordering::SeqCst), 1, "and not yet run");

        parked.await.expect("it runs to its end");
        waker.wake();
    });
    println!(
        "polled {} times: once to park, once to go on",
        polls.load(Ordering::SeqCst)
    );
    assert_eq!(polls.load(Ordering::SeqCst), 2);
    Ok(())
}
