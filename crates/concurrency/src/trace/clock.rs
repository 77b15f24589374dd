//! The clock of the events.
//!
//! `clock_gettime(2)` does not enter the kernel, and is still most of what an event would cost. Under it lies
//! a counter of the processor that one instruction reads: the time-stamp counter on x86-64, the virtual
//! counter on arm64. Events carry its ticks; how long a tick is, is measured between the beginning
//! and the end of a recording. On x86-64 it is used only if the kernel itself trusts it, as it
//! does where all processors count in step and at one speed, asleep or not; if not, ticks are nanoseconds.
//!
//! Sound: both instructions read a register that any program may read, and touch nothing else.
#![allow(unsafe_code)]

use std::time::Instant;

/// Of the two clocks, to find a pair of which no interrupt came in between.
const READINGS: usize = 8;

#[derive(Debug)]
pub(super) struct Clock {
    epoch: Instant,
    has_counter: bool,
}

impl Clock {
    pub(super) fn new() -> Self {
        Clock {
            epoch: Instant::now(),
            has_counter: is_trusted(),
        }
    }

    /// The ticks and the system's clock at one moment: as near to each other as a thread can read them
    /// that may be interrupted in between.
    pub(super) fn both(&self) -> (u64, Instant) {
        let read = || {
            let before = self.ticks();
            let time = Instant::now();
            let between = self.ticks() - before;
            (between, before + between / 2, time)
        };
        let nearest = (0..READINGS).map(|_| read()).min();
        let (_, ticks, time) = nearest.expect("there are some");
        (ticks, time)
    }

    /// Ticks, which only grow.
    #[inline]
    pub(super) fn ticks(&self) -> u64 {
        if self.has_counter {
            counter()
        } else {
            self.nanoseconds()
        }
    }

    #[cold]
    fn nanoseconds(&self) -> u64 {
        self.epoch.elapsed().as_nanos() as u64
    }
}

#[cfg(target_arch = "x86_64")]
fn is_trusted() -> bool {
    // The kernel takes "tsc" off the list when it finds the counters of two processors apart.
    let list = "/sys/devices/system/clocksource/clocksource0/available_clocksource";
    let list = std::fs::read_to_string(list).unwrap_or_default();
    list.split_whitespace().any(|name| name == "tsc")
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn counter() -> u64 {
    // SAFETY: every x86-64 processor has the instruction.
    unsafe { std::arch::x86_64::_rdtsc() }
}

#[cfg(target_arch = "aarch64")]
fn is_trusted() -> bool {
    // The architecture has one count for all processors.
    true
}

#[cfg(target_arch = "aarch64")]
#[inline]
fn counter() -> u64 {
    let ticks: u64;
    // SAFETY: Linux and macOS let programs read this register; their own clocks are made of it.
    unsafe {
        std::arch::asm!("mrs {}, cntvct_el0", out(reg) ticks, options(nomem, nostack, preserves_flags));
    }
    ticks
}
