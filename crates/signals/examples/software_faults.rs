//! A division by zero in Rust is a panic with status 101; a store to address 0 is a SEGV.
//!
//! The processor raises a fault, and the kernel turns it into a signal: FPE for the division (on x86-64;
//! arm64 divides by zero and gets 0), SEGV for the address. Rust never lets the division happen: it
//! compares first. So the instructions are written out here.
//!
//! Sound: the instructions end the process, as they are to; each child does one of them.
#![allow(unsafe_code)]

use std::arch::asm;
use std::env;
use std::error::Error;
use std::hint::black_box;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};

use nix::sys::resource::{Resource, setrlimit};
use signals::signal::Signal;

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(what) = env::args().nth(1) {
        setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
        match what.as_str() {
            "panic" => println!("{}", 1 / black_box(0)),
            "divide" => divide(),
            _ => store(),
        }
        return Ok(());
    }
    assert_eq!(child("panic")?.code(), Some(101));
    assert_eq!(child("store")?.signal(), Some(Signal::SEGV.number()));
    let divided = child("divide")?;
    match cfg!(target_arch = "x86_64") {
        true => assert_eq!(divided.signal(), Some(Signal::FPE.number())),
        false => assert_eq!(divided.code(), Some(0)),
    }
    Ok(())
}

fn child(what: &str) -> Result<ExitStatus, Box<dyn Error>> {
    let status = Command::new(env::current_exe()?)
        .arg(what)
        .stderr(Stdio::null())
        .status()?;
    println!("{what}: {status}");
    Ok(status)
}

#[cfg(target_arch = "x86_64")]
fn divide() {
    // SAFETY: the fault ends the process here; nothing after it runs.
    unsafe { asm!("div {0:e}", in(reg) 0_u32, inout("eax") 1_u32 => _, inout("edx") 0_u32 => _) };
}

#[cfg(target_arch = "aarch64")]
fn divide() {
    let quotient: u64;
    // SAFETY: the instruction computes from registers only.
    unsafe { asm!("udiv {0}, {1}, {2}", out(reg) quotient, in(reg) 1_u64, in(reg) 0_u64) };
    assert_eq!(quotient, 0);
}

#[cfg(target_arch = "x86_64")]
fn store() {
    // SAFETY: the fault ends the process here; nothing after it runs.
    unsafe { asm!("mov byte ptr [{0}], 1", in(reg) 0_usize) };
}

#[cfg(target_arch = "aarch64")]
fn store() {
    // SAFETY: the fault ends the process here; nothing after it runs.
    unsafe { asm!("strb wzr, [{0}]", in(reg) 0_usize) };
}
