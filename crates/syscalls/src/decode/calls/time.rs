//! Clocks, timers and sleep.

use nix::libc;

use crate::decode::Argument::{self, Choice, Fd, Flags, In, Int, Out, OutAlways, Unsigned};
use crate::decode::bytes::{field, i32_at};
use crate::decode::date::{self, Fraction};
use crate::decode::named::{self, named};
use crate::decode::{Context, ResultKind, Signature, note, sigevent, timespec};

/// The calls of this family.
pub(super) const CALLS: &[Signature] = &[
    Signature::new("nanosleep", &[In(timespec::write), OutAlways(remainder)]),
    Signature::new(
        "clock_nanosleep",
        &[
            CLOCK,
            Flags(&TIMER),
            In(timespec::write),
            OutAlways(remainder_of_relative),
        ],
    ),
    Signature::new("clock_gettime", &[CLOCK, Out(timespec::write)]),
    Signature::new("clock_settime", &[CLOCK, In(timespec::write)]),
    Signature::new("clock_getres", &[CLOCK, Out(timespec::write)]),
    Signature::new("clock_adjtime", &[CLOCK, Argument::Pointer]),
    Signature::new("adjtimex", &[Argument::Pointer]),
    Signature::new(
        "gettimeofday",
        &[Out(timespec::write_timeval), Out(timezone)],
    ),
    Signature::new("settimeofday", &[In(timespec::write_timeval), In(timezone)]),
    Signature::new("time", &[Out(seconds)]).returns(ResultKind::Written(date)),
    Signature::new("times", &[Out(times)]),
    Signature::new("alarm", &[Unsigned]),
    Signature::new("getitimer", &[ITIMER, Out(timespec::write_itimerval)]),
    Signature::new(
        "setitimer",
        &[
            ITIMER,
            In(timespec::write_itimerval),
            Out(timespec::write_itimerval),
        ],
    ),
    Signature::new(
        "timer_create",
        &[
            CLOCK,
            In(sigevent::write),
            Out(|context, address| context.int_at(address)),
        ],
    ),
    Signature::new(
        "timer_settime",
        &[
            Int,
            Flags(&TIMER),
            In(timespec::write_itimerspec),
            Out(timespec::write_itimerspec),
        ],
    ),
    Signature::new("timer_gettime", &[Int, Out(timespec::write_itimerspec)]),
    Signature::new("timer_getoverrun", &[Int]),
    Signature::new("timer_delete", &[Int]),
    Signature::new("timerfd_create", &[CLOCK, Flags(&TIMERFD)]).returns(ResultKind::Fd),
    Signature::new(
        "timerfd_settime",
        &[
            Fd,
            Flags(&TIMERFD_SET),
            In(timespec::write_itimerspec),
            Out(timespec::write_itimerspec),
        ],
    ),
    Signature::new("timerfd_gettime", &[Fd, Out(timespec::write_itimerspec)]),
];

const CLOCK: Argument = Choice(&CLOCKS);
const ITIMER: Argument = Choice(&ITIMERS);

/// The clocks of clock_gettime(2).
pub(super) const CLOCKS: named::Choice = named::Choice {
    names: named![
        CLOCK_REALTIME,
        CLOCK_MONOTONIC,
        CLOCK_PROCESS_CPUTIME_ID,
        CLOCK_THREAD_CPUTIME_ID,
        CLOCK_MONOTONIC_RAW,
        CLOCK_REALTIME_COARSE,
        CLOCK_MONOTONIC_COARSE,
        CLOCK_BOOTTIME,
        CLOCK_REALTIME_ALARM,
        CLOCK_BOOTTIME_ALARM,
        CLOCK_TAI,
    ],
    unknown: "CLOCK_???",
};

const ITIMERS: named::Choice = named::Choice {
    names: &[
        (0, "ITIMER_REAL"),
        (1, "ITIMER_VIRTUAL"),
        (2, "ITIMER_PROF"),
    ],
    unknown: "ITIMER_???",
};

const TIMER: named::Flags = named::Flags {
    names: named![TIMER_ABSTIME],
    unknown: "TIMER_???",
};

const TIMERFD: named::Flags = named::Flags {
    names: named![TFD_CLOEXEC, TFD_NONBLOCK],
    unknown: "TFD_???",
};

const TIMERFD_SET: named::Flags = named::Flags {
    names: named![TFD_TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET],
    unknown: "TFD_???",
};

/// What was left of a sleep that a signal ended; after a whole sleep, or a mistake, nothing was
/// written there.
fn remainder(context: &mut Context<'_>, address: u64) {
    if interrupted(context) {
        timespec::write(context, address);
    } else {
        context.address(address);
    }
}

/// True when a signal came first: with EINTR, or with the numbers that the kernel uses inside for it.
fn interrupted(context: &Context<'_>) -> bool {
    context
        .answer
        .is_some_and(|answer| answer.failed && [-4, -514, -516].contains(&answer.result))
}

/// A sleep until a moment has no remainder: the moment stays the same.
fn remainder_of_relative(context: &mut Context<'_>, address: u64) {
    if context.registers[1] as i32 == libc::TIMER_ABSTIME {
        context.address(address);
    } else {
        remainder(context, address);
    }
}

fn timezone(context: &mut Context<'_>, address: u64) {
    match context.bytes::<8>(address) {
        Some(bytes) => context.format(format_args!(
            "{{tz_minuteswest={}, tz_dsttime={}}}",
            i32_at(&bytes, 0),
            i32_at(&bytes, 4)
        )),
        None => context.address(address),
    }
}

/// `[1700000000 /* 2023-11-14T22:13:20+0000 */]`
fn seconds(context: &mut Context<'_>, address: u64) {
    let Some(seconds) = context.u64(address) else {
        return context.address(address);
    };
    let seconds = seconds.cast_signed();
    context.format(format_args!("[{seconds}"));
    date::comment(context, seconds, Fraction::None);
    context.push("]");
}

/// `1700000000 (2023-11-14T22:13:20+0000)`
fn date(context: &mut Context<'_>, seconds: i64) {
    context.format(format_args!("{seconds}"));
    let comment = note::aside(context, |context| {
        date::comment(context, seconds, Fraction::None);
    });
    let date = comment.trim_matches([' ', '/', '*']);
    if !date.is_empty() {
        context.format(format_args!(" ({date})"));
    }
}

/// What a process and its children have used, in ticks.
fn times(context: &mut Context<'_>, address: u64) {
    match context.bytes::<{ size_of::<libc::tms>() }>(address) {
        Some(bytes) => context.format(format_args!(
            "{{tms_utime={}, tms_stime={}, tms_cutime={}, tms_cstime={}}}",
            field!(&bytes, libc::tms, tms_utime, i64_at),
            field!(&bytes, libc::tms, tms_stime, i64_at),
            field!(&bytes, libc::tms, tms_cutime, i64_at),
            field!(&bytes, libc::tms, tms_cstime, i64_at),
        )),
        None => context.address(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    /// Two timespecs' worth of memory: one second, and no more.
    fn memory() -> Fake {
        let bytes: Vec<u8> = [1_i64, 0, 0, 2]
            .iter()
            .flat_map(|n| n.to_ne_bytes())
            .collect();
        Fake::default().with(0x1000, bytes)
    }

    fn left(result: i64, flags: u64) -> String {
        written_with(&memory(), [0, flags, 0, 0, 0, 0], |context| {
            context.answer = Some(crate::decode::context::Answer {
                result,
                failed: result < 0,
            });
            remainder_of_relative(context, 0x1000);
        })
    }

    #[test]
    fn only_an_interrupted_sleep_has_a_remainder() {
        assert_eq!(left(-516, 0), "{tv_sec=1, tv_nsec=0}");
        assert_eq!(left(-516, 1), "0x1000");
        assert_eq!(left(0, 0), "0x1000");
        assert_eq!(left(-22, 0), "0x1000");
    }

    #[test]
    fn ticks_are_named() {
        assert_eq!(
            written_with(&memory(), [0; 6], |c| times(c, 0x1000)),
            "{tms_utime=1, tms_stime=0, tms_cutime=0, tms_cstime=2}"
        );
        assert_eq!(
            written_with(&memory(), [0; 6], |c| times(c, 0x1008)),
            "0x1008"
        );
    }
}
