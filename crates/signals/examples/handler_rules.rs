//! A handler may use atomics and write(2): this one runs 10 000 times amid allocations, without harm.
//!
//! The handler runs between any two instructions of the thread. If that thread is inside `malloc`, holding
//! its lock, a handler that allocates (`println!`, `format!`, a `Vec`) waits for ever for a lock that its
//! own thread holds. A counter in an atomic has no such moment.

use std::error::Error;
use std::thread;

use signals::action;
use signals::send::{raise, to_thread};
use signals::signal::Signal;

const TIMES: usize = 10_000;

fn main() -> Result<(), Box<dyn Error>> {
    let caught = action::catch(Signal::USR1)?;
    let busy = thread::spawn(|| {
        let mut allocated = 0_usize;
        for _ in 0..TIMES {
            allocated += format!("{allocated} bytes").into_bytes().capacity();
            // One for each round for certain, and those of the other thread at any moment.
            raise(Signal::USR1).ok()?;
        }
        Some(allocated)
    });
    let mut sent = 0;
    while !busy.is_finished() {
        to_thread(&busy, Signal::USR1)?;
        sent += 1;
    }
    let allocated = busy.join().map_err(|_| "the thread has panicked")?;
    let allocated = allocated.ok_or("a signal was not sent")?;

    let count = caught.count() as usize;
    println!("{count} signals handled, while {allocated} bytes were allocated");
    // What is sent while one is pending is merged with it.
    assert!((TIMES..=TIMES + sent).contains(&count));
    Ok(())
}
