//! Who runs when, and where.

use crate::decode::Argument::{Choice, In, Int, Out, Pointer, Unsigned};
use crate::decode::named;
use crate::decode::timespec;
use crate::decode::{Context, ResultKind, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("sched_yield", &[]),
    Signature::new("sched_setaffinity", &[Int, Unsigned, In(wanted_cpus)]),
    Signature::new("sched_getaffinity", &[Int, Unsigned, Out(cpus)]),
    Signature::new("sched_get_priority_max", &[Choice(&POLICIES)]),
    Signature::new("sched_get_priority_min", &[Choice(&POLICIES)]),
    Signature::new(
        "sched_setscheduler",
        &[Int, Choice(&POLICIES), In(priority)],
    ),
    Signature::new("sched_getscheduler", &[Int]).returns(ResultKind::Written(policy)),
    Signature::new("sched_setparam", &[Int, In(priority)]),
    Signature::new("sched_getparam", &[Int, Out(priority)]),
    Signature::new("sched_rr_get_interval", &[Int, Out(interval)]),
    Signature::new("getpriority", &[Choice(&WHOSE), Int]),
    Signature::new("setpriority", &[Choice(&WHOSE), Int, Int]),
    Signature::new("ioprio_get", &[Choice(&IO_WHOSE), Int])
        .returns(ResultKind::Written(io_priority_result)),
    Signature::new("ioprio_set", &[Choice(&IO_WHOSE), Int, In(io_priority)]),
    Signature::new("getcpu", &[Out(number), Out(number), Pointer]),
];

pub(super) const POLICIES: named::Choice = named::Choice {
    names: &[
        (0, "SCHED_OTHER"),
        (1, "SCHED_FIFO"),
        (2, "SCHED_RR"),
        (3, "SCHED_BATCH"),
        (4, "SCHED_ISO"),
        (5, "SCHED_IDLE"),
        (6, "SCHED_DEADLINE"),
        (7, "SCHED_EXT"),
    ],
    unknown: "SCHED_???",
};

const WHOSE: named::Choice = named::Choice {
    names: &[(0, "PRIO_PROCESS"), (1, "PRIO_PGRP"), (2, "PRIO_USER")],
    unknown: "PRIO_???",
};

const IO_WHOSE: named::Choice = named::Choice {
    names: &[
        (1, "IOPRIO_WHO_PROCESS"),
        (2, "IOPRIO_WHO_PGRP"),
        (3, "IOPRIO_WHO_USER"),
    ],
    unknown: "IOPRIO_WHO_???",
};

const IO_CLASSES: named::Choice = named::Choice {
    names: &[
        (0, "IOPRIO_CLASS_NONE"),
        (1, "IOPRIO_CLASS_RT"),
        (2, "IOPRIO_CLASS_BE"),
        (3, "IOPRIO_CLASS_IDLE"),
    ],
    unknown: "IOPRIO_CLASS_???",
};

/// The processors that the task may run on, of as many bytes as the second argument says.
fn wanted_cpus(context: &mut Context<'_>, address: u64) {
    cpu_set(context, address, context.registers[1] as u32);
}

/// As many bytes as the result says.
fn cpus(context: &mut Context<'_>, address: u64) {
    let length = context.success().unwrap_or(0);
    cpu_set(context, address, length as u32);
}

/// The largest set that any kernel was built for, in bytes.
const LARGEST_SET: usize = 1024;

/// `[0 1]`: one bit each.
fn cpu_set(context: &mut Context<'_>, address: u64, length: u32) {
    let mut bytes = [0; LARGEST_SET];
    let set = &mut bytes[..(length as usize).min(LARGEST_SET)];
    if address == 0 || context.memory.read(address, set) < set.len() {
        return context.address(address);
    }
    context.push("[");
    let mut separator = "";
    for cpu in 0..set.len() * 8 {
        if set[cpu / 8] & 1 << (cpu % 8) != 0 {
            context.format(format_args!("{separator}{cpu}"));
            separator = " ";
        }
    }
    context.push("]");
}

/// `[0]`
fn priority(context: &mut Context<'_>, address: u64) {
    context.int_at(address);
}

/// `[1]`
fn number(context: &mut Context<'_>, address: u64) {
    match context.u32(address) {
        Some(number) => context.format(format_args!("[{number}]")),
        None => context.address(address),
    }
}

fn interval(context: &mut Context<'_>, address: u64) {
    timespec::write(context, address);
}

/// `0 (SCHED_OTHER)`
fn policy(context: &mut Context<'_>, value: i64) {
    context.format(format_args!("{value}"));
    if let Some(name) = POLICIES.name(value.cast_unsigned()) {
        context.format(format_args!(" ({name})"));
    }
}

/// `IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4)`: a class, and a level in it.
fn io_priority(context: &mut Context<'_>, value: u64) {
    let value = u64::from(value as u32);
    context.push("IOPRIO_PRIO_VALUE(");
    IO_CLASSES.write(context, value >> 13);
    context.format(format_args!(", {})", value & 0x1fff));
}

fn io_priority_result(context: &mut Context<'_>, value: i64) {
    context.format(format_args!("{value} ("));
    io_priority(context, value.cast_unsigned());
    context.push(")");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    #[test]
    fn processors_are_bits() {
        let memory = Fake::default().with(0x1000, [0b1010_0001, 0b10, 0, 0, 0, 0, 0, 0]);
        let text =
            |length| written_with(&memory, [0; 6], |context| cpu_set(context, 0x1000, length));
        assert_eq!(text(8), "[0 5 7 9]");
        assert_eq!(text(0), "[]");
        assert_eq!(text(u32::MAX), "0x1000");
    }
}
