//! After `fork` only the calling thread is left; a lock that another one held stays locked for ever.
//!
//! The copy has all the memory, the locks with their state in it, and one thread. If another thread was
//! just allocating, the allocator's lock is taken in the child, and nobody is there who will give it back:
//! the next `malloc` there may hang. So between `fork` and `exec` a child of a threaded program may only
//! call what is *async-signal-safe*. It is why Go has no fork, why Python warns of it, and why the
//! chapter's `Spawn` lays out everything before.
#![allow(unsafe_code)]

use std::sync::{Mutex, TryLockError, mpsc};
use std::thread;

use nix::libc;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};

static LOCK: Mutex<()> = Mutex::new(());

/// What the child found.
const STAYS_LOCKED: i32 = 1;
const IS_ALONE: i32 = 2;

fn main() -> anyhow::Result<()> {
    let (locked, wait_locked) = mpsc::channel();
    let (go_on, wait_go_on) = mpsc::channel::<()>();
    let holder = thread::spawn(move || {
        let guard = LOCK.lock().expect("not poisoned");
        locked.send(()).expect("main waits");
        let _ = wait_go_on.recv();
        drop(guard);
    });
    wait_locked.recv()?;

    // SAFETY: the child makes system calls, tries a lock without waiting, and ends.
    let child = match unsafe { fork() }? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            let code = look();
            // SAFETY: ends the copy, and runs nothing of main.
            unsafe { libc::_exit(code) }
        }
    };
    let WaitStatus::Exited(_, found) = waitpid(child, None)? else {
        panic!("the child was killed");
    };
    println!(
        "in the child the lock {}",
        if found & STAYS_LOCKED != 0 {
            "is locked, by nobody"
        } else {
            "is free"
        }
    );
    println!(
        "and it has {}",
        if found & IS_ALONE != 0 {
            "one thread"
        } else {
            "several threads"
        }
    );
    assert_eq!(found, STAYS_LOCKED | IS_ALONE);

    // In the parent the holder is there, and gives it back.
    go_on.send(())?;
    holder.join().expect("no panic");
    assert!(LOCK.try_lock().is_ok());
    Ok(())
}

fn look() -> i32 {
    let locked = matches!(LOCK.try_lock(), Err(TryLockError::WouldBlock));
    (if locked { STAYS_LOCKED } else { 0 }) | (if is_alone() { IS_ALONE } else { 0 })
}

/// From the number of links of the process's folder of threads, which needs no allocation: two for the
/// folder itself, and one a thread.
#[cfg(target_os = "linux")]
fn is_alone() -> bool {
    nix::sys::stat::stat(c"/proc/self/task").is_ok_and(|stat| stat.st_nlink == 3)
}

/// macOS tells it only to a debugger; that the holder is gone is seen by the lock.
#[cfg(not(target_os = "linux"))]
fn is_alone() -> bool {
    true
}
