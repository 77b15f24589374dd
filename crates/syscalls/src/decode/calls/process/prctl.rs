//! `prctl(2)`: a hundred small questions and settings behind one number.

use crate::decode::Argument::{Choice, OutAlways};
use crate::decode::named::{self, Flags};
use crate::decode::{Context, ResultKind, Signature};

use crate::decode::calls::system::filter_program;

use super::privileges::capability;

pub(super) const CALLS: &[Signature] = &[Signature::new(
    "prctl",
    &[
        Choice(&OPTIONS),
        OutAlways(first),
        OutAlways(further::<2>),
        OutAlways(further::<3>),
        OutAlways(further::<4>),
    ],
)
.returns(ResultKind::Written(result))];

const SET_PDEATHSIG: u32 = 1;
const GET_PDEATHSIG: u32 = 2;
const GET_DUMPABLE: u32 = 3;
const SET_DUMPABLE: u32 = 4;
const SET_NAME: u32 = 15;
const GET_NAME: u32 = 16;
const SET_SECCOMP: u32 = 22;
const CAPBSET_READ: u32 = 23;
const CAPBSET_DROP: u32 = 24;
const GET_TSC: u32 = 25;
const SET_TSC: u32 = 26;
const GET_SECUREBITS: u32 = 27;
const SET_SECUREBITS: u32 = 28;
const GET_CHILD_SUBREAPER: u32 = 37;
const GET_TID_ADDRESS: u32 = 40;
const CAP_AMBIENT: u32 = 47;
const SET_VMA: u32 = 0x5356_4d41;
const SET_PTRACER: u32 = 0x5961_6d61;

/// What the arguments of an option are.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// There are none.
    Nothing,
    /// One number.
    Number,
    /// A number, and three in hexadecimal that must be 0.
    NumberAndRest,
    /// Four in hexadecimal.
    Hex,
    /// A function says.
    Special,
}

/// From the kernel's `prctl.h`: the options whose arguments are known.
const TABLE: &[(u32, Shape)] = &[
    (SET_PDEATHSIG, Shape::Special),
    (GET_PDEATHSIG, Shape::Special),
    (GET_DUMPABLE, Shape::Nothing),
    (SET_DUMPABLE, Shape::Special),
    (7, Shape::Nothing),
    (8, Shape::Number),
    (13, Shape::Nothing),
    (14, Shape::Number),
    (SET_NAME, Shape::Special),
    (GET_NAME, Shape::Special),
    (21, Shape::Nothing),
    (SET_SECCOMP, Shape::Special),
    (CAPBSET_READ, Shape::Special),
    (CAPBSET_DROP, Shape::Special),
    (GET_TSC, Shape::Special),
    (SET_TSC, Shape::Special),
    (GET_SECUREBITS, Shape::Nothing),
    (SET_SECUREBITS, Shape::Special),
    (29, Shape::Number),
    (30, Shape::Nothing),
    (31, Shape::Nothing),
    (32, Shape::Nothing),
    (36, Shape::Number),
    (GET_CHILD_SUBREAPER, Shape::Special),
    (38, Shape::NumberAndRest),
    (GET_TID_ADDRESS, Shape::Special),
    (41, Shape::NumberAndRest),
    (CAP_AMBIENT, Shape::Special),
    (57, Shape::NumberAndRest),
    (SET_VMA, Shape::Special),
    (SET_PTRACER, Shape::Special),
];

const OPTIONS: named::Choice = named::Choice {
    names: &[
        (1, "PR_SET_PDEATHSIG"),
        (2, "PR_GET_PDEATHSIG"),
        (3, "PR_GET_DUMPABLE"),
        (4, "PR_SET_DUMPABLE"),
        (5, "PR_GET_UNALIGN"),
        (6, "PR_SET_UNALIGN"),
        (7, "PR_GET_KEEPCAPS"),
        (8, "PR_SET_KEEPCAPS"),
        (9, "PR_GET_FPEMU"),
        (10, "PR_SET_FPEMU"),
        (11, "PR_GET_FPEXC"),
        (12, "PR_SET_FPEXC"),
        (13, "PR_GET_TIMING"),
        (14, "PR_SET_TIMING"),
        (15, "PR_SET_NAME"),
        (16, "PR_GET_NAME"),
        (19, "PR_GET_ENDIAN"),
        (20, "PR_SET_ENDIAN"),
        (21, "PR_GET_SECCOMP"),
        (22, "PR_SET_SECCOMP"),
        (23, "PR_CAPBSET_READ"),
        (24, "PR_CAPBSET_DROP"),
        (25, "PR_GET_TSC"),
        (26, "PR_SET_TSC"),
        (27, "PR_GET_SECUREBITS"),
        (28, "PR_SET_SECUREBITS"),
        (29, "PR_SET_TIMERSLACK"),
        (30, "PR_GET_TIMERSLACK"),
        (31, "PR_TASK_PERF_EVENTS_DISABLE"),
        (32, "PR_TASK_PERF_EVENTS_ENABLE"),
        (33, "PR_MCE_KILL"),
        (34, "PR_MCE_KILL_GET"),
        (35, "PR_SET_MM"),
        (36, "PR_SET_CHILD_SUBREAPER"),
        (37, "PR_GET_CHILD_SUBREAPER"),
        (38, "PR_SET_NO_NEW_PRIVS"),
        (39, "PR_GET_NO_NEW_PRIVS"),
        (40, "PR_GET_TID_ADDRESS"),
        (41, "PR_SET_THP_DISABLE"),
        (42, "PR_GET_THP_DISABLE"),
        (43, "PR_MPX_ENABLE_MANAGEMENT"),
        (44, "PR_MPX_DISABLE_MANAGEMENT"),
        (45, "PR_SET_FP_MODE"),
        (46, "PR_GET_FP_MODE"),
        (47, "PR_CAP_AMBIENT"),
        (50, "PR_SVE_SET_VL"),
        (51, "PR_SVE_GET_VL"),
        (52, "PR_GET_SPECULATION_CTRL"),
        (53, "PR_SET_SPECULATION_CTRL"),
        (54, "PR_PAC_RESET_KEYS"),
        (55, "PR_SET_TAGGED_ADDR_CTRL"),
        (56, "PR_GET_TAGGED_ADDR_CTRL"),
        (57, "PR_SET_IO_FLUSHER"),
        (58, "PR_GET_IO_FLUSHER"),
        (59, "PR_SET_SYSCALL_USER_DISPATCH"),
        (60, "PR_PAC_SET_ENABLED_KEYS"),
        (61, "PR_PAC_GET_ENABLED_KEYS"),
        (62, "PR_SCHED_CORE"),
        (SET_VMA as u64, "PR_SET_VMA"),
        (SET_PTRACER as u64, "PR_SET_PTRACER"),
    ],
    unknown: "PR_???",
};

const DUMPABLE: named::Choice = named::Choice {
    names: &[
        (0, "SUID_DUMP_DISABLE"),
        (1, "SUID_DUMP_USER"),
        (2, "SUID_DUMP_ROOT"),
    ],
    unknown: "SUID_DUMP_???",
};

const TIME_STAMPS: named::Choice = named::Choice {
    names: &[(1, "PR_TSC_ENABLE"), (2, "PR_TSC_SIGSEGV")],
    unknown: "PR_TSC_???",
};

const SECCOMP_FILTER: u64 = 2;
const SECCOMP_MODES: named::Choice = named::Choice {
    names: &[
        (0, "SECCOMP_MODE_DISABLED"),
        (1, "SECCOMP_MODE_STRICT"),
        (2, "SECCOMP_MODE_FILTER"),
    ],
    unknown: "SECCOMP_MODE_???",
};

const AMBIENT: named::Choice = named::Choice {
    names: &[
        (1, "PR_CAP_AMBIENT_IS_SET"),
        (2, "PR_CAP_AMBIENT_RAISE"),
        (3, "PR_CAP_AMBIENT_LOWER"),
        (4, "PR_CAP_AMBIENT_CLEAR_ALL"),
    ],
    unknown: "PR_CAP_AMBIENT_???",
};

const SECURE_BITS: Flags = Flags {
    names: &[
        (0x01, "SECBIT_NOROOT"),
        (0x02, "SECBIT_NOROOT_LOCKED"),
        (0x04, "SECBIT_NO_SETUID_FIXUP"),
        (0x08, "SECBIT_NO_SETUID_FIXUP_LOCKED"),
        (0x10, "SECBIT_KEEP_CAPS"),
        (0x20, "SECBIT_KEEP_CAPS_LOCKED"),
        (0x40, "SECBIT_NO_CAP_AMBIENT_RAISE"),
        (0x80, "SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED"),
    ],
    unknown: "SECBIT_???",
};

/// The option; the kernel looks at 32 bits of it.
fn option(context: &Context<'_>) -> u32 {
    context.registers[0] as u32
}

fn shape(option: u32) -> Shape {
    let entry = TABLE.iter().find(|(number, _)| *number == option);
    entry.map_or(Shape::Hex, |(_, shape)| *shape)
}

fn first(context: &mut Context<'_>, value: u64) {
    match shape(option(context)) {
        Shape::Nothing => {}
        Shape::Number | Shape::NumberAndRest => context.format(format_args!("{value}")),
        Shape::Hex => context.hex(value),
        Shape::Special => special(context, value),
    }
}

/// The first argument of the options that have one with a meaning.
fn special(context: &mut Context<'_>, value: u64) {
    match option(context) {
        SET_PDEATHSIG => context.signal(value as i32),
        SET_DUMPABLE => DUMPABLE.write(context, value),
        SET_NAME => context.string(value),
        SET_SECCOMP => SECCOMP_MODES.write(context, value),
        CAPBSET_READ | CAPBSET_DROP => capability(context, value),
        SET_TSC => TIME_STAMPS.write(context, value),
        SET_SECUREBITS => SECURE_BITS.write_wide(context, value),
        CAP_AMBIENT => AMBIENT.write(context, value),
        SET_VMA if value == 0 => context.push("PR_SET_VMA_ANON_NAME"),
        SET_VMA => context.format(format_args!("{value:#x} /* PR_SET_VMA_??? */")),
        SET_PTRACER if value == u64::MAX => context.push("PR_SET_PTRACER_ANY"),
        SET_PTRACER => context.format(format_args!("{}", value as i32)),
        _ if context.success().is_some() => answered(context, value),
        _ => context.address(value),
    }
}

/// What the kernel wrote where the first argument says.
fn answered(context: &mut Context<'_>, address: u64) {
    match (option(context), context.u32(address)) {
        (GET_NAME, _) => context.string(address),
        (GET_PDEATHSIG, Some(signal)) => bracketed(context, |context| {
            context.signal(signal.cast_signed());
        }),
        (GET_TSC, Some(mode)) => bracketed(context, |context| {
            TIME_STAMPS.write(context, u64::from(mode));
        }),
        (GET_CHILD_SUBREAPER, Some(number)) => {
            context.format(format_args!("[{number}]"));
        }
        (GET_TID_ADDRESS, Some(_)) => {
            let place = context.u64(address).unwrap_or(0);
            bracketed(context, |context| context.address(place));
        }
        _ => context.address(address),
    }
}

fn bracketed(context: &mut Context<'_>, write: impl FnOnce(&mut Context<'_>)) {
    context.push("[");
    write(context);
    context.push("]");
}

/// The arguments behind the first.
fn further<const INDEX: usize>(context: &mut Context<'_>, value: u64) {
    match (shape(option(context)), option(context), INDEX) {
        (Shape::Special, SET_VMA, 3) => context.format(format_args!("{value}")),
        (Shape::Special, SET_VMA, 4) => context.string(value),
        (Shape::Special, SET_SECCOMP, 2) if context.registers[1] == SECCOMP_FILTER => {
            filter_program(context, value);
        }
        (Shape::Special, CAP_AMBIENT, 2) if (1..=3).contains(&context.registers[1]) => {
            capability(context, value);
        }
        (Shape::Special, SET_VMA | CAP_AMBIENT, _) | (Shape::NumberAndRest | Shape::Hex, ..) => {
            context.hex(value);
        }
        _ => {}
    }
}

/// Some answers are themselves one of several.
fn result(context: &mut Context<'_>, value: i64) {
    let number = value.cast_unsigned();
    match option(context) {
        GET_SECUREBITS if value != 0 => {
            context.format(format_args!("{value:#x} ("));
            SECURE_BITS.write_wide(context, number);
            context.push(")");
        }
        GET_DUMPABLE => {
            context.format(format_args!("{value} ("));
            DUMPABLE.write(context, number);
            context.push(")");
        }
        _ => context.format(format_args!("{value}")),
    }
}
