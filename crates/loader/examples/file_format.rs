//! The first bytes of a file say which system's loader can read it, and for which processor.
//!
//! A loader does not go by the name of a file. Linux looks for `7f 45 4c 46`, macOS for a number that
//! reads `cffaedfe` on disk, Windows for `MZ` and behind it, at a place that it has to look up, `PE`. The
//! processor is a number in each, and each numbers processors in its own way.

use std::error::Error;

use loader::bytes::Mapped;
use loader::image::{Format, Image};
use loader::macho::names::cpu;

/// A Mach-O header of an empty object file for arm64.
const FOR_MACOS: [u32; 8] = [0xfeed_facf, 0x0100_000c, 0, 1, 0, 0, 0, 0];

/// The two headers of an empty program for Windows on arm64, as far as a loader must look to name it.
fn for_windows() -> Vec<u8> {
    let mut file = vec![0; 0x40 + 24 + 112];
    file[..2].copy_from_slice(b"MZ");
    file[0x3c] = 0x40;
    file[0x40..0x44].copy_from_slice(b"PE\0\0");
    file[0x44..0x46].copy_from_slice(&0xaa64_u16.to_le_bytes());
    file[0x40 + 20] = 112;
    file[0x40 + 24..0x40 + 26].copy_from_slice(&0x20b_u16.to_le_bytes());
    file
}

fn machine(file: &[u8]) -> Result<String, Box<dyn Error>> {
    let name = match Image::parse(file)? {
        Image::Elf(elf) => elf.header().machine.name(),
        Image::Macho(file) => cpu(file.header().cpu),
        Image::Fat(_) => Some("several processors"),
        Image::Pe(pe) => loader::pe::names::machine(pe.header().machine),
    };
    Ok(name.ok_or("an unknown processor")?.to_owned())
}

fn main() -> Result<(), Box<dyn Error>> {
    let myself = Mapped::open(&std::env::current_exe()?)?;
    let macos: Vec<u8> = FOR_MACOS
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    let windows = for_windows();
    let mut seen = Vec::new();
    for file in [&myself[..], &macos, &windows] {
        let format = Format::of(file).ok_or("no format that we know")?;
        println!(
            "{:02x?} {:<7} {}",
            &file[..4],
            format.name(),
            machine(file)?
        );
        seen.push((format, machine(file)?));
    }

    let ours = if cfg!(target_os = "macos") {
        Format::Macho
    } else {
        Format::Elf
    };
    let processor = if cfg!(target_arch = "x86_64") {
        "x86-64"
    } else {
        "arm64"
    };
    assert_eq!(seen[0], (ours, processor.to_owned()));
    assert_eq!(seen[1], (Format::Macho, "arm64".to_owned()));
    assert_eq!(seen[2], (Format::Pe, "arm64".to_owned()));
    assert_eq!(
        Format::of(b"#!/bin/sh\n"),
        None,
        "a script has no processor"
    );
    Ok(())
}
