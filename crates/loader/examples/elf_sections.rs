//! Code, constants, variables and zeroes live in sections with different flags.
//!
//! A section is for the linker: it puts the `.text` of all object files one behind another, and gives
//! the result one set of permissions. `A` says that it is in memory while the program runs, `X` that it
//! can be executed, `W` that it can be written. What has none of them is for tools alone.
//!
//! Linux only: Mach-O has sections too, with other names and without flags of their own.
//!
//! The names are kept as they are, so that they can be found; nothing else in this program has them.
#![allow(unsafe_code)]

use std::error::Error;

use loader::bytes::Mapped;
use loader::elf::section::{SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE};
use loader::elf::{Elf, Section};

// SAFETY: for all three, no other symbol of the program is called so.
#[unsafe(no_mangle)]
static LESSON_CONSTANT: [u64; 4] = [1, 2, 3, 4];
#[unsafe(no_mangle)]
static mut LESSON_VARIABLE: [u64; 4] = [1, 2, 3, 4];
#[unsafe(no_mangle)]
static mut LESSON_ZEROES: [u64; 4] = [0; 4];

fn letters(section: &Section) -> String {
    [(SHF_ALLOC, 'A'), (SHF_WRITE, 'W'), (SHF_EXECINSTR, 'X')]
        .map(|(flag, letter)| {
            if section.flags & flag != 0 {
                letter
            } else {
                '-'
            }
        })
        .iter()
        .collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    // Looked at, so that the linker does not leave them out.
    let used = [
        (&raw const LESSON_CONSTANT).addr(),
        (&raw const LESSON_VARIABLE).addr(),
        (&raw const LESSON_ZEROES).addr(),
    ];
    assert!(used.iter().all(|address| *address != 0));

    let file = Mapped::open(&std::env::current_exe()?)?;
    let elf = Elf::parse(&file)?;
    for section in elf
        .sections()
        .iter()
        .filter(|section| section.flags & SHF_ALLOC != 0)
    {
        let name = String::from_utf8_lossy(elf.section_name(&section)?);
        println!("{name:<22} {} {:>9} bytes", letters(&section), section.size);
    }

    let symbols = elf.symbols()?.ok_or("this program is stripped")?;
    for (symbol, prefix, flags) in [
        ("main", ".text", "A-X"),
        ("LESSON_CONSTANT", ".rodata", "A--"),
        ("LESSON_VARIABLE", ".data", "AW-"),
        ("LESSON_ZEROES", ".bss", "AW-"),
    ] {
        let found = symbols.defined(symbol.as_bytes()).ok_or(symbol)?;
        let section = elf
            .sections()
            .get(found.section.into())
            .ok_or("no such section")?;
        let name = String::from_utf8_lossy(elf.section_name(&section)?);
        println!("{symbol:<16} is in {name} {}", letters(&section));
        assert!(name.starts_with(prefix), "{symbol} in {name}");
        assert_eq!(letters(&section), flags, "{symbol}");
        assert!(section.holds(found.value));
    }
    Ok(())
}
