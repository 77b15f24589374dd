//! A listing has address, bytes, instruction and source line, and equals that of `objdump -d`.
//!
//! Address and size of a function stand in the symbol table, its bytes in `.text`. A decoder turns those into
//! instructions, one after the other. The line of each comes from the debug information, where a table says
//! at which address each line begins. That is the whole of `objdump -dl`, and of `go tool objdump`.
//!
//! Linux only: the chapter's disassembler reads ELF.
//! Needs: objdump

use std::error::Error;
use std::process::Command;
use std::{env, path::Path};

use loader::bytes::Mapped;
use loader::disasm::{Function, Listing, Syntax};
use loader::elf::Elf;
use loader::lines::Lines;

#[inline(never)]
fn shown(number: u32) -> u32 {
    number ^ 0x5a
}

/// The line of its `fn`.
const LINE: u32 = line!() - 5;

fn main() -> Result<(), Box<dyn Error>> {
    assert_eq!(shown(1), 0x5b);
    let program = env::current_exe()?;
    let bytes = Mapped::open(&program)?;
    let elf = Elf::parse(&bytes)?;
    let (listing, lines) = (Listing::new(elf, Syntax::Att)?, Lines::of(&elf)?);
    let function = &listing.functions("mini_objdump::shown")?[0];

    let mut ours = Vec::new();
    for line in listing
        .decoder
        .lines(function.code, function.address, &listing.names)
    {
        let place = lines.place(line.address).ok_or("no debug information")?;
        let hex: String = line
            .bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        println!(
            "{:x}  {hex:16} {:6} {:24} line {}",
            line.address, line.mnemonic, line.operands, place.line
        );
        assert!(place.file.ends_with("mini_objdump.rs"));
        assert!((LINE..LINE + 3).contains(&place.line));
        ours.push((line.address, line.mnemonic));
    }
    let theirs = objdump(&program, function)?;
    let addresses =
        |list: &[(u64, String)]| -> Vec<u64> { list.iter().map(|line| line.0).collect() };
    assert_eq!(addresses(&ours), addresses(&theirs));
    // Of some arm64 instructions the two prefer different aliases.
    assert!(cfg!(target_arch = "aarch64") || ours == theirs);
    Ok(())
}

/// Addresses and mnemonics as objdump has them.
fn objdump(program: &Path, function: &Function<'_>) -> Result<Vec<(u64, String)>, Box<dyn Error>> {
    let (from, to) = (
        function.address,
        function.address + function.code.len() as u64,
    );
    let mut objdump = Command::new("objdump");
    objdump.args(["-d", "--no-show-raw-insn"]);
    objdump.args([
        format!("--start-address={from}"),
        format!("--stop-address={to}"),
    ]);
    let output = objdump.arg(program).output()?;
    let listing = String::from_utf8(output.stdout)?;
    let instruction = |line: &str| {
        let (address, text) = line.split_once(":\t")?;
        let address = u64::from_str_radix(address.trim(), 16).ok()?;
        Some((address, text.split_whitespace().next()?.to_owned()))
    };
    Ok(listing.lines().filter_map(instruction).collect())
}
