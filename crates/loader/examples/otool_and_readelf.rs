//! `nm`, `readelf`, `objdump` and `otool` find the same function at the same address.
//!
//! Each system has its own tools: GNU's binutils on Linux, `otool` on macOS (LLVM's `objdump` on both), `go
//! tool nm` and `go tool objdump` with Go. They print one symbol table in several ways. Its names are
//! *mangled*: a linker knows plain names only, so compilers put module, types and a hash into them.
//!
//! Needs: nm

use std::env;
use std::error::Error;
use std::process::{Command, Stdio};

#[inline(never)]
fn looked_for_by_all(number: u32) -> u32 {
    number.rotate_left(7)
}

/// Programs that print a symbol a line, with an address of 16 digits.
const TOOLS: &[(&str, &[&str])] = &[
    ("nm", &[]),
    ("readelf", &["-sW"]),
    ("objdump", &["-t"]),
    ("llvm-objdump", &["-t"]),
    ("otool", &["-tV"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    assert_eq!(looked_for_by_all(1), 128);
    let program = env::current_exe()?;
    let mut found = Vec::new();
    for (tool, options) in TOOLS {
        let mut command = Command::new(tool);
        command.args(*options).arg(&program).stderr(Stdio::null());
        // A tool that is not on this system.
        let Ok(output) = command.output() else {
            continue;
        };
        let listing = String::from_utf8_lossy(&output.stdout);
        let mut lines = listing.lines();
        let line = lines.find(|line| line.contains("looked_for_by_all"));
        let line = line.ok_or_else(|| format!("{tool} does not find it"))?;
        // otool has the name on one line, and the address on the next.
        let words = line
            .split_whitespace()
            .chain(lines.next().unwrap_or_default().split_whitespace());
        let address = words.into_iter().find(is_address).ok_or("no address")?;
        println!("{tool:12} {address}");
        found.push(u64::from_str_radix(address, 16)?);
    }
    assert!(!found.is_empty());
    assert!(found.iter().all(|address| *address == found[0]));
    Ok(())
}

fn is_address(word: &&str) -> bool {
    word.len() == 16 && word.chars().all(|digit| digit.is_ascii_hexdigit())
}
