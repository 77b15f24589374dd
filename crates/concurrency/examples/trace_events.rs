//! The trace counts what the program did: each task, each wait, each blocking call.
//!
//! Nothing is sampled: every decision of the scheduler is an event. So for a program whose steps are
//! known, the numbers of events are known beforehand.

use std::time::Duration;

use concurrency::runtime::{Builder, blocking, spawn, timeout, yield_now};
use concurrency::trace::{self, Kind};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // One P: nobody steals, nothing depends on who is faster.
    let runtime = Builder::new().processors(1).build()?;
    let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY)?;
    runtime.block_on(async {
        let (to_waiter, from_main) = channels::channel::<u32>(1);
        let waiter = spawn(async move { from_main.recv_async().await });
        let yields = spawn(async {
            for _ in 0..10 {
                yield_now().await;
            }
        });
        let calls = spawn(async {
            for _ in 0..3 {
                blocking(|| std::fs::metadata("/").map(drop))?;
            }
            std::io::Result::Ok(())
        });
        // A time limit that was not needed: a timer that is set, and stopped.
        timeout(Duration::from_secs(600), yields).await??;
        calls.await??;
        to_waiter.send_async(7).await?;
        assert_eq!(waiter.await??, 7);
        Ok::<(), Box<dyn std::error::Error>>(())
    })?;
    let trace = recording.stop();

    for kind in Kind::ALL {
        println!("{:>4} {kind:?}", trace.count(kind));
    }
    assert_eq!(trace.count(Kind::Create), 3);
    assert_eq!(trace.count(Kind::Yield), 10);
    assert_eq!(trace.count(Kind::SyscallEnter), 3);
    assert_eq!(trace.count(Kind::SyscallExit), 3);
    assert_eq!(trace.count(Kind::TimerSet), 1);
    assert_eq!(trace.count(Kind::TimerStop), 1);
    assert_eq!(trace.count(Kind::Steal), 0);
    // The three tasks, and block_on's own future.
    assert_eq!(trace.count(Kind::End), 4);
    // Each turn that began was over in one of these ways.
    let over = [Kind::Stop, Kind::Yield, Kind::Preempt, Kind::End];
    let over: usize = over.into_iter().map(|kind| trace.count(kind)).sum();
    assert_eq!(trace.count(Kind::Start), over);
    assert_eq!(trace.dropped, 0);
    Ok(())
}
