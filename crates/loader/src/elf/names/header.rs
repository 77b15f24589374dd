//! What the header says in numbers.

/// The name of an `ET_` type without that prefix.
pub fn file_type(kind: u16) -> Option<&'static str> {
    file_type_in_full(kind).and_then(|full| full.split(' ').next())
}

/// The name of an `ET_` type, and what that is.
pub fn file_type_in_full(kind: u16) -> Option<&'static str> {
    match kind {
        0 => Some("NONE (None)"),
        1 => Some("REL (Relocatable file)"),
        2 => Some("EXEC (Executable file)"),
        3 => Some("DYN (Shared object file)"),
        4 => Some("CORE (Core file)"),
        _ => None,
    }
}

/// Whose conventions the file keeps to (`EI_OSABI`).
pub fn os_abi(number: u8) -> Option<&'static str> {
    match number {
        0 => Some("UNIX - System V"),
        1 => Some("UNIX - HP-UX"),
        2 => Some("UNIX - NetBSD"),
        3 => Some("UNIX - GNU"),
        6 => Some("UNIX - Solaris"),
        7 => Some("UNIX - AIX"),
        8 => Some("UNIX - IRIX"),
        9 => Some("UNIX - FreeBSD"),
        10 => Some("UNIX - TRU64"),
        12 => Some("UNIX - OpenBSD"),
        13 => Some("VMS - OpenVMS"),
        _ => None,
    }
}
