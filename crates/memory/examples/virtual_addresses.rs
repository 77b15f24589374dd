//! A parent and its child have different values at one and the same address.
//!
//! An address in a program is not a place in the memory chips. The processor translates it with the
//! page table of the process that runs, and each process has a table of its own. After a fork both
//! tables have the same addresses; as soon as one side writes, the page behind them is not the same
//! any more.
//!
//! So a pointer means nothing in another process. What two of them share they name by something
//! else: a file, a descriptor, an offset.
// fork() is unsafe in programs with several threads. This one has one.
#![allow(unsafe_code)]

use std::hint::black_box;
use std::io::{Read, Write, pipe};
use std::process;

use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};

fn main() -> std::io::Result<()> {
    let mut value = Box::new(1u32);
    let address = (&raw const *value).addr();
    let (mut from_child, mut to_parent) = pipe()?;

    // SAFETY: there is one thread, so no lock is held by another.
    let child = match unsafe { fork() }? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            *value = 2;
            let (address, value) = ((&raw const *value).addr(), black_box(*value));
            let told = to_parent.write_all(format!("{address:x} {value}").as_bytes());
            process::exit(told.is_err().into());
        }
    };
    drop(to_parent);
    let mut told = String::new();
    from_child.read_to_string(&mut told)?;
    assert_eq!(waitpid(child, None)?, WaitStatus::Exited(child, 0));

    let (childs_address, childs_value) = told.split_once(' ').expect("it tells both");
    println!("child:  at 0x{childs_address} there is {childs_value}");
    println!("parent: at {address:#x} there is {}", black_box(*value));
    assert_eq!(childs_address, format!("{address:x}"));
    assert_eq!((childs_value, *value), ("2", 1));
    Ok(())
}
