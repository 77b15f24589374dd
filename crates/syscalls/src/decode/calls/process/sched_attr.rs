//! All that can be said about a task's scheduling, in a structure that grows.

use crate::decode::Argument::{In, Int, Out, Unsigned};
use crate::decode::bytes::{i32_at, u32_at, u64_at};
use crate::decode::named::Flags;
use crate::decode::{Context, Signature};

use super::scheduling::POLICIES;

pub(super) const CALLS: &[Signature] = &[
    Signature::new("sched_setattr", &[Int, In(attributes), Unsigned]),
    Signature::new("sched_getattr", &[Int, Out(attributes), Unsigned, Unsigned]),
];

const FLAGS: Flags = Flags {
    names: &[
        (0x01, "SCHED_FLAG_RESET_ON_FORK"),
        (0x02, "SCHED_FLAG_RECLAIM"),
        (0x04, "SCHED_FLAG_DL_OVERRUN"),
        (0x08, "SCHED_FLAG_KEEP_POLICY"),
        (0x10, "SCHED_FLAG_KEEP_PARAMS"),
        (0x20, "SCHED_FLAG_UTIL_CLAMP_MIN"),
        (0x40, "SCHED_FLAG_UTIL_CLAMP_MAX"),
    ],
    unknown: "SCHED_FLAG_???",
};

const KEEP_POLICY: u64 = 0x08;
const KEEP_PARAMS: u64 = 0x10;

/// The sizes of the structure's first and second version (`sched/types.h` of the kernel).
const FIRST: usize = 48;
const SECOND: usize = 56;

/// `{size=56, sched_policy=SCHED_OTHER, …}`: the structure begins with its own size.
fn attributes(context: &mut Context<'_>, address: u64) {
    let size = match context.u32(address) {
        // Programs from before the structure had versions say 0.
        Some(0) => FIRST,
        Some(size) => size as usize,
        None => 0,
    };
    let mut bytes = [0; SECOND];
    let known = if size >= SECOND { SECOND } else { FIRST };
    if size < FIRST || context.memory.read(address, &mut bytes[..known]) < known {
        return context.address(address);
    }
    let flags = u64_at(&bytes, 8);
    context.format(format_args!("{{size={}", u32_at(&bytes, 0)));
    if flags & KEEP_POLICY == 0 {
        context.push(", sched_policy=");
        POLICIES.write(context, u64::from(u32_at(&bytes, 4)));
    }
    context.push(", sched_flags=");
    FLAGS.write_wide(context, flags);
    if flags & KEEP_PARAMS == 0 {
        let (nice, priority) = (i32_at(&bytes, 16), u32_at(&bytes, 20));
        let (runtime, deadline, period) =
            (u64_at(&bytes, 24), u64_at(&bytes, 32), u64_at(&bytes, 40));
        context.format(format_args!(
            ", sched_nice={nice}, sched_priority={priority}, sched_runtime={runtime}, \
             sched_deadline={deadline}, sched_period={period}"
        ));
    }
    if known == SECOND {
        let (least, most) = (u32_at(&bytes, 48), u32_at(&bytes, 52));
        context.format(format_args!(
            ", sched_util_min={least}, sched_util_max={most}"
        ));
    }
    context.push("}");
}
