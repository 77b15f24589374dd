//! Per-thread registers that only the kernel can set (x86-64 only).

use crate::decode::Argument::{Choice, OutAlways};
use crate::decode::named;
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[Signature::new(
    "arch_prctl",
    &[Choice(&REQUESTS), OutAlways(argument)],
)];

const SET_GS: u64 = 0x1001;
const SET_FS: u64 = 0x1002;
const GET_FS: u64 = 0x1003;
const GET_GS: u64 = 0x1004;
const GET_CPUID: u64 = 0x1011;
const SET_CPUID: u64 = 0x1012;

/// From the kernel's `asm/prctl.h`.
const REQUESTS: named::Choice = named::Choice {
    names: &[
        (SET_GS, "ARCH_SET_GS"),
        (SET_FS, "ARCH_SET_FS"),
        (GET_FS, "ARCH_GET_FS"),
        (GET_GS, "ARCH_GET_GS"),
        (GET_CPUID, "ARCH_GET_CPUID"),
        (SET_CPUID, "ARCH_SET_CPUID"),
        (0x1021, "ARCH_GET_XCOMP_SUPP"),
        (0x1022, "ARCH_GET_XCOMP_PERM"),
        (0x1023, "ARCH_REQ_XCOMP_PERM"),
        (0x2001, "ARCH_MAP_VDSO_X32"),
        (0x2002, "ARCH_MAP_VDSO_32"),
        (0x2003, "ARCH_MAP_VDSO_64"),
    ],
    unknown: "ARCH_???",
};

/// What is set, or what the kernel put where the argument says.
fn argument(context: &mut Context<'_>, value: u64) {
    match context.registers[0] {
        GET_FS | GET_GS if context.success().is_some() => match context.u64(value) {
            Some(base) => {
                context.push("[");
                context.address(base);
                context.push("]");
            }
            None => context.address(value),
        },
        GET_FS | GET_GS => context.address(value),
        GET_CPUID => {}
        SET_CPUID => context.format(format_args!("{value}")),
        _ => context.hex(value),
    }
}
