//! A receive that finds nothing queues up in `recvq` and sleeps in one futex call until a send.
//!
//! Its sudog has no value yet, only a place for one. Closed channels never let anybody wait, and so
//! the only ends to this sleep are a send and a close. A goroutine would go from running to
//! waiting, and its thread would run another; `recv_async` is that for tasks, on tokio or any
//! executor. On macOS the same sleep is a semaphore's or a condition variable's.
//!
//! The witness is that of std's `park`, whose word for "asleep" is -1, and it counts: one call.
//!
//! ```syscalls
//! futex(*, FUTEX_WAIT_BITSET_PRIVATE, 4294967295, *) = 0 x1
//! ```

use std::thread;

use channels::{WaiterKind, channel};

fn main() {
    let (tx, rx) = channel::<u32>(2);
    let receiver = thread::Builder::new().name("receiver".into()).spawn({
        let rx = rx.clone();
        move || rx.recv()
    });
    let receiver = receiver.expect("a thread");
    while rx.inspect().receivers_waiting.is_empty() {
        thread::yield_now();
    }
    let channel = rx.inspect();
    assert_eq!((channel.count, channel.receivers_waiting.len()), (0, 1));
    let waiter = &channel.receivers_waiting[0];
    assert_eq!(waiter.kind, WaiterKind::Thread("receiver".into()));
    println!("{} is first in the queue", waiter.kind);
    wait_until_asleep("receiver");

    tx.send(7).expect("a receiver waits");
    assert_eq!(receiver.join().expect("no panic"), Ok(7));
    println!("a send later it has 7, and nobody waits");
    assert!(rx.inspect().receivers_waiting.is_empty());
}

#[cfg(target_os = "linux")]
fn wait_until_asleep(name: &str) {
    use std::fs;

    // See proc_pid_stat(5): after the name in parentheses comes the state.
    let asleep = format!("({name}) S");
    let is_asleep = || {
        fs::read_dir("/proc/self/task").is_ok_and(|threads| {
            threads
                .filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("stat")).ok())
                .any(|stat| stat.contains(&asleep))
        })
    };
    while !is_asleep() {
        thread::yield_now();
    }
    println!("the kernel says of thread {name}: S, sleeping");
}

#[cfg(not(target_os = "linux"))]
fn wait_until_asleep(_name: &str) {}
