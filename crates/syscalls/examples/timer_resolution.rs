//! A clock is not its tick: between two ticks a counter in the processor tells the time.
//!
//! A timer interrupts the processor some hundred times a second, the *tick*, and the kernel adds up
//! how much time has passed. To read the clock is to take that sum and add what a counter of the
//! processor has counted since (the TSC on x86-64, `CNTVCT_EL0` on arm64). Linux also offers the
//! sum alone, as `CLOCK_MONOTONIC_COARSE`: it stands still between ticks. `clock_getres(2)` reports
//! both. The 1 ns it reports for the precise clock is the unit of the answer; the smallest step
//! that can be seen is the counter's, or how long a reading takes.
#![allow(unsafe_code)] // one instruction that reads a counter

use std::io;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_getres, clock_gettime};

fn main() -> io::Result<()> {
    let precise = resolution(ClockId::CLOCK_MONOTONIC)?;
    let step = smallest_step(ClockId::CLOCK_MONOTONIC, Duration::ZERO)?;
    println!("CLOCK_MONOTONIC:        reported {precise:?}, smallest step {step:?}");
    assert!(step < Duration::from_millis(1), "as coarse as a tick");
    tick()?;

    let (start, first) = (Instant::now(), counter());
    while start.elapsed() < Duration::from_millis(20) {}
    let (elapsed, last) = (start.elapsed(), counter());
    let megahertz = (last - first) as f64 / elapsed.as_secs_f64() / 1e6;
    println!("the processor's counter: {megahertz:.0} million a second");
    assert!(megahertz >= 1.0, "slower than the steps of the clock");
    Ok(())
}

#[cfg(target_os = "linux")]
fn tick() -> io::Result<()> {
    let tick = resolution(ClockId::CLOCK_MONOTONIC_COARSE)?;
    // The clock is made to run a little faster or slower while NTP corrects it.
    let enough = tick.mul_f64(1.01);
    let step = smallest_step(ClockId::CLOCK_MONOTONIC_COARSE, enough)?;
    println!("CLOCK_MONOTONIC_COARSE: reported {tick:?}, smallest step {step:?}");
    assert!(step <= enough && step >= tick / 2);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn tick() -> io::Result<()> {
    println!("the tick: Linux alone has a clock that shows it");
    Ok(())
}

fn resolution(clock: ClockId) -> io::Result<Duration> {
    Ok(clock_getres(clock)?.into())
}

/// The smallest difference between a reading and the next that is not the same. It ends with one
/// that is small `enough`; a thread that has to share its processor misses some steps.
fn smallest_step(clock: ClockId, enough: Duration) -> io::Result<Duration> {
    let read = || clock_gettime(clock).map(Duration::from);
    let mut last = read()?;
    let mut smallest = Duration::MAX;
    for _ in 0..200 {
        let mut next = read()?;
        while next == last {
            next = read()?;
        }
        smallest = smallest.min(next - last);
        last = next;
        if smallest <= enough {
            break;
        }
    }
    Ok(smallest)
}

#[cfg(target_arch = "x86_64")]
fn counter() -> u64 {
    // SAFETY: every x86-64 processor has the instruction; it changes no memory.
    unsafe { std::arch::x86_64::_rdtsc() }
}

#[cfg(target_arch = "aarch64")]
fn counter() -> u64 {
    let count;
    // SAFETY: Linux and macOS let programs read this register; nothing else is touched.
    unsafe { std::arch::asm!("mrs {}, cntvct_el0", out(reg) count, options(nomem, nostack)) };
    count
}
