//! A lock that nobody else wants is taken and given back without a system call.
//!
//! Locking changes a word from 0 to 1, unlocking from 1 to 0: two atomic instructions. Only who
//! finds the word taken asks the kernel to sleep until it changes, and leaves a 2 there; and only
//! who unlocks a 2 asks it to wake somebody. Hence the name: *fast user-space mutex*. Between the
//! two lines of output there are two million lock operations and not one `futex`; after them, one
//! thread sleeps and is woken: the only wait in the whole run.
//!
//! Linux only: what is shown is that `futex` is not called; Apple's locks have other calls.
//!
//! ```syscalls
//! write(1, "begin\n", 6) = 6
//! write(1, "1000000 turns\n", 14) = 14
//! futex(*, FUTEX_WAKE_PRIVATE, 1) = 1
//! futex(*, FUTEX_WAIT_PRIVATE, 2, NULL) = 0 x1
//! ```

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: this is about Linux's futex");
}

#[cfg(target_os = "linux")]
fn main() {
    use std::thread;
    use std::time::{Duration, Instant};

    use concurrency::sync::Mutex;

    let count = Mutex::new(0u32);
    println!("begin");
    for _ in 0..1_000_000 {
        *count.lock() += 1;
    }
    println!("{} turns", *count.lock());
    assert_eq!(*count.lock(), 1_000_000);

    let held = count.lock();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| *count.lock());
        // It spins a little and sleeps; until then nothing is to be seen of it.
        let deadline = Instant::now() + Duration::from_secs(10);
        while !someone_sleeps() {
            assert!(Instant::now() < deadline, "waiting for it to sleep");
            thread::sleep(Duration::from_millis(1));
        }
        assert!(!waiter.is_finished());
        drop(held);
        assert_eq!(waiter.join().expect("it does not panic"), 1_000_000);
    });
}

/// Whether a thread of this process sleeps in `futex(2)`: proc(5), `/proc/PID/task/TID/syscall` and
/// `stat`. The main thread does not, since it looks. A thread that a tracer has stopped on its way into
/// the call is in it and does not sleep yet.
#[cfg(target_os = "linux")]
fn someone_sleeps() -> bool {
    let threads = std::fs::read_dir("/proc/self/task").expect("proc is there");
    let in_futex = nix::libc::SYS_futex.to_string();
    threads.flatten().any(|thread| {
        let read = |name| std::fs::read_to_string(thread.path().join(name)).unwrap_or_default();
        read("syscall").split(' ').next() == Some(&in_futex) && read("stat").contains(") S ")
    })
}
