//! Bytes in a map become a function when the page is made executable, and not before.
//!
//! This is the heart of a just-in-time compiler: write instructions into memory, switch the pages
//! from writable to executable, call them. A page that is never both is the rule *W^X*: a bug that
//! writes somewhere cannot be made to run what it wrote. Without the switch the processor refuses to
//! fetch from the page, and the process dies by SIGSEGV (SIGBUS on macOS).
//!
//! On arm64 the instruction cache has to be told of the new code; on Apple's processors the page is
//! mapped with `MAP_JIT` and switched by thread, with no `mprotect`. [`Code`] does both.
//!
//! ```syscalls
//! mmap(NULL, *, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = $code
//! mprotect($code, *, PROT_READ|PROT_EXEC) = 0
//! munmap($code, *) = 0
//! ```
// Whether bytes are a function only their author knows.
#![allow(unsafe_code)]

use std::env;
use std::io;
use std::mem;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use mmap::map::{Anonymous, Code};

/// `mov eax, 42` and `ret`
#[cfg(target_arch = "x86_64")]
const ANSWER: &[u8] = &[0xb8, 42, 0, 0, 0, 0xc3];

/// `mov w0, #42` and `ret`
#[cfg(target_arch = "aarch64")]
const ANSWER: &[u8] = &[0x40, 0x05, 0x80, 0x52, 0xc0, 0x03, 0x5f, 0xd6];

fn main() -> io::Result<()> {
    if env::var_os("CALL_DATA").is_some() {
        return call_data();
    }
    let code = Code::new(ANSWER)?;
    // SAFETY: the bytes are a function that returns a number and touches nothing else.
    let answer = unsafe { code.call() };
    println!("{ANSWER:02x?} returned {answer}");
    assert_eq!(answer, 42);

    let status = Command::new(env::current_exe()?)
        .env("CALL_DATA", "1")
        .status()?;
    println!("the same bytes in a page that is not executable: {status}");
    assert!(status.signal().is_some());
    Ok(())
}

fn call_data() -> io::Result<()> {
    let mut data = Anonymous::new(ANSWER.len())?;
    data.copy_from_slice(ANSWER);
    // SAFETY: an address has the size of a function pointer.
    let function: extern "C" fn() -> i32 = unsafe { mem::transmute(data.as_ptr()) };
    println!("never printed: {}", function());
    Ok(())
}
