//! `println!` is a macro: what is in the machine code is a call of `std::io::_print`.
//!
//! The macro makes a value of the texts and the arguments, and the one function that std has for all of it
//! gets that. In Go's listing the same place says `CALL fmt.Fprintln`, in C's `call puts`, even
//! where the source has `printf`: the compiler knows that nothing needs formatting.
//!
//! The lesson reads its own `main`.
//!
//! Linux only: the chapter's disassembler reads ELF.

use std::env;
use std::error::Error;

use loader::bytes::Mapped;
use loader::disasm::{Line, Listing, Syntax};
use loader::elf::Elf;

fn main() -> Result<(), Box<dyn Error>> {
    let bytes = Mapped::open(&env::current_exe()?)?;
    let listing = Listing::new(Elf::parse(&bytes)?, Syntax::Att)?;
    let main = &listing.functions("find_the_print_call::main")?[0];
    let lines = listing
        .decoder
        .lines(main.code, main.address, &listing.names);

    // The address comes from memory, in the call itself or in the instruction before it.
    let is_call = |line: &Line<'_>| line.mnemonic.ends_with("call") || line.mnemonic == "bl";
    let calls: Vec<_> = lines.windows(2).filter(|pair| is_call(&pair[1])).collect();
    let call_of = |name: &str| {
        let named = |line: &Line<'_>| line.operands.contains(name);
        calls.iter().find(|pair| pair.iter().any(named))
    };
    let print = call_of("std::io::stdio::_print").ok_or("nothing is printed")?;
    for line in *print {
        println!("{:x} {} {}", line.address, line.mnemonic, line.operands);
    }
    println!("is one of {} calls in main", calls.len());
    assert!(call_of("std::env::current_exe").is_some());
    assert!(call_of("println").is_none(), "there is no such function");
    Ok(())
}
