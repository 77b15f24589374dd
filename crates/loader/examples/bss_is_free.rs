//! A megabyte of zeroes adds nothing to a program's file; a megabyte of ones adds a megabyte.
//!
//! `.bss` has an address and a size and no bytes: the kernel maps fresh pages there, which are zero
//! anyway. The compiler puts each static whose bytes are all zero into it. One single byte that is not
//! zero, and the whole array moves to `.data` and into the file.
//!
//! Linux only: the sections of Mach-O files have other names.
//! Needs: rustc

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use loader::bytes::Mapped;
use loader::elf::Elf;

const MEGABYTE: u64 = 1 << 20;

/// An object file with one static.
fn compile(folder: &Path, name: &str, value: &str) -> Result<PathBuf, Box<dyn Error>> {
    let source = folder.join(format!("{name}.rs"));
    let object = folder.join(format!("{name}.o"));
    let text = format!("#![no_std]\n#[unsafe(no_mangle)]\npub static mut ARRAY: {value};\n");
    fs::write(&source, text)?;
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition=2024", "--crate-type=lib", "--emit=obj", "-o"]);
    let status = rustc.arg(&object).arg(&source).status()?;
    assert!(status.success(), "rustc: {status}");
    Ok(object)
}

/// The sizes of `.bss` and `.data`, and of the file.
fn sizes(path: &Path) -> Result<[u64; 3], Box<dyn Error>> {
    let file = Mapped::open(path)?;
    let elf = Elf::parse(&file)?;
    let total = |start: &str| {
        let named = |name: &[u8]| name.starts_with(start.as_bytes());
        let sections = elf.sections().iter();
        let sections = sections.filter(|section| elf.section_name(section).is_ok_and(named));
        sections.map(|section| section.size).sum()
    };
    Ok([total(".bss"), total(".data"), file.len() as u64])
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let none = sizes(&compile(folder.path(), "none", "[u8; 1] = [0]")?)?;
    let zeroes = sizes(&compile(
        folder.path(),
        "zeroes",
        "[u8; 1 << 20] = [0; 1 << 20]",
    )?)?;
    let ones = sizes(&compile(
        folder.path(),
        "ones",
        "[u8; 1 << 20] = [1; 1 << 20]",
    )?)?;
    println!("              .bss     .data      file");
    for (name, [bss, data, file]) in [
        ("1 zero", none),
        ("1 MiB zeroes", zeroes),
        ("1 MiB ones", ones),
    ] {
        println!("{name:<12} {bss:>8} {data:>8} {file:>8}");
    }
    assert_eq!(zeroes[0], MEGABYTE);
    assert!(
        zeroes[2] < none[2] + 4096,
        "a size takes no more room than another"
    );
    assert_eq!((ones[0], ones[1]), (0, MEGABYTE));
    assert!(ones[2] >= none[2] + MEGABYTE);
    Ok(())
}
