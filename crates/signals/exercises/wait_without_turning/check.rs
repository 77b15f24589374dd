//! Whether a wait ends by SIGHUP, sooner or later, and how the thread waits.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! rt_sigtimedwait([HUP], *) = 1 (SIGHUP)
//! rt_sigtimedwait([HUP], *) = 1 (SIGHUP)
//! !clock_nanosleep
//! !nanosleep
//! !*poll
//! !rt_sigtimedwait(*EAGAIN*
//! ```

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use nix::unistd::getpid;
use signals::send;
use signals::signal::Signal;

use super::exercise::Hangups;

pub fn main() {
    let (told, ends) = mpsc::channel();
    // The first thread has the signal blocked as well, if that is the way.
    let mut hangups = Hangups::new().expect("SIGHUP can be caught");
    let hang_up = || send::to_process(getpid(), Signal::HUP).expect("a process may signal itself");
    hang_up();
    let waiter = thread::spawn(move || {
        for _ in 0..2 {
            hangups.wait().expect("a wait for SIGHUP");
            told.send(()).expect("the check listens");
        }
    });
    let deadline = Duration::from_secs(10);
    ends.recv_timeout(deadline)
        .expect("a SIGHUP that came before the wait ends it");
    println!("✓ a SIGHUP from before is not lost");

    let early = ends.recv_timeout(Duration::from_millis(300));
    assert_eq!(
        early,
        Err(RecvTimeoutError::Timeout),
        "the second wait has ended before the second SIGHUP"
    );
    hang_up();
    ends.recv_timeout(deadline)
        .expect("a SIGHUP that comes during the wait ends it");
    waiter.join().expect("the waiting thread ends well");
    println!("✓ the next one wakes the thread that waits");
}
