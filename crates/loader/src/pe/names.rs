//! What the numbers in a PE file are called.

/// The name of a machine.
pub fn machine(machine: u16) -> Option<&'static str> {
    match machine {
        0x14c => Some("i386"),
        0x1c0 | 0x1c4 => Some("arm"),
        0x8664 => Some("x86-64"),
        0xaa64 => Some("arm64"),
        0x5032 => Some("riscv32"),
        0x5064 => Some("riscv64"),
        0x6264 => Some("loongarch64"),
        _ => None,
    }
}

/// The name of a subsystem.
pub fn subsystem(number: u16) -> Option<&'static str> {
    match number {
        1 => Some("native"),
        2 => Some("Windows GUI"),
        3 => Some("Windows CUI"),
        7 => Some("POSIX CUI"),
        9 => Some("Windows CE GUI"),
        10 => Some("EFI application"),
        11 => Some("EFI boot service driver"),
        12 => Some("EFI runtime driver"),
        14 => Some("Xbox"),
        _ => None,
    }
}

/// The names of the data directories, by number.
pub const DIRECTORIES: [&str; 16] = [
    "export",
    "import",
    "resource",
    "exception",
    "certificate",
    "base relocation",
    "debug",
    "architecture",
    "global pointer",
    "TLS",
    "load configuration",
    "bound import",
    "import address",
    "delay import",
    "CLR header",
    "reserved",
];
