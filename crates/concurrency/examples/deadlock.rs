//! Two locks taken in two orders stop two threads for ever; taken in one order, never.
//!
//! One thread has A and wants B, the other has B and wants A. Nothing in the kernel or in Rust
//! looks for such a ring. The cure is an order of all locks that every thread keeps. It happens in
//! a child, which a watchdog ends; a barrier makes sure that both have their first lock.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, io};

use concurrency::sync::{Barrier, Mutex};

static A: Mutex<u32> = Mutex::new(0);
static B: Mutex<u32> = Mutex::new(0);

fn two_orders() {
    static BOTH_HAVE_ONE: Barrier = Barrier::new(2);
    let take = |first: &'static Mutex<u32>, second: &'static Mutex<u32>| {
        move || {
            let _first = first.lock();
            BOTH_HAVE_ONE.wait();
            *second.lock() += 1;
        }
    };
    thread::scope(|scope| {
        scope.spawn(take(&A, &B));
        scope.spawn(take(&B, &A));
    });
}

fn one_order() {
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| (0..10_000).for_each(|_| *A.lock() += *B.lock() + 1));
        }
    });
}

fn main() -> io::Result<()> {
    if env::args().nth(1).is_some() {
        two_orders();
        return Ok(());
    }
    let mut child = Command::new(env::current_exe()?)
        .arg("deadlock")
        .stdin(Stdio::null())
        .spawn()?;
    let deadline = Instant::now() + Duration::from_millis(300);
    let mut ended = None;
    while ended.is_none() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(20));
        ended = child.try_wait()?;
    }
    child.kill()?;
    child.wait()?;
    println!("two orders: {ended:?} after 300 ms");
    assert_eq!(ended, None, "it hangs until it is killed");

    one_order();
    println!("one order: {} turns", *A.lock());
    assert_eq!(*A.lock(), 20_000);
    Ok(())
}
