//! Types of segments.

use crate::elf::Machine;

/// The name of a `PT_` type without that prefix.
pub fn segment_type(machine: Machine, kind: u32) -> Option<&'static str> {
    match (kind, machine) {
        (0, _) => Some("NULL"),
        (1, _) => Some("LOAD"),
        (2, _) => Some("DYNAMIC"),
        (3, _) => Some("INTERP"),
        (4, _) => Some("NOTE"),
        (5, _) => Some("SHLIB"),
        (6, _) => Some("PHDR"),
        (7, _) => Some("TLS"),
        (0x6474_e550, _) => Some("GNU_EH_FRAME"),
        (0x6474_e551, _) => Some("GNU_STACK"),
        (0x6474_e552, _) => Some("GNU_RELRO"),
        (0x6474_e553, _) => Some("GNU_PROPERTY"),
        (0x6474_e554, _) => Some("GNU_SFRAME"),
        (0x65a3_dbe6, _) => Some("OPENBSD_RANDOMIZE"),
        (0x65a3_dbe7, _) => Some("OPENBSD_WXNEEDED"),
        (0x65a4_1be6, _) => Some("OPENBSD_BOOTDATA"),
        (0x7000_0000, Machine::MIPS) => Some("REGINFO"),
        (0x7000_0001, Machine::MIPS) => Some("RTPROC"),
        (0x7000_0002, Machine::MIPS) => Some("OPTIONS"),
        (0x7000_0003, Machine::MIPS) => Some("ABIFLAGS"),
        (0x7000_0001, Machine::ARM) => Some("EXIDX"),
        (0x7000_0000, Machine::AARCH64) => Some("AARCH64_ARCHEXT"),
        (0x7000_0002, Machine::AARCH64) => Some("AARCH64_MEMTAG_MTE"),
        (0x7000_0003, Machine::RISCV) => Some("RISCV_ATTRIBUTES"),
        (0x7000_0000, Machine::S390) => Some("S390_PGSTE"),
        _ => None,
    }
}
