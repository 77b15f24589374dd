//! The debug information knows the file and the line of each instruction, and what was inlined where.
//!
//! A panic's message has its line as text in the program. All else that speaks of lines, backtraces,
//! debuggers, profilers, looks the address up: in DWARF's line table, which the compiler writes beside the
//! code and `strip` removes. An inlined function has no address of its own; a tree of ranges says
//! which instructions came from it, so a backtrace can still name it.
//!
//! Linux only: on macOS the debug information is in files beside the program.

use std::env;
use std::error::Error;

use loader::bytes::Mapped;
use loader::disasm::{Listing, Syntax};
use loader::elf::Elf;
use loader::lines::Lines;

#[inline(always)]
fn inlined(number: u32) -> u32 {
    number.wrapping_mul(0x9e37_79b1)
}

#[inline(never)]
fn marker(number: u32) -> u32 {
    inlined(number) ^ 1
}

/// The line of `fn marker`.
const LINE: u32 = line!() - 5;

fn main() -> Result<(), Box<dyn Error>> {
    assert_eq!(marker(0), 1);
    let bytes = Mapped::open(&env::current_exe()?)?;
    let elf = Elf::parse(&bytes)?;
    let (listing, lines) = (Listing::new(elf, Syntax::Att)?, Lines::of(&elf)?);
    let function = &listing.functions("debug_info::marker")?[0];
    let place = lines
        .place(function.address)
        .ok_or("no debug information")?;
    println!(
        "{:#x} is {}:{}",
        function.address,
        place.file.display(),
        place.line
    );
    assert!(place.file.ends_with("examples/debug_info.rs"));
    assert_eq!(place.line, LINE);

    let end = function.address + function.code.len() as u64;
    let stacks = (function.address..end).map(|address| lines.frames(address));
    let deepest = stacks.max_by_key(Vec::len).ok_or("no code")?;
    let names: Vec<_> = deepest
        .iter()
        .filter_map(|frame| frame.function.as_deref())
        .collect();
    println!(
        "one of its instructions belongs to {}",
        names.join(", inlined in ")
    );
    assert!(names.iter().any(|name| name.ends_with("inlined")));
    assert!(names.last().is_some_and(|name| name.ends_with("marker")));
    Ok(())
}
