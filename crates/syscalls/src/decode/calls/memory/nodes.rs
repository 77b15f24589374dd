//! On which node of a machine with several memories the pages lie.

use crate::decode::Argument::{Flags, In, Int, Out, OutAlways, Pointer, Size};
use crate::decode::named;
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new(
        "mbind",
        &[
            Pointer,
            Size,
            In(wide_mode),
            In(nodes::<4>),
            Size,
            Flags(&MOVING),
        ],
    ),
    Signature::new("set_mempolicy", &[In(mode), In(nodes::<2>), Size]),
    Signature::new(
        "get_mempolicy",
        &[Out(mode_read), Out(nodes::<2>), Size, Pointer, In(query)],
    ),
    Signature::new(
        "migrate_pages",
        &[Int, Size, In(nodes::<1>), In(nodes::<1>)],
    ),
    Signature::new(
        "move_pages",
        &[
            Int,
            Size,
            In(pages),
            In(targets),
            OutAlways(statuses),
            Flags(&MOVING),
        ],
    ),
    Signature::new("set_mempolicy_home_node", &[Pointer, Size, Size, Size]),
];

const MODES: named::Choice = named::Choice {
    names: &[
        (0, "MPOL_DEFAULT"),
        (1, "MPOL_PREFERRED"),
        (2, "MPOL_BIND"),
        (3, "MPOL_INTERLEAVE"),
        (4, "MPOL_LOCAL"),
        (5, "MPOL_PREFERRED_MANY"),
    ],
    unknown: "MPOL_???",
};

const MODE_FLAGS: named::Flags = named::Flags {
    names: &[
        (0x8000, "MPOL_F_STATIC_NODES"),
        (0x4000, "MPOL_F_RELATIVE_NODES"),
        (0x2000, "MPOL_F_NUMA_BALANCING"),
    ],
    unknown: "MPOL_???",
};

const MOVING: named::Flags = named::Flags {
    names: &[
        (1, "MPOL_MF_STRICT"),
        (2, "MPOL_MF_MOVE"),
        (4, "MPOL_MF_MOVE_ALL"),
    ],
    unknown: "MPOL_MF_???",
};

const QUERY: named::Flags = named::Flags {
    names: &[
        (1, "MPOL_F_NODE"),
        (2, "MPOL_F_ADDR"),
        (4, "MPOL_F_MEMS_ALLOWED"),
    ],
    unknown: "MPOL_F_???",
};

fn mode(context: &mut Context<'_>, value: u64) {
    wide_mode(context, u64::from(value as u32));
}

/// `MPOL_BIND|MPOL_F_STATIC_NODES`: a value, and bits above it.
fn wide_mode(context: &mut Context<'_>, value: u64) {
    let flags = value & 0xe000;
    let policy = value & !0xe000;
    match (MODES.name(policy), flags) {
        (Some(_), 0) | (None, 0) => MODES.write(context, policy),
        (Some(name), _) => {
            context.push(name);
            MODE_FLAGS.write_known(context, flags, "|");
        }
        (None, _) => {
            MODE_FLAGS.write_wide(context, value);
        }
    }
}

/// `[MPOL_BIND]`
fn mode_read(context: &mut Context<'_>, address: u64) {
    match context.u32(address) {
        Some(value) => {
            context.push("[");
            mode(context, u64::from(value));
            context.push("]");
        }
        None => context.address(address),
    }
}

fn query(context: &mut Context<'_>, value: u64) {
    QUERY.write_wide(context, value);
}

/// A set of nodes as words of bits: `[0x00000000000005]`. Argument `COUNT` is the number of bits, one
/// too many.
fn nodes<const COUNT: usize>(context: &mut Context<'_>, address: u64) {
    let bits = context.registers[COUNT].saturating_sub(1);
    context.array(address, bits.div_ceil(64), |context, bytes| {
        // C's "%#0*lx" counts the prefix as part of the width; so does strace.
        let word = u64::from_ne_bytes(*bytes);
        context.format(format_args!("{word:#016x}"));
    });
}

fn pages(context: &mut Context<'_>, address: u64) {
    context.array(address, context.registers[1], |context, bytes| {
        context.address(u64::from_ne_bytes(*bytes));
    });
}

fn targets(context: &mut Context<'_>, address: u64) {
    numbers(context, address);
}

fn statuses(context: &mut Context<'_>, address: u64) {
    if context.success().is_some() {
        numbers(context, address);
    } else {
        context.address(address);
    }
}

fn numbers(context: &mut Context<'_>, address: u64) {
    context.array(address, context.registers[1], |context, bytes| {
        context.format(format_args!("{}", i32::from_ne_bytes(*bytes)));
    });
}
