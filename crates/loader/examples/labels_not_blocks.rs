//! Machine code has no blocks: an `if` and a `while` are jumps to addresses within the function.
//!
//! Braces, scopes and indentation end with the compiler. What is left is a list of instructions, run one
//! after the other, and the jumps among them: forward over what an `if` leaves out, backward to where
//! a loop begins. A label is only a name for an address, and after assembling not even that.
//!
//! The lesson reads its own file and prints the jumps of one of its functions.
//!
//! Linux only: the chapter's disassembler reads ELF.

use std::env;
use std::error::Error;

use loader::bytes::Mapped;
use loader::disasm::{Listing, Syntax};
use loader::elf::Elf;

#[inline(never)]
fn sum_of_odd(limit: u32) -> u32 {
    let (mut number, mut sum) = (0, 0);
    while number < limit {
        if number & 1 == 1 {
            sum += number;
        }
        number += 1;
    }
    sum
}

fn main() -> Result<(), Box<dyn Error>> {
    assert_eq!(sum_of_odd(10), 25);
    let bytes = Mapped::open(&env::current_exe()?)?;
    let listing = Listing::new(Elf::parse(&bytes)?, Syntax::Att)?;
    let function = &listing.functions("labels_not_blocks::sum_of_odd")?[0];
    let within = function.address..function.address + function.code.len() as u64;

    let (mut forward, mut backward) = (0, 0);
    for line in listing
        .decoder
        .lines(function.code, function.address, &listing.names)
    {
        let inside = line.target.filter(|target| within.contains(target));
        if let Some(target) = inside {
            println!("{:x} {:5} {}", line.address, line.mnemonic, line.operands);
            forward += usize::from(target > line.address);
            backward += usize::from(target < line.address);
        }
    }
    println!("{forward} jumps forward, {backward} backward");
    assert!(forward >= 2, "one leaves the loop, one leaves out the sum");
    assert!(backward >= 1, "one goes back to the loop's condition");
    Ok(())
}
