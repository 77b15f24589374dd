//! A function with a large frame first touches each page of it, so that an overflow cannot go unseen.
//!
//! Below a thread's stack lies a page that nobody may touch: whoever runs over the end hits it and dies. A
//! function that takes 1 MiB at once could step over it, into other memory. So the compiler writes
//! *stack probes*: one store in every page, from the top down. A frame smaller than a page needs none.
//!
//! Go's functions begin with another check: `cmpq 16(r14), rsp; jbe` to `runtime.morestack`, in nearly all
//! of them. A goroutine's stack starts with 2 KiB and is moved to a larger place when it is full. Rust's
//! stacks never move, so nothing has to be checked.
//!
//! Linux only: the chapter's disassembler reads ELF.

use std::error::Error;
use std::hint::black_box;
use std::process::Command;
use std::{env, thread};

use loader::bytes::Mapped;
use loader::disasm::{Listing, Syntax};
use loader::elf::Elf;

#[inline(never)]
fn small(number: u8) -> u8 {
    let frame = [number; 64];
    black_box(&frame)[usize::from(number) % 64]
}

#[inline(never)]
fn large(number: u8) -> u8 {
    let frame = [number; 1 << 20];
    black_box(&frame)[usize::from(number)]
}

fn main() -> Result<(), Box<dyn Error>> {
    if env::var_os("OVERFLOW").is_some() {
        let thread = thread::Builder::new().stack_size(256 << 10);
        let sum = thread.spawn(|| large(1))?.join();
        println!("never printed: {sum:?}");
        return Ok(());
    }
    assert_eq!(small(1) + large(2), 3);
    let bytes = Mapped::open(&env::current_exe()?)?;
    let listing = Listing::new(Elf::parse(&bytes)?, Syntax::Att)?;
    let (few, many) = (probes(&listing, "small")?, probes(&listing, "large")?);
    println!("probes in the code of small: {few}, of large: {many} (in a loop)");
    assert_eq!(few, 0);
    assert!(many >= 1);

    let child = Command::new(env::current_exe()?)
        .env("OVERFLOW", "1")
        .output()?;
    let message = String::from_utf8_lossy(&child.stderr);
    println!(
        "a thread with 256 KiB calls large: {}",
        message.trim().lines().next().unwrap_or_default()
    );
    assert!(message.contains("has overflowed its stack"));
    assert!(child.stdout.is_empty() && !child.status.success());
    Ok(())
}

/// How many instructions store a zero at the stack pointer.
fn probes(listing: &Listing<'_>, name: &str) -> Result<usize, Box<dyn Error>> {
    let function = &listing.functions(&format!("stack_check_prologue::{name}"))?[0];
    let lines = listing
        .decoder
        .lines(function.code, function.address, &listing.names);
    let probe = |text: &str| matches!(text, "$0x0,(%rsp)" | "xzr, [sp]");
    Ok(lines.iter().filter(|line| probe(&line.operands)).count())
}
