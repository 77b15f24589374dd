//! A store to a function or to a constant ends the program: SIGSEGV.
//!
//! The type system says that a constant does not change, and a careless `unsafe` says otherwise. The page
//! table has the last word: code and constants are mapped without the right to write, for this process
//! and with the same pages for all others that run the same file. Each store here is made by a child of
//! its own.
//!
//! The stores are unsafe on purpose: each is made by a process of its own that ends by it.
#![allow(unsafe_code)]

use std::env;
use std::error::Error;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode};

use nix::libc;

static CONSTANT: [u8; 4096] = [1; 4096];
static mut VARIABLE: [u8; 4096] = [1; 4096];

fn function() {}

/// Where one may store, and where not.
fn place(name: &str) -> *mut u8 {
    match name {
        "constant" => (&raw const CONSTANT).cast_mut().cast(),
        "function" => function as fn() as *mut u8,
        _ => (&raw mut VARIABLE).cast(),
    }
}

fn store(name: &str) -> ExitCode {
    // No core file of a crash that is meant.
    let nothing = nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_CORE, 0, 0);
    assert!(nothing.is_ok());
    // SAFETY: this is the mistake that the lesson is about. The variable is this thread's alone; the
    // two others have no right to be written, and the kernel ends this process before anything changes.
    unsafe { place(name).write_volatile(2) };
    ExitCode::SUCCESS
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if let Some(name) = env::args().nth(1) {
        return Ok(store(&name));
    }
    for name in ["variable", "constant", "function"] {
        let status = Command::new(env::current_exe()?).arg(name).status()?;
        println!("a store to a {name}: {status}");
        if name == "variable" {
            assert!(status.success());
        } else {
            let signal = status.signal();
            assert!(
                signal == Some(libc::SIGSEGV) || signal == Some(libc::SIGBUS),
                "{status}"
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}
