//! futex: one call that is many, each with arguments of its own (futex(2)).

use crate::decode::Argument::{self, Choice, In, Pointer, Unsigned};
use crate::decode::bytes::{u32_at, u64_at};
use crate::decode::calls::time::CLOCKS;
use crate::decode::named;
use crate::decode::{Context, Signature, timespec};

pub(super) const CALLS: &[Signature] = &[
    Signature::new(
        "futex",
        &[
            Pointer,
            In(operation),
            In(value),
            In(timeout),
            In(second),
            In(third),
        ],
    ),
    Signature::new(
        "futex_waitv",
        &[
            In(waiters),
            Unsigned,
            Argument::Hex,
            In(timespec::write),
            Choice(&CLOCKS),
        ],
    ),
];

const PRIVATE: u32 = 128;
const CLOCK_REALTIME: u32 = 256;

const WAIT: u32 = 0;
const WAKE: u32 = 1;
const REQUEUE: u32 = 3;
const CMP_REQUEUE: u32 = 4;
const WAKE_OP: u32 = 5;
const LOCK_PI: u32 = 6;
const UNLOCK_PI: u32 = 7;
const TRYLOCK_PI: u32 = 8;
const WAIT_BITSET: u32 = 9;
const WAKE_BITSET: u32 = 10;
const WAIT_REQUEUE_PI: u32 = 11;
const CMP_REQUEUE_PI: u32 = 12;
const LOCK_PI2: u32 = 13;

const NAMES: [&str; 14] = [
    "FUTEX_WAIT",
    "FUTEX_WAKE",
    "FUTEX_FD",
    "FUTEX_REQUEUE",
    "FUTEX_CMP_REQUEUE",
    "FUTEX_WAKE_OP",
    "FUTEX_LOCK_PI",
    "FUTEX_UNLOCK_PI",
    "FUTEX_TRYLOCK_PI",
    "FUTEX_WAIT_BITSET",
    "FUTEX_WAKE_BITSET",
    "FUTEX_WAIT_REQUEUE_PI",
    "FUTEX_CMP_REQUEUE_PI",
    "FUTEX_LOCK_PI2",
];

/// What is done, without how.
fn command(context: &Context<'_>) -> u32 {
    context.registers[1] as u32 & !(PRIVATE | CLOCK_REALTIME)
}

fn operation(context: &mut Context<'_>, value: u64) {
    let value = value as u32;
    match NAMES.get((value & !(PRIVATE | CLOCK_REALTIME)) as usize) {
        Some(name) => {
            context.push(name);
            if value & PRIVATE != 0 {
                context.push("_PRIVATE");
            }
            if value & CLOCK_REALTIME != 0 {
                context.push("|FUTEX_CLOCK_REALTIME");
            }
        }
        None => context.format(format_args!("{value:#x} /* FUTEX_??? */")),
    }
}

/// The number expected in memory, or how many waiters to wake.
fn value(context: &mut Context<'_>, value: u64) {
    if !matches!(
        command(context),
        LOCK_PI | LOCK_PI2 | UNLOCK_PI | TRYLOCK_PI
    ) {
        context.format(format_args!("{}", value as u32));
    }
}

/// Until when to wait, or a second number.
fn timeout(context: &mut Context<'_>, value: u64) {
    match command(context) {
        WAIT | WAIT_BITSET | LOCK_PI | LOCK_PI2 | WAIT_REQUEUE_PI => {
            timespec::write(context, value);
        }
        REQUEUE | CMP_REQUEUE | CMP_REQUEUE_PI | WAKE_OP => {
            context.format(format_args!("{}", value as u32));
        }
        // Stands where the kernel does not look; the bits come in the last argument.
        WAKE_BITSET | WAKE | UNLOCK_PI | TRYLOCK_PI | 2 => {}
        _ => context.hex(value),
    }
}

/// The futex to move waiters to.
fn second(context: &mut Context<'_>, value: u64) {
    match command(context) {
        REQUEUE | CMP_REQUEUE | CMP_REQUEUE_PI | WAKE_OP | WAIT_REQUEUE_PI => {
            context.address(value);
        }
        command if command as usize >= NAMES.len() => context.hex(value),
        _ => {}
    }
}

/// A set of waiters, a number expected, or an operation on the second futex.
fn third(context: &mut Context<'_>, value: u64) {
    let low = value as u32;
    match command(context) {
        WAIT_BITSET | WAKE_BITSET if low == u32::MAX => context.push("FUTEX_BITSET_MATCH_ANY"),
        WAIT_BITSET | WAKE_BITSET => context.hex(u64::from(low)),
        CMP_REQUEUE | CMP_REQUEUE_PI => context.format(format_args!("{low}")),
        WAKE_OP => wake_operation(context, low),
        command if command as usize >= NAMES.len() => context.hex(value),
        _ => {}
    }
}

/// Four numbers in one: what to do with the second futex, with what, and when to wake its waiters.
fn wake_operation(context: &mut Context<'_>, code: u32) {
    const SHIFT: u32 = 8;
    const OPERATIONS: [&str; 5] = ["SET", "ADD", "OR", "ANDN", "XOR"];
    const COMPARISONS: [&str; 6] = ["EQ", "NE", "LT", "LE", "GT", "GE"];
    let operation = code >> 28;
    if operation & SHIFT != 0 {
        context.push("FUTEX_OP_OPARG_SHIFT<<28|");
    }
    part(context, "FUTEX_OP_", &OPERATIONS, operation & !SHIFT);
    let argument = code >> 12 & 0xfff;
    context.push("<<28|");
    context.hex(u64::from(argument));
    context.push("<<12|");
    part(context, "FUTEX_OP_CMP_", &COMPARISONS, code >> 24 & 0xf);
    context.push("<<24|");
    context.hex(u64::from(code & 0xfff));
}

fn part(context: &mut Context<'_>, prefix: &str, names: &[&str], value: u32) {
    match names.get(value as usize) {
        Some(name) => context.format(format_args!("{prefix}{name}")),
        None => context.format(format_args!("{value:#x} /* {prefix}??? */")),
    }
}

const WAITER: named::Flags = named::Flags {
    names: &[(2, "FUTEX_32"), (128, "FUTEX_PRIVATE_FLAG")],
    unknown: "FUTEX_???",
};

/// Several futexes at once: `[{val=0x1, uaddr=0x7f…, flags=FUTEX_32}]`.
fn waiters(context: &mut Context<'_>, address: u64) {
    let count = u64::from(context.registers[1] as u32);
    context.array(address, count, |context, waiter: &[u8; 24]| {
        context.push("{val=");
        context.hex(u64_at(waiter, 0));
        context.push(", uaddr=");
        context.address(u64_at(waiter, 8));
        context.push(", flags=");
        WAITER.write(context, u64::from(u32_at(waiter, 16)));
        context.push("}");
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    /// All arguments of a futex call, those that are shown.
    fn futex(registers: [u64; 6]) -> String {
        let one: Vec<u8> = [0_i64, 1000].iter().flat_map(|n| n.to_ne_bytes()).collect();
        let memory = Fake::default().with(0x1000, one);
        let shown: Vec<String> = CALLS[0]
            .arguments
            .iter()
            .zip(registers)
            .map(|(argument, value)| {
                written_with(&memory, registers, |context| argument.write(context, value))
            })
            .filter(|text| !text.is_empty())
            .collect();
        shown.join(", ")
    }

    #[test]
    fn each_operation_has_arguments_of_its_own() {
        let cases = [
            ([0x20, 128, 2, 0, 0, 0], "FUTEX_WAIT_PRIVATE, 2, NULL"),
            (
                [0x20, 0, 1, 0x1000, 9, 9],
                "FUTEX_WAIT, 1, {tv_sec=0, tv_nsec=1000}",
            ),
            ([0x20, 129, 1, 9, 9, 9], "FUTEX_WAKE_PRIVATE, 1"),
            ([0x20, 3, 1, 2, 0x30, 9], "FUTEX_REQUEUE, 1, 2, 0x30"),
            ([0x20, 4, 1, 2, 0x30, 1], "FUTEX_CMP_REQUEUE, 1, 2, 0x30, 1"),
            (
                [0x20, 9 | 128 | 256, 1, 0, 0, 0xffff_ffff],
                "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME, 1, NULL, FUTEX_BITSET_MATCH_ANY",
            ),
            ([0x20, 10, 1, 9, 9, 7], "FUTEX_WAKE_BITSET, 1, 0x7"),
            ([0x20, 6, 1, 0, 0, 0], "FUTEX_LOCK_PI, NULL"),
            ([0x20, 7, 1, 0, 0, 0], "FUTEX_UNLOCK_PI"),
            (
                [0x20, 99, 1, 2, 3, 4],
                "0x63 /* FUTEX_??? */, 1, 0x2, 0x3, 0x4",
            ),
            (
                [0x20, 5, 1, 2, 0x30, 0x1400_1000],
                "FUTEX_WAKE_OP, 1, 2, 0x30, FUTEX_OP_ADD<<28|0x1<<12|FUTEX_OP_CMP_GT<<24|0",
            ),
        ];
        for (registers, shown) in cases {
            assert_eq!(futex(registers), format!("0x20, {shown}"));
        }
    }
}
