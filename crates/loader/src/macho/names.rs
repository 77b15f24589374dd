//! What the numbers in a Mach-O file are called.

/// The name of a `cputype`.
pub fn cpu(cpu: u32) -> Option<&'static str> {
    match cpu {
        7 => Some("i386"),
        0x0100_0007 => Some("x86-64"),
        12 => Some("arm"),
        0x0100_000c => Some("arm64"),
        0x0200_000c => Some("arm64_32"),
        18 => Some("ppc"),
        0x0100_0012 => Some("ppc64"),
        _ => None,
    }
}

/// The name of a `filetype`.
pub fn file_type(kind: u32) -> Option<&'static str> {
    const NAMES: [&str; 12] = [
        "OBJECT",
        "EXECUTE",
        "FVMLIB",
        "CORE",
        "PRELOAD",
        "DYLIB",
        "DYLINKER",
        "BUNDLE",
        "DYLIB_STUB",
        "DSYM",
        "KEXT_BUNDLE",
        "FILESET",
    ];
    let place = usize::try_from(kind).ok()?.checked_sub(1)?;
    NAMES.get(place).copied()
}

/// The name of a load command without `LC_`.
pub fn command(kind: u32) -> Option<&'static str> {
    let name = match kind & 0x7fff_ffff {
        0x1 => "SEGMENT",
        0x2 => "SYMTAB",
        0x4 => "THREAD",
        0x5 => "UNIXTHREAD",
        0xb => "DYSYMTAB",
        0xc => "LOAD_DYLIB",
        0xd => "ID_DYLIB",
        0xe => "LOAD_DYLINKER",
        0xf => "ID_DYLINKER",
        0x12 => "SUB_FRAMEWORK",
        0x13 => "SUB_UMBRELLA",
        0x14 => "SUB_CLIENT",
        0x15 => "SUB_LIBRARY",
        0x16 => "TWOLEVEL_HINTS",
        0x18 => "LOAD_WEAK_DYLIB",
        0x19 => "SEGMENT_64",
        0x1a => "ROUTINES_64",
        0x1b => "UUID",
        0x1c => "RPATH",
        0x1d => "CODE_SIGNATURE",
        0x1e => "SEGMENT_SPLIT_INFO",
        0x1f => "REEXPORT_DYLIB",
        0x20 => "LAZY_LOAD_DYLIB",
        0x21 => "ENCRYPTION_INFO",
        0x22 if kind & 0x8000_0000 != 0 => "DYLD_INFO_ONLY",
        0x22 => "DYLD_INFO",
        0x23 => "LOAD_UPWARD_DYLIB",
        0x24 => "VERSION_MIN_MACOSX",
        0x25 => "VERSION_MIN_IPHONEOS",
        0x26 => "FUNCTION_STARTS",
        0x27 => "DYLD_ENVIRONMENT",
        0x28 => "MAIN",
        0x29 => "DATA_IN_CODE",
        0x2a => "SOURCE_VERSION",
        0x2b => "DYLIB_CODE_SIGN_DRS",
        0x2c => "ENCRYPTION_INFO_64",
        0x2d => "LINKER_OPTION",
        0x2e => "LINKER_OPTIMIZATION_HINT",
        0x2f => "VERSION_MIN_TVOS",
        0x30 => "VERSION_MIN_WATCHOS",
        0x31 => "NOTE",
        0x32 => "BUILD_VERSION",
        0x33 => "DYLD_EXPORTS_TRIE",
        0x34 => "DYLD_CHAINED_FIXUPS",
        0x35 => "FILESET_ENTRY",
        _ => return None,
    };
    Some(name)
}

/// The name of a system that files are built for.
pub fn platform(platform: u32) -> Option<&'static str> {
    const NAMES: [&str; 12] = [
        "macOS",
        "iOS",
        "tvOS",
        "watchOS",
        "bridgeOS",
        "Mac Catalyst",
        "iOS simulator",
        "tvOS simulator",
        "watchOS simulator",
        "DriverKit",
        "visionOS",
        "visionOS simulator",
    ];
    let place = usize::try_from(platform).ok()?.checked_sub(1)?;
    NAMES.get(place).copied()
}

/// The names of the bits of the header's flags, from the lowest on.
pub const FLAGS: [&str; 28] = [
    "NOUNDEFS",
    "INCRLINK",
    "DYLDLINK",
    "BINDATLOAD",
    "PREBOUND",
    "SPLIT_SEGS",
    "LAZY_INIT",
    "TWOLEVEL",
    "FORCE_FLAT",
    "NOMULTIDEFS",
    "NOFIXPREBINDING",
    "PREBINDABLE",
    "ALLMODSBOUND",
    "SUBSECTIONS_VIA_SYMBOLS",
    "CANONICAL",
    "WEAK_DEFINES",
    "BINDS_TO_WEAK",
    "ALLOW_STACK_EXECUTION",
    "ROOT_SAFE",
    "SETUID_SAFE",
    "NO_REEXPORTED_DYLIBS",
    "PIE",
    "DEAD_STRIPPABLE_DYLIB",
    "HAS_TLV_DESCRIPTORS",
    "NO_HEAP_EXECUTION",
    "APP_EXTENSION_SAFE",
    "NLIST_OUTOFSYNC_WITH_DYLDINFO",
    "SIM_SUPPORT",
];
