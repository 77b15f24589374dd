//! The kernel starts another program than the one asked for: the dynamic linker, which loads the rest.
//!
//! A program that needs libraries names, in `PT_INTERP`, a program that will load them. `execve` maps both
//! and jumps into that one. It opens each library, maps it, fills in addresses, and only then jumps to
//! the entry point that the file's header says. So long as it works no line of yours has run, and the
//! addresses that the kernel hands over say where everything is: `AT_BASE` is the dynamic linker,
//! `AT_ENTRY` your own first instruction.
//!
//! Linux only: auxiliary vector and /proc.
//!
//! ```syscalls
//! !openat(*libc.so*
//! openat(AT_FDCWD, "/proc/self/auxv", *) = $fd
//! ```

use std::error::Error;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use loader::bytes::Mapped;
use loader::elf::Elf;

const AT_BASE: u64 = 7;
const AT_ENTRY: u64 = 9;

/// What the kernel laid on the stack for the dynamic linker.
fn auxiliary(key: u64) -> Result<u64, Box<dyn Error>> {
    let vector = fs::read("/proc/self/auxv")?;
    let mut words = vector
        .chunks_exact(8)
        .map(|word| u64::from_ne_bytes(word.try_into().expect("eight")));
    while let (Some(found), Some(value)) = (words.next(), words.next()) {
        if found == key {
            return Ok(value);
        }
    }
    Err("the kernel does not say".into())
}

/// The file that is mapped at an address.
fn mapped_at(address: u64) -> Result<String, Box<dyn Error>> {
    for line in fs::read_to_string("/proc/self/maps")?.lines() {
        let (range, _) = line.split_once(' ').ok_or("a line without a range")?;
        let (start, end) = range.split_once('-').ok_or("a range without an end")?;
        let range = u64::from_str_radix(start, 16)?..u64::from_str_radix(end, 16)?;
        if range.contains(&address) {
            return Ok(line
                .split_whitespace()
                .nth(5)
                .unwrap_or_default()
                .to_owned());
        }
    }
    Err("nothing is there".into())
}

fn main() -> Result<(), Box<dyn Error>> {
    let myself = std::env::current_exe()?;
    let file = Mapped::open(&myself)?;
    let elf = Elf::parse(&file)?;
    let interpreter = elf.interpreter()?.ok_or("a static program")?;
    let interpreter = Path::new(std::ffi::OsStr::from_bytes(interpreter));
    println!("PT_INTERP:  {}", interpreter.display());

    let linker = mapped_at(auxiliary(AT_BASE)?)?;
    println!("AT_BASE:    in {linker}");
    assert_eq!(fs::canonicalize(interpreter)?, Path::new(&linker));

    let entry = auxiliary(AT_ENTRY)?;
    println!("AT_ENTRY:   in {}", mapped_at(entry)?);
    assert_eq!(Path::new(&mapped_at(entry)?), myself);
    assert_eq!(
        entry & 0xfff,
        elf.header().entry & 0xfff,
        "as the header says, but for whole pages"
    );

    let maps = fs::read_to_string("/proc/self/maps")?;
    assert!(maps.contains("/libc.so.6"));
    println!("libc is in memory before main, and nobody here has opened it.");
    Ok(())
}
