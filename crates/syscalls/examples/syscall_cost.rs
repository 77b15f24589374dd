//! Crossing the wall costs: a system call takes many times as long as a function call.
//!
//! The instruction itself, saving and restoring registers, the kernel's own bookkeeping and the
//! measures against processors that leak secrets between the modes: together tens to hundreds of
//! nanoseconds before the kernel has done anything. getppid(2) has next to nothing to do, so its
//! price is the price of the crossing. That is why there are buffers, and why reading the clock,
//! which programs do all the time, is done without a system call: the kernel puts a function and
//! the data for it into the program's memory (the vDSO on Linux, the commpage on macOS).
//!
//! Each price is the best of many rounds: whatever disturbs a round can only make it slower.
//!
//! ```syscalls
//! getppid() = $parent
//! getppid() = $parent
//! ```

use std::hint::black_box;
use std::time::Instant;

use nix::unistd::getppid;

const ROUNDS: usize = 20;
const CALLS: u32 = 500;

#[inline(never)]
fn function(number: u32) -> u32 {
    number ^ 1
}

/// Nanoseconds for one call.
fn price(call: impl Fn()) -> f64 {
    let one_round = || {
        let start = Instant::now();
        let mut calls = 0;
        // An iterator would be a function call itself in a build without optimisation.
        while calls < CALLS {
            call();
            calls += 1;
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
    };
    (0..ROUNDS).map(|_| one_round()).fold(f64::MAX, f64::min)
}

fn main() {
    let function_call = price(|| {
        black_box(function(black_box(1)));
    });
    let clock = price(|| {
        black_box(Instant::now());
    });
    let system_call = price(|| {
        black_box(getppid());
    });
    println!("function call  {function_call:8.1} ns");
    println!("the clock      {clock:8.1} ns");
    println!("getppid(2)     {system_call:8.1} ns");
    println!(
        "a system call costs {:.0} function calls",
        system_call / function_call
    );
    assert!(system_call > 5.0 * function_call);
}
