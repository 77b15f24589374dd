//! Which place of a file is found for an address.

use std::panic::catch_unwind;

use loader::elf::Segment;
use loader::elf::segment::{PT_LOAD, PT_NOTE};

use super::exercise::offset_of;

pub fn main() {
    let segments = [
        // Not loaded: it says where notes would be, if a segment had them.
        segment(PT_NOTE, 0x9000, 0x700, 0x40, 0x40),
        segment(PT_LOAD, 0x1000, 0x0, 0x500, 0x500),
        segment(PT_LOAD, 0x2500, 0x500, 0x300, 0x800),
    ];
    let found = |address| {
        let found = catch_unwind(|| offset_of(&segments, address));
        found.unwrap_or_else(|_| panic!("a panic for address {address:#x}"))
    };
    for (address, expected) in [
        (0x1000, 0),
        (0x14ff, 0x4ff),
        (0x2500, 0x500),
        (0x27ff, 0x7ff),
    ] {
        assert_eq!(
            found(address),
            Some(expected),
            "the offset of address {address:#x}"
        );
    }
    println!("✓ first and last bytes of segments");
    for address in [0, 0xfff, 0x1500, 0x24ff, 0x2d00, u64::MAX] {
        assert_eq!(found(address), None, "nothing is loaded at {address:#x}");
    }
    println!("✓ between them there is nothing");
    for address in [0x2800, 0x2cff] {
        assert_eq!(
            found(address),
            None,
            "at {address:#x} there are zeros, which are in no file (.bss)"
        );
    }
    println!("✓ zeros are in no file");
    assert_eq!(
        found(0x9010),
        None,
        "only PT_LOAD is loaded; nothing is at 0x9010"
    );
    println!("✓ only what is loaded counts");

    let liars = [
        segment(PT_LOAD, u64::MAX - 4, 0x100, u64::MAX, u64::MAX),
        segment(PT_LOAD, 0x1000, u64::MAX, 0x10, 0x10),
    ];
    let found = |address| catch_unwind(|| offset_of(&liars, address)).ok();
    assert_eq!(
        found(u64::MAX),
        Some(Some(0x104)),
        "a segment may say that it goes on past the last address"
    );
    assert_eq!(
        found(0x1001),
        Some(None),
        "no offset is greater than the greatest number: no place, and no panic"
    );
    println!("✓ numbers that are lies do no harm");

    #[cfg(target_os = "linux")]
    in_this_program();
}

/// Compares a constant in memory with the file's bytes.
#[cfg(target_os = "linux")]
fn in_this_program() {
    use loader::elf::Elf;

    let file =
        std::fs::read(std::env::current_exe().expect("this program")).expect("it can be read");
    let elf = Elf::parse(&file).expect("an ELF file");
    let segments: Vec<Segment> = elf.segments().iter().collect();
    for name in [".rodata", ".text", ".data"] {
        let (_, section) = elf.section_named(name).expect("every program has it");
        let offset = offset_of(&segments, section.address);
        assert_eq!(
            offset,
            Some(section.offset),
            "{name} of this program, at {:#x}",
            section.address
        );
    }
    let (_, bss) = elf.section_named(".bss").expect("every program has it");
    assert_eq!(
        offset_of(&segments, bss.address + bss.size - 1),
        None,
        ".bss of this program"
    );
    println!("✓ the sections of this program are where its section table says");
}

fn segment(
    kind: u32,
    virtual_address: u64,
    offset: u64,
    file_size: u64,
    memory_size: u64,
) -> Segment {
    Segment {
        kind,
        flags: 0,
        offset,
        virtual_address,
        physical_address: virtual_address,
        file_size,
        memory_size,
        alignment: 1,
    }
}
