//! Types of sections.

use super::look_up;
use crate::elf::Machine;

/// The name of a `SHT_` type without that prefix.
pub fn section_type(machine: Machine, kind: u32) -> Option<&'static str> {
    let own = match machine {
        Machine::MIPS => MIPS,
        Machine::ARM => ARM,
        Machine::X86_64 => X86_64,
        Machine::AARCH64 => AARCH64,
        Machine::RISCV => RISCV,
        _ => &[],
    };
    look_up(own, kind).or_else(|| look_up(TYPES, kind))
}

/// Of all machines.
const TYPES: &[(u32, &str)] = &[
    (0, "NULL"),
    (1, "PROGBITS"),
    (2, "SYMTAB"),
    (3, "STRTAB"),
    (4, "RELA"),
    (5, "HASH"),
    (6, "DYNAMIC"),
    (7, "NOTE"),
    (8, "NOBITS"),
    (9, "REL"),
    (10, "SHLIB"),
    (11, "DYNSYM"),
    (14, "INIT_ARRAY"),
    (15, "FINI_ARRAY"),
    (16, "PREINIT_ARRAY"),
    (17, "GROUP"),
    (18, "SYMTAB SECTION INDICES"),
    (19, "RELR"),
    (0x6fff4700, "GNU_INCREMENTAL_INPUTS"),
    (0x6ffffff5, "GNU_ATTRIBUTES"),
    (0x6ffffff6, "GNU_HASH"),
    (0x6ffffff7, "GNU_LIBLIST"),
    (0x6ffffffd, "VERDEF"),
    (0x6ffffffe, "VERNEED"),
    (0x6fffffff, "VERSYM"),
];

/// Its own.
const MIPS: &[(u32, &str)] = &[
    (0x70000000, "MIPS_LIBLIST"),
    (0x70000001, "MIPS_MSYM"),
    (0x70000002, "MIPS_CONFLICT"),
    (0x70000003, "MIPS_GPTAB"),
    (0x70000004, "MIPS_UCODE"),
    (0x70000005, "MIPS_DEBUG"),
    (0x70000006, "MIPS_REGINFO"),
    (0x70000007, "MIPS_PACKAGE"),
    (0x70000008, "MIPS_PACKSYM"),
    (0x70000009, "MIPS_RELD"),
    (0x7000000b, "MIPS_IFACE"),
    (0x7000000c, "MIPS_CONTENT"),
    (0x7000000d, "MIPS_OPTIONS"),
    (0x70000010, "MIPS_SHDR"),
    (0x70000011, "MIPS_FDESC"),
    (0x70000012, "MIPS_EXTSYM"),
    (0x70000013, "MIPS_DENSE"),
    (0x70000014, "MIPS_PDESC"),
    (0x70000015, "MIPS_LOCSYM"),
    (0x70000016, "MIPS_AUXSYM"),
    (0x70000017, "MIPS_OPTSYM"),
    (0x70000018, "MIPS_LOCSTR"),
    (0x70000019, "MIPS_LINE"),
    (0x7000001a, "MIPS_RFDESC"),
    (0x7000001b, "MIPS_DELTASYM"),
    (0x7000001c, "MIPS_DELTAINST"),
    (0x7000001d, "MIPS_DELTACLASS"),
    (0x7000001e, "MIPS_DWARF"),
    (0x7000001f, "MIPS_DELTADECL"),
    (0x70000020, "MIPS_SYMBOL_LIB"),
    (0x70000021, "MIPS_EVENTS"),
    (0x70000022, "MIPS_TRANSLATE"),
    (0x70000023, "MIPS_PIXIE"),
    (0x70000024, "MIPS_XLATE"),
    (0x70000025, "MIPS_XLATE_DEBUG"),
    (0x70000026, "MIPS_WHIRL"),
    (0x70000027, "MIPS_EH_REGION"),
    (0x70000028, "MIPS_XLATE_OLD"),
    (0x70000029, "MIPS_PDR_EXCEPTION"),
    (0x7000002a, "MIPS_ABIFLAGS"),
    (0x7000002b, "MIPS_XHASH"),
];

/// Its own.
const ARM: &[(u32, &str)] = &[
    (0x70000001, "ARM_EXIDX"),
    (0x70000002, "ARM_PREEMPTMAP"),
    (0x70000003, "ARM_ATTRIBUTES"),
    (0x70000004, "ARM_DEBUGOVERLAY"),
    (0x70000005, "ARM_OVERLAYSECTION"),
];

/// Its own.
const X86_64: &[(u32, &str)] = &[(0x70000001, "X86_64_UNWIND")];

/// Its own.
const AARCH64: &[(u32, &str)] = &[(0x70000003, "AARCH64_ATTRIBUTES")];

/// Its own.
const RISCV: &[(u32, &str)] = &[(0x70000003, "RISCV_ATTRIBUTES")];
