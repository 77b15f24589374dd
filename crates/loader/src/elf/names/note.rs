//! Types of notes.

use crate::elf::note::GNU;

/// The name of a note's type and what it is.
pub fn note_type(owner: &[u8], kind: u32) -> Option<&'static str> {
    match (owner, kind) {
        (GNU, _) => gnu_note(kind),
        (b"stapsdt", 3) => Some("NT_STAPSDT (SystemTap probe descriptors)"),
        (b"Go", 4) => Some("GO BUILDID"),
        (b"FDO", 0xcafe_1a7e) => Some("FDO_PACKAGING_METADATA"),
        (b"CORE" | b"LINUX", _) => core_note(kind),
        (_, 1) => Some("NT_VERSION (version)"),
        (_, 2) => Some("NT_ARCH (architecture)"),
        (_, 0x100) => Some("OPEN"),
        (_, 0x101) => Some("func"),
        _ => None,
    }
}

/// The name of a GNU note's type and what it is.
pub fn gnu_note(kind: u32) -> Option<&'static str> {
    match kind {
        1 => Some("NT_GNU_ABI_TAG (ABI version tag)"),
        2 => Some("NT_GNU_HWCAP (DSO-supplied software HWCAP info)"),
        3 => Some("NT_GNU_BUILD_ID (unique build ID bitstring)"),
        4 => Some("NT_GNU_GOLD_VERSION (gold version)"),
        5 => Some("NT_GNU_PROPERTY_TYPE_0"),
        _ => None,
    }
}

/// What the kernel writes of a process that it dumps.
fn core_note(kind: u32) -> Option<&'static str> {
    match kind {
        1 => Some("NT_PRSTATUS (prstatus structure)"),
        2 => Some("NT_FPREGSET (floating point registers)"),
        3 => Some("NT_PRPSINFO (prpsinfo structure)"),
        6 => Some("NT_AUXV (auxiliary vector)"),
        0x202 => Some("NT_X86_XSTATE (x86 XSAVE extended state)"),
        0x4649_4c45 => Some("NT_FILE (mapped files)"),
        0x5349_4749 => Some("NT_SIGINFO (siginfo_t data)"),
        _ => None,
    }
}
