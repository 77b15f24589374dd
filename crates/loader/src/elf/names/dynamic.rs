//! Tags of the dynamic section and their flags.

use super::look_up;
use crate::elf::Machine;

/// The name of a `DT_` tag without that prefix.
pub fn dynamic_tag(machine: Machine, tag: u64) -> Option<&'static str> {
    let tag = u32::try_from(tag).ok()?;
    let own = match machine {
        Machine::MIPS => MIPS,
        Machine::AARCH64 => AARCH64,
        Machine::PPC64 => PPC64,
        Machine::PPC => PPC,
        Machine::RISCV => RISCV,
        _ => &[],
    };
    look_up(own, tag).or_else(|| look_up(TAGS, tag))
}

/// The names of the bits of `DT_FLAGS`.
pub const FLAGS: &[(u64, &str)] = &[
    (0x1, "ORIGIN"),
    (0x2, "SYMBOLIC"),
    (0x4, "TEXTREL"),
    (0x8, "BIND_NOW"),
    (0x10, "STATIC_TLS"),
];

/// The names of the bits of `DT_FLAGS_1`.
pub const FLAGS_1: &[(u64, &str)] = &[
    (0x1, "NOW"),
    (0x2, "GLOBAL"),
    (0x4, "GROUP"),
    (0x8, "NODELETE"),
    (0x10, "LOADFLTR"),
    (0x20, "INITFIRST"),
    (0x40, "NOOPEN"),
    (0x80, "ORIGIN"),
    (0x100, "DIRECT"),
    (0x200, "TRANS"),
    (0x400, "INTERPOSE"),
    (0x800, "NODEFLIB"),
    (0x1000, "NODUMP"),
    (0x2000, "CONFALT"),
    (0x4000, "ENDFILTEE"),
    (0x8000, "DISPRELDNE"),
    (0x10000, "DISPRELPND"),
    (0x20000, "NODIRECT"),
    (0x40000, "IGNMULDEF"),
    (0x80000, "NOKSYMS"),
    (0x100000, "NOHDR"),
    (0x200000, "EDITED"),
    (0x400000, "NORELOC"),
    (0x800000, "SYMINTPOSE"),
    (0x1000000, "GLOBAUDIT"),
    (0x2000000, "SINGLETON"),
    (0x4000000, "STUB"),
    (0x8000000, "PIE"),
    (0x10000000, "KMOD"),
    (0x20000000, "WEAKFILTER"),
    (0x40000000, "NOCOMMON"),
];

/// Of all machines.
const TAGS: &[(u32, &str)] = &[
    (0, "NULL"),
    (1, "NEEDED"),
    (2, "PLTRELSZ"),
    (3, "PLTGOT"),
    (4, "HASH"),
    (5, "STRTAB"),
    (6, "SYMTAB"),
    (7, "RELA"),
    (8, "RELASZ"),
    (9, "RELAENT"),
    (10, "STRSZ"),
    (11, "SYMENT"),
    (12, "INIT"),
    (13, "FINI"),
    (14, "SONAME"),
    (15, "RPATH"),
    (16, "SYMBOLIC"),
    (17, "REL"),
    (18, "RELSZ"),
    (19, "RELENT"),
    (20, "PLTREL"),
    (21, "DEBUG"),
    (22, "TEXTREL"),
    (23, "JMPREL"),
    (24, "BIND_NOW"),
    (25, "INIT_ARRAY"),
    (26, "FINI_ARRAY"),
    (27, "INIT_ARRAYSZ"),
    (28, "FINI_ARRAYSZ"),
    (29, "RUNPATH"),
    (30, "FLAGS"),
    (32, "PREINIT_ARRAY"),
    (33, "PREINIT_ARRAYSZ"),
    (34, "SYMTAB_SHNDX"),
    (35, "RELRSZ"),
    (36, "RELR"),
    (37, "RELRENT"),
    (0x6ffffdf5, "GNU_PRELINKED"),
    (0x6ffffdf6, "GNU_CONFLICTSZ"),
    (0x6ffffdf7, "GNU_LIBLISTSZ"),
    (0x6ffffdf8, "CHECKSUM"),
    (0x6ffffdf9, "PLTPADSZ"),
    (0x6ffffdfa, "MOVEENT"),
    (0x6ffffdfb, "MOVESZ"),
    (0x6ffffdfc, "FEATURE_1"),
    (0x6ffffdfd, "POSFLAG_1"),
    (0x6ffffdfe, "SYMINSZ"),
    (0x6ffffdff, "SYMINENT"),
    (0x6ffffef5, "GNU_HASH"),
    (0x6ffffef6, "TLSDESC_PLT"),
    (0x6ffffef7, "TLSDESC_GOT"),
    (0x6ffffef8, "GNU_CONFLICT"),
    (0x6ffffef9, "GNU_LIBLIST"),
    (0x6ffffefa, "CONFIG"),
    (0x6ffffefb, "DEPAUDIT"),
    (0x6ffffefc, "AUDIT"),
    (0x6ffffefd, "PLTPAD"),
    (0x6ffffefe, "MOVETAB"),
    (0x6ffffeff, "SYMINFO"),
    (0x6ffffff0, "VERSYM"),
    (0x6ffffff9, "RELACOUNT"),
    (0x6ffffffa, "RELCOUNT"),
    (0x6ffffffb, "FLAGS_1"),
    (0x6ffffffc, "VERDEF"),
    (0x6ffffffd, "VERDEFNUM"),
    (0x6ffffffe, "VERNEED"),
    (0x6fffffff, "VERNEEDNUM"),
    (0x7ffffffd, "AUXILIARY"),
    (0x7fffffff, "FILTER"),
];

/// Its own.
const MIPS: &[(u32, &str)] = &[
    (55, "MIPS_NUM"),
    (0x70000001, "MIPS_RLD_VERSION"),
    (0x70000002, "MIPS_TIME_STAMP"),
    (0x70000003, "MIPS_ICHECKSUM"),
    (0x70000004, "MIPS_IVERSION"),
    (0x70000005, "MIPS_FLAGS"),
    (0x70000006, "MIPS_BASE_ADDRESS"),
    (0x70000007, "MIPS_MSYM"),
    (0x70000008, "MIPS_CONFLICT"),
    (0x70000009, "MIPS_LIBLIST"),
    (0x7000000a, "MIPS_LOCAL_GOTNO"),
    (0x7000000b, "MIPS_CONFLICTNO"),
    (0x70000010, "MIPS_LIBLISTNO"),
    (0x70000011, "MIPS_SYMTABNO"),
    (0x70000012, "MIPS_UNREFEXTNO"),
    (0x70000013, "MIPS_GOTSYM"),
    (0x70000014, "MIPS_HIPAGENO"),
    (0x70000016, "MIPS_RLD_MAP"),
    (0x70000017, "MIPS_DELTA_CLASS"),
    (0x70000018, "MIPS_DELTA_CLASS_NO"),
    (0x70000019, "MIPS_DELTA_INSTANCE"),
    (0x7000001a, "MIPS_DELTA_INSTANCE_NO"),
    (0x7000001b, "MIPS_DELTA_RELOC"),
    (0x7000001c, "MIPS_DELTA_RELOC_NO"),
    (0x7000001d, "MIPS_DELTA_SYM"),
    (0x7000001e, "MIPS_DELTA_SYM_NO"),
    (0x70000020, "MIPS_DELTA_CLASSSYM"),
    (0x70000021, "MIPS_DELTA_CLASSSYM_NO"),
    (0x70000022, "MIPS_CXX_FLAGS"),
    (0x70000023, "MIPS_PIXIE_INIT"),
    (0x70000024, "MIPS_SYMBOL_LIB"),
    (0x70000025, "MIPS_LOCALPAGE_GOTIDX"),
    (0x70000026, "MIPS_LOCAL_GOTIDX"),
    (0x70000027, "MIPS_HIDDEN_GOTIDX"),
    (0x70000028, "MIPS_PROTECTED_GOTIDX"),
    (0x70000029, "MIPS_OPTIONS"),
    (0x7000002a, "MIPS_INTERFACE"),
    (0x7000002b, "MIPS_DYNSTR_ALIGN"),
    (0x7000002c, "MIPS_INTERFACE_SIZE"),
    (0x7000002d, "MIPS_RLD_TEXT_RESOLVE_ADDR"),
    (0x7000002e, "MIPS_PERF_SUFFIX"),
    (0x7000002f, "MIPS_COMPACT_SIZE"),
    (0x70000030, "MIPS_GP_VALUE"),
    (0x70000031, "MIPS_AUX_DYNAMIC"),
    (0x70000032, "MIPS_PLTGOT"),
    (0x70000034, "MIPS_RWPLT"),
    (0x70000035, "MIPS_RLD_MAP_REL"),
    (0x70000036, "MIPS_XHASH"),
];

/// Its own.
const AARCH64: &[(u32, &str)] = &[
    (0x70000001, "AARCH64_BTI_PLT"),
    (0x70000003, "AARCH64_PAC_PLT"),
    (0x70000005, "AARCH64_VARIANT_PCS"),
];

/// Its own.
const PPC64: &[(u32, &str)] = &[
    (0x70000000, "PPC64_GLINK"),
    (0x70000001, "PPC64_OPD"),
    (0x70000002, "PPC64_OPDSZ"),
    (0x70000003, "PPC64_OPT"),
];

/// Its own.
const PPC: &[(u32, &str)] = &[(0x70000000, "PPC_GOT"), (0x70000001, "PPC_OPT")];

/// Its own.
const RISCV: &[(u32, &str)] = &[(0x70000001, "RISCV_VARIANT_CC")];
