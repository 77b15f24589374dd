//! `fork` returns twice, and the child's memory is a copy: what it writes, the parent does not see.
//!
//! It is the one call that comes back in two processes: with the child's pid in the parent, with 0 in the
//! child. Both go on at the same line with the same variables at the same addresses. The pages are shared
//! until one of the two writes (copy-on-write). Descriptors are copied too, but not the open files behind
//! them: the position in the file is one for both.
//!
//! Go cannot fork at all (its runtime has threads, see `fork-with-threads`); in Rust it is `unsafe` for
//! the same reason.
//!
//! ```syscalls
//! clone(child_stack=NULL, *) = $child
//! wait4($child, *WEXITSTATUS(s) == 7*) = $child
//! ```

#![allow(unsafe_code)]

use std::fs::File;
use std::io::{Read, Seek, Write};

use nix::libc;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork, getpid};

fn main() -> anyhow::Result<()> {
    let parent = getpid();
    let mut number = 1;
    let address = &raw const number as usize;
    let mut file = tempfile::tempfile()?;

    // SAFETY: this program has one thread, so the copy is whole, locks included.
    match unsafe { fork() }? {
        ForkResult::Child => {
            number = 2;
            let same = &raw const number as usize == address;
            let code = if same && number == 2 && write_down(&mut file) {
                7
            } else {
                1
            };
            // SAFETY: ends the copy before it runs the rest of main.
            unsafe { libc::_exit(code) }
        }
        ForkResult::Parent { child } => {
            let ended = waitpid(child, None)?;
            println!("I am {parent}, my child was {child}: {ended:?}");
            println!("number is {number} here, and was 2 there, at the same address");
            assert_eq!(ended, WaitStatus::Exited(child, 7));
            assert_eq!(number, 1);
        }
    }
    // The position was moved by the child.
    assert_eq!(file.stream_position()?, 5);
    file.rewind()?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    assert_eq!(text, "child");
    Ok(())
}

fn write_down(file: &mut File) -> bool {
    file.write_all(b"child").is_ok()
}
