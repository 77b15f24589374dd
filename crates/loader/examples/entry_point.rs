//! The first instruction of a program is not main's.
//!
//! The header's entry point is `_start`, a few instructions that come with the C library. They pick up
//! the arguments from the stack and call the library, which calls the C `main`, which Rust's standard
//! library brings along, and which at last calls yours. So there are two functions called main in a Rust
//! program, and neither is where it starts.
//!
//! Linux only: a Mach-O file names its main, and the dynamic linker does what _start does.

use std::error::Error;

use loader::bytes::Mapped;
use loader::elf::{Elf, Symbol, Symbols};

/// The defined function that starts at `address`.
fn function_at(symbols: &Symbols<'_>, address: u64) -> Result<String, Box<dyn Error>> {
    let is_there =
        |symbol: &Symbol| symbol.is_defined() && symbol.value == address && symbol.kind() == 2;
    let symbol = symbols
        .iter()
        .find(is_there)
        .ok_or("nothing starts there")?;
    Ok(String::from_utf8_lossy(symbols.name(&symbol)?).into_owned())
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = Mapped::open(&std::env::current_exe()?)?;
    let elf = Elf::parse(&file)?;
    let symbols = elf.symbols()?.ok_or("this program is stripped")?;

    let entry = elf.header().entry;
    let first = function_at(&symbols, entry)?;
    println!("{entry:#8x} {first}");
    assert_eq!(first, "_start");

    let c_main = symbols.defined(b"main").ok_or("there is no C main")?;
    println!("{:#8x} main, for the C library", c_main.value);
    assert_ne!(c_main.value, entry);

    let mut rust_main = None;
    for symbol in symbols.iter().filter(Symbol::is_defined) {
        let name = String::from_utf8_lossy(symbols.name(&symbol)?);
        let name = rustc_demangle::demangle(&name);
        if format!("{name:#}") == "entry_point::main" {
            println!("{:#8x} {name:#}, this function", symbol.value);
            rust_main = Some(symbol.value);
        }
    }
    let rust_main = rust_main.ok_or("this function is not in the file")?;
    assert!(rust_main != c_main.value && rust_main != entry);
    // All code of a file moves together, so that distances in memory are distances in the file.
    let text = elf.section_named(".text").ok_or("no code")?.1;
    assert!(text.holds(entry) && text.holds(rust_main));
    Ok(())
}
