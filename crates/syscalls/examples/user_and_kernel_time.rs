//! Computing is paid in user time, what the kernel does for a program in system time.
//!
//! The processor runs in one of two modes: the user's, in which a program computes and can reach
//! nothing but its own memory, and the kernel's, in which everything is allowed. A system call is
//! the way from one to the other and back. The kernel keeps two clocks for each process, one for
//! each mode; they are the `user` and `sys` of the shell's `time`.
//!
//! The loop that computes never leaves user mode, so only interrupts (the clock's, the network's)
//! can add to its system time. The loop that calls also has a user time: going there and coming
//! back are instructions too.
//!
//! ```syscalls
//! getrusage(RUSAGE_SELF, *) = 0
//! getppid() = $parent
//! getrusage(RUSAGE_SELF, *) = 0
//! ```

use std::hint::black_box;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use nix::unistd::getppid;

/// Some systems look only at each tick of a clock (10 ms at the most) which mode the processor is in.
const ENOUGH: Duration = Duration::from_millis(100);

/// CPU time, not time on the wall: a process that has to wait for its turn spends none.
const TOO_MUCH: Duration = Duration::from_secs(5);

#[derive(Clone, Copy)]
struct Spent {
    user: Duration,
    system: Duration,
}

fn spent() -> nix::Result<Spent> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let duration = |micros: i64| Duration::from_micros(micros.unsigned_abs());
    Ok(Spent {
        user: duration(usage.user_time().num_microseconds()),
        system: duration(usage.system_time().num_microseconds()),
    })
}

/// Repeats `work` until one of the two clocks has gone on far enough; says how far both have.
fn until(clock: fn(&Spent) -> Duration, work: fn()) -> nix::Result<Spent> {
    let start = spent()?;
    loop {
        work();
        let now = spent()?;
        let passed = Spent {
            user: now.user - start.user,
            system: now.system - start.system,
        };
        if clock(&passed) >= ENOUGH {
            return Ok(passed);
        }
        assert!(passed.user + passed.system < TOO_MUCH, "that clock stands");
    }
}

fn compute() {
    let mut state = 1_u64;
    for n in 0..500_000 {
        state = black_box(state.rotate_left(5) ^ n);
    }
}

fn call() {
    for _ in 0..1000 {
        black_box(getppid());
    }
}

fn main() -> nix::Result<()> {
    let computing = until(|passed| passed.user, compute)?;
    let calling = until(|passed| passed.system, call)?;
    for (name, Spent { user, system }) in [("computing", computing), ("calling", calling)] {
        println!("{name:>9}: user {user:>10.1?}   system {system:>10.1?}");
    }
    assert!(computing.system < computing.user / 4);
    // That `until` came back is the other half: calls alone moved the clock of the kernel.
    assert!(calling.system >= ENOUGH);
    Ok(())
}
