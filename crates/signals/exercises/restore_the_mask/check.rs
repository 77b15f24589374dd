//! When SIGINT is delivered: during the work, after it, inside another such work, after a panic.
//!
//! ```syscalls
//! rt_sigprocmask(SIG_BLOCK, [INT], [], 8) = 0
//! rt_sigprocmask(SIG_BLOCK, [INT], [INT], 8) = 0
//! rt_sigprocmask(SIG_SETMASK, [INT], *, 8) = 0
//! rt_sigprocmask(SIG_SETMASK, [], *, 8) = 0
//! ```

use std::panic::{AssertUnwindSafe, catch_unwind};

use signals::action;
use signals::send::raise;
use signals::set::SignalSet;
use signals::signal::Signal;

use super::exercise;

pub fn main() {
    let caught = action::catch(Signal::INT).expect("SIGINT can be caught");
    let raise = || raise(Signal::INT).expect("a process may signal itself");

    let inside = exercise::uninterrupted(|| {
        raise();
        caught.count()
    });
    assert_eq!(inside.ok(), Some(0), "SIGINT was delivered during the work");
    assert_eq!(caught.count(), 1, "SIGINT was not delivered after the work");
    println!("✓ SIGINT waits for the end of the work");

    let between = exercise::uninterrupted(|| {
        exercise::uninterrupted(raise).expect("the inner work");
        caught.count()
    });
    assert_eq!(
        between.ok(),
        Some(1),
        "at the end of the inner work SIGINT was let through, though the outer work still runs"
    );
    assert_eq!(
        caught.count(),
        2,
        "SIGINT was not delivered after the outer work"
    );
    println!("✓ of two that are nested, the outer one decides");

    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        exercise::uninterrupted(|| {
            raise();
            panic!("in the middle of the work");
        })
    }));
    std::panic::set_hook(hook);
    assert!(
        panicked.is_err(),
        "the panic of the work must not be swallowed"
    );
    assert!(
        !SignalSet::current().contains(Signal::INT),
        "after a panic SIGINT is still blocked"
    );
    assert_eq!(
        caught.count(),
        3,
        "SIGINT was not delivered after the panic"
    );
    println!("✓ a panic puts the mask back too");
}
