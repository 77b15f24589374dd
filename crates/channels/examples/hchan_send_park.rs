//! A send that finds no room queues up with its value in `sendq` and puts its thread to sleep.
//!
//! In Go: `acquireSudog`, `enqueue`, `gopark`, and the goroutine goes from running to waiting; its
//! thread of the system runs another one. Here a thread is what waits, so the kernel knows it too:
//! Linux shows its state as `S`, sleeping. A task (`send_async`, or tokio's `send`) leaves its
//! waker in the queue and lets its thread go, which is nearer to Go.

use std::thread;

use channels::{WaiterKind, channel};

fn main() {
    let (tx, rx) = channel(1);
    tx.send("first").expect("there is room");

    let sender = thread::Builder::new().name("sender".into()).spawn({
        let tx = tx.clone();
        move || tx.send("second")
    });
    let sender = sender.expect("a thread");
    while tx.inspect().senders_waiting.is_empty() {
        thread::yield_now();
    }
    let channel = tx.inspect();
    assert_eq!((channel.count, channel.senders_waiting.len()), (1, 1));
    let waiter = &channel.senders_waiting[0];
    assert_eq!(waiter.kind, WaiterKind::Thread("sender".into()));
    assert!(!waiter.in_select);
    println!("{} is first in the queue", waiter.kind);
    wait_until_asleep("sender");

    assert_eq!(rx.recv(), Ok("first"));
    assert_eq!(sender.join().expect("no panic"), Ok(()));
    println!("a receive later it has sent, and nobody waits");
    assert!(rx.inspect().senders_waiting.is_empty());
    assert_eq!(rx.recv(), Ok("second"));
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
