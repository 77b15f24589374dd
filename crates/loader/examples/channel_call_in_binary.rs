//! Making a channel is a call of a library function, which the listing shows by name.
//!
//! Go has channels in the language, and yet `make(chan int)` compiles to `CALL runtime.makechan`, a send
//! to `runtime.chansend1`. Rust has them in the library, and the call is of the function that one has
//! written, made once for each type of message. The processor knows nothing of either: a channel is memory, a lock, and
//! two lists of who waits.
//!
//! Linux only: the chapter's disassembler reads ELF.

use std::env;
use std::error::Error;
use std::sync::mpsc;

use loader::bytes::Mapped;
use loader::disasm::{Listing, Syntax};
use loader::elf::Elf;

fn main() -> Result<(), Box<dyn Error>> {
    let (sender, receiver) = mpsc::channel::<u64>();
    sender.send(7)?;
    assert_eq!(receiver.recv()?, 7);

    let bytes = Mapped::open(&env::current_exe()?)?;
    let listing = Listing::new(Elf::parse(&bytes)?, Syntax::Att)?;
    let main = &listing.functions("channel_call_in_binary::main")?[0];
    let lines = listing
        .decoder
        .lines(main.code, main.address, &listing.names);
    let names = lines
        .iter()
        .filter_map(|line| listing.names.at(line.target?));
    let called: Vec<&str> = names
        .map(|name| name.text.as_str())
        .filter(|name| name.contains("mpsc"))
        .collect();
    called.iter().for_each(|name| println!("main calls {name}"));
    let calls = |part: &str| called.iter().any(|name| name.contains(part));
    assert!(
        calls("channel") && calls("send") && calls("recv"),
        "{called:?}"
    );
    Ok(())
}
