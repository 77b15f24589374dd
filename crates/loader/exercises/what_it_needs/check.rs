//! Which libraries a program is said to need, and what was started to find out.
//!
//! ```syscalls
//! openat(AT_FDCWD, *, *O_RDONLY*) = $program
//! !execve
//! !clone*
//! ```

use std::env;
use std::fs;

use super::exercise::needed;

pub fn main() {
    let own = env::current_exe().expect("this program");
    let names = needed(&own).expect("this program is an ELF file");
    assert!(
        names.iter().any(|name| name.starts_with("libc.")),
        "this program uses the C library; found are {names:?}"
    );
    assert!(
        names
            .iter()
            .all(|name| !name.contains('/') && !name.contains("vdso")),
        "names as they stand in the file, nothing that was found by them: {names:?}"
    );
    println!("✓ the names in this program: {}", names.join(" "));

    let folder = tempfile::tempdir().expect("a folder");
    let alone = folder.path().join("alone");
    fs::write(&alone, a_program_that_needs_nothing()).expect("a file");
    assert_eq!(
        needed(&alone).expect("an ELF file"),
        [""; 0],
        "it has no dynamic section"
    );
    println!("✓ a program without a dynamic section needs nothing");

    fs::write(&alone, "#!/bin/sh\n").expect("a file");
    assert!(needed(&alone).is_err(), "a script is no ELF file");
    println!("✓ what is no program is an error");
}

/// A header that says: 64 bits, least byte first, for this processor, no segments and no sections.
fn a_program_that_needs_nothing() -> [u8; 64] {
    let own = fs::read(env::current_exe().expect("this program")).expect("it can be read");
    let mut header = [0; 64];
    // Identification, type, machine, version; and at 52 the header's own size.
    header[..24].copy_from_slice(&own[..24]);
    header[52] = 64;
    header
}
