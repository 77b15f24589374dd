//! A store to a read-only map ends the process by a signal, and Rust's type has no way to say it.
//!
//! `PROT_READ` is in the page table, so the processor itself refuses the store; the kernel makes a
//! SIGSEGV of that on Linux and a SIGBUS on macOS. A [`View`] is a `&[u8]`, so a program without
//! `unsafe` cannot get that far: `view[0] = 1` does not compile.
//!
//! In Go a map is a `[]byte` whatever its protection, so the store compiles and the program dies
//! with `unexpected fault address`, which `recover` does not catch.
// The store that the type forbids needs a pointer. It is meant to kill.
#![allow(unsafe_code)]

use std::env;
use std::fs::{self, File};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;

use mmap::map::View;
use nix::sys::signal::Signal;

fn main() -> io::Result<()> {
    if let Some(path) = env::var_os("STORE_TO") {
        return store_to(Path::new(&path));
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("digits");
    fs::write(&path, "0123456789ABCDEF")?;

    let status = Command::new(env::current_exe()?)
        .env("STORE_TO", &path)
        .status()?;
    println!("the child that stored: {status}");
    let expected = match cfg!(target_os = "macos") {
        true => Signal::SIGBUS,
        false => Signal::SIGSEGV,
    };
    assert_eq!(status.signal(), Some(expected as i32));
    assert_eq!(fs::read(&path)?, b"0123456789ABCDEF");
    Ok(())
}

fn store_to(path: &Path) -> io::Result<()> {
    let file = File::options().read(true).write(true).open(path)?;
    // SAFETY: nobody else writes to the file, and nobody cuts it.
    let view = unsafe { View::map(&file) }?;
    println!("the child maps {}", view.escape_ascii());
    // SAFETY: there is none. The processor refuses, and the process ends here.
    unsafe { view.as_ptr().cast_mut().write_volatile(b'X') };
    println!("never printed");
    Ok(())
}
