//! Sixty-four bytes say what an ELF file is, where it starts, and where its tables are.
//!
//! Each field has a fixed place. The first sixteen bytes can be read without knowing anything; they say how
//! to read the rest: with which byte order, and whether an address has four bytes or eight. Here each
//! field is read by hand, without the chapter's library, and then compared with what the library and, if
//! it is there, readelf say.
//!
//! Linux only: programs of macOS are Mach-O files.

use std::error::Error;
use std::fs;
use std::process::Command;

use loader::elf::Elf;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::current_exe()?;
    let file = fs::read(&path)?;
    let u16_at = |at: usize| u16::from_le_bytes([file[at], file[at + 1]]);
    let u64_at = |at: usize| u64::from_le_bytes(file[at..at + 8].try_into().expect("eight bytes"));

    assert_eq!(&file[..4], b"\x7fELF");
    assert_eq!((file[4], file[5]), (2, 1), "64 bits, the least byte first");
    let (kind, machine, entry) = (u16_at(16), u16_at(18), u64_at(24));
    let (segments_at, sections_at) = (u64_at(32), u64_at(40));
    let (segments, sections) = (u16_at(56), u16_at(60));
    println!("type {kind}, machine {machine}, starts at {entry:#x}");
    println!("{segments} segments at {segments_at}, {sections} sections at {sections_at}");

    let elf = Elf::parse(&file)?;
    let header = elf.header();
    assert_eq!(
        (header.kind, header.machine.0, header.entry),
        (kind, machine, entry)
    );
    assert_eq!(header.segments_offset, segments_at);
    assert_eq!(elf.sections().len(), u64::from(sections));

    if let Ok(readelf) = Command::new("readelf")
        .arg("-h")
        .arg(&path)
        .env("LC_ALL", "C")
        .output()
    {
        let text = String::from_utf8(readelf.stdout)?;
        let field = |name: &str| {
            let line = text
                .lines()
                .find(|line| line.trim_start().starts_with(name));
            line.and_then(|line| {
                line.split_whitespace()
                    .nth(name.split(' ').count())
                    .map(str::to_owned)
            })
        };
        assert_eq!(field("Entry point address:"), Some(format!("{entry:#x}")));
        assert_eq!(
            field("Number of section headers:"),
            Some(sections.to_string())
        );
        println!("readelf says the same");
    }
    Ok(())
}
