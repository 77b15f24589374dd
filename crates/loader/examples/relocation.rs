//! An object's calls have no target yet; the linker writes the distances once all addresses are known.
//!
//! In the object the operand of a call is 0, and a relocation says: here belongs the distance to
//! `triple`, less 4 because the processor counts from the end of the instruction. On arm64 the distance is counted
//! in instructions and has 26 bits of the call's own four bytes. The executable has the number and no relocation.
//!
//! The lesson links with the chapter's own linker, which does no more than this, and runs the result.
//!
//! Linux only: the linker makes ELF files.
//! Needs: cc

use std::error::Error;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use loader::disasm::{Line, Listing, Names, Syntax};
use loader::elf::Elf;
use loader::link::link;

#[cfg(target_arch = "x86_64")]
const EXIT: &str = "__asm__ volatile(\"syscall\" :: \"a\"(60), \"D\"(status));";
#[cfg(target_arch = "aarch64")]
const EXIT: &str = "register long a __asm__(\"x0\") = status, n __asm__(\"x8\") = 93; __asm__ volatile(\"svc 0\" :: \"r\"(a), \"r\"(n));";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let main = format!(
        "int triple(int); void _start(void) {{ long status = triple(14); {EXIT} __builtin_unreachable(); }}"
    );
    fs::write(folder.path().join("main.c"), main)?;
    fs::write(
        folder.path().join("triple.c"),
        "int factor = 3; int triple(int n) { return factor * n; }",
    )?;
    let mut cc = Command::new("cc");
    cc.args([
        "-c",
        "-O1",
        "-ffreestanding",
        "-fno-pic",
        "-fno-stack-protector",
    ]);
    let built = cc
        .args(["main.c", "triple.c"])
        .current_dir(folder.path())
        .status()?;
    assert!(built.success());
    let objects = [
        fs::read(folder.path().join("main.o"))?,
        fs::read(folder.path().join("triple.o"))?,
    ];

    let elf = Elf::parse(&objects[0])?;
    let listing = Listing::new(elf, Syntax::Att)?;
    let code = listing
        .pieces()?
        .into_iter()
        .find(|piece| piece.name == ".text")
        .ok_or("no code")?;
    let lines = listing
        .decoder
        .lines(code.code, code.address, &listing.names);
    let call = lines.iter().find(|line| is_call(line)).ok_or("no call")?;
    println!(
        "in main.o:  {:02x?} {} {}",
        call.bytes, call.mnemonic, call.operands
    );
    assert_eq!(operand(call.bytes), 0);

    let program = link(&[&objects[0], &objects[1]], "_start")?;
    let path = folder.path().join("program");
    fs::write(&path, &program)?;
    fs::set_permissions(&path, Permissions::from_mode(0o755))?;

    let elf = Elf::parse(&program)?;
    let start = elf.header().entry;
    let offset = elf.offset_of(start).ok_or("the entry is not in the file")? as usize;
    let code = &program[offset..][..code.code.len()];
    let lines = listing.decoder.lines(code, start, &Names::default());
    let call = lines.iter().find(|line| is_call(line)).ok_or("no call")?;
    println!(
        "in program: {:02x?} {} {}",
        call.bytes, call.mnemonic, call.operands
    );
    assert_ne!(operand(call.bytes), 0);
    assert!(call.target.is_some_and(|target| target > start));

    let status = Command::new(&path).status()?;
    println!("the program gives {status}");
    assert_eq!(status.code(), Some(42));
    Ok(())
}

fn is_call(line: &Line<'_>) -> bool {
    matches!(line.mnemonic.as_str(), "call" | "bl")
}

/// The number in a call: the last four bytes of `call`, the low 26 bits of `bl`.
fn operand(bytes: &[u8]) -> u32 {
    let word = u32::from_le_bytes(*bytes.last_chunk().expect("a call has four bytes or more"));
    if cfg!(target_arch = "aarch64") {
        word & 0x3ff_ffff
    } else {
        word
    }
}
