//! A thread that sends on an unbuffered channel and only then receives waits for itself for ever.
//!
//! The send waits for a receiver; the receive is the next line, and nobody gets there. Go's runtime
//! knows all its goroutines and ends a program in which none can go on with a `fatal error: all
//! goroutines are asleep`; one other goroutine that waits for the network is enough to keep it
//! silent. Rust has no runtime that would know, and the kernel sees a thread that waits in
//! `futex(2)`, as any thread does that waits for another one. So a watchdog has to say it. The same
//! happens with std's `sync_channel(0)` and crossbeam's `bounded(0)`.
//!
//! The way out is another thread for one of the two sides, or a buffer.
//!
//! The last of these calls ends here and began before the first: one sleep, until the watchdog wakes
//! the thread.
//!
//! ```syscalls
//! write(1, "waiting to send: *"..., *) = *
//! futex($word, FUTEX_WAKE*, 1) = 1
//! futex($word, FUTEX_WAIT*, 4294967295, *) = 0
//! ```

use std::thread;
use std::time::{Duration, Instant};

use channels::{Receiver, SendError, Sender, WaiterKind, channel};

fn send_to_myself(tx: &Sender<u8>, rx: &Receiver<u8>) -> Result<u8, SendError<u8>> {
    tx.send(42)?;
    Ok(rx.recv().expect("it has just been sent"))
}

fn main() {
    let (tx, rx) = channel(0);
    // Shared with the watchdog, so that it can look, and end it.
    let (its_tx, its_rx) = (tx.clone(), rx.clone());
    let (id_tx, id_rx) = channel(1);
    let alone = thread::Builder::new()
        .name("alone".to_owned())
        .spawn(move || {
            id_tx.send(thread_number()).expect("the watchdog listens");
            send_to_myself(&its_tx, &its_rx)
        })
        .expect("a thread");

    let id = id_rx.recv().expect("it says its number first");
    let deadline = Instant::now() + Duration::from_secs(10);
    while tx.inspect().senders_waiting.is_empty() || !waits_in_futex(id) {
        assert!(Instant::now() < deadline, "waiting for it to wait");
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(Duration::from_millis(100));
    assert!(!alone.is_finished(), "it went on by itself");

    let channel = tx.inspect();
    println!("waiting to send: {:?}", channel.senders_waiting);
    println!("waiting to receive: {:?}", channel.receivers_waiting);
    let alone_waits = WaiterKind::Thread("alone".to_owned());
    assert_eq!(channel.senders_waiting[0].kind, alone_waits);
    assert!(channel.receivers_waiting.is_empty());

    tx.close().expect("it was open");
    let result = alone.join().expect("it panicked");
    println!("closed, so that the lesson ends: {result:?}");
    assert_eq!(result, Err(SendError(42)), "the message comes back");
}

/// The thread's number in the kernel.
#[cfg(target_os = "linux")]
fn thread_number() -> i32 {
    nix::unistd::gettid().as_raw()
}

/// `/proc/PID/task/TID/syscall` begins with the number of the system call it is in: proc(5).
#[cfg(target_os = "linux")]
fn waits_in_futex(id: i32) -> bool {
    let call = std::fs::read_to_string(format!("/proc/self/task/{id}/syscall")).expect("it lives");
    let number = call.split(' ').next().and_then(|word| word.parse().ok());
    number == Some(nix::libc::SYS_futex)
}

#[cfg(not(target_os = "linux"))]
fn thread_number() -> i32 {
    0
}

/// Elsewhere no file tells: only the channel's queue does.
#[cfg(not(target_os = "linux"))]
fn waits_in_futex(_id: i32) -> bool {
    true
}
