//! A branch at run time needs both its halves to link: a missing function fails before any run.
//!
//! `std::env::consts::OS` is Go's `runtime.GOOS`, a string that says for which system the program
//! was built. It can choose a path, a default, a text. It cannot choose between calls of which only
//! one exists here: the linker wants every function that the program names, whether or not it will ever
//! be called. So `kqueue` in a branch for macOS stops the build on Linux, with "undefined", and takes
//! a `#[cfg]`, or a look-up by name while the program runs (`dlsym`), which is how std finds calls that
//! an older system lacks.
//!
//! Needs: rustc
#![allow(unsafe_code)] // dlsym(3) as C has it

use std::env::consts::OS;
use std::ffi::CStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use nix::libc;

/// NAME is called if an argument says so. Nobody gives it one.
const SOURCE: &str = r#"
unsafe extern "C" {
    fn NAME(size: i32) -> i32;
}
fn main() {
    if std::env::args().any(|argument| argument == "call it") {
        // SAFETY: makes a descriptor, if it exists.
        unsafe { NAME(0) };
    }
    println!("not called, all is well");
}"#;

fn main() -> anyhow::Result<()> {
    let (native, foreign) = match OS {
        "linux" => (c"epoll_create1", c"kqueue"),
        _ => (c"kqueue", c"epoll_create1"),
    };
    println!(
        "this is {OS}: {} and no {}",
        native.to_str()?,
        foreign.to_str()?
    );
    let folder = tempfile::tempdir()?;

    let program = folder.path().join("program");
    let built = build(&program, native)?;
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let ran = Command::new(&program).output()?;
    print!(
        "with {}: {}",
        native.to_str()?,
        String::from_utf8_lossy(&ran.stdout)
    );
    assert_eq!(ran.stdout, b"not called, all is well\n");

    let refused = build(&folder.path().join("never"), foreign)?;
    let messages = String::from_utf8_lossy(&refused.stderr).to_lowercase();
    let reason = messages.lines().find(|line| line.contains("undefined"));
    println!(
        "with {}: {}",
        foreign.to_str()?,
        reason.unwrap_or("?").trim()
    );
    assert!(!refused.status.success());
    assert!(
        reason.is_some() && messages.contains(foreign.to_str()?),
        "{messages}"
    );
    assert!(!folder.path().join("never").exists(), "nothing to run");

    println!(
        "asked while running: {} {}, {} {}",
        native.to_str()?,
        exists(native),
        foreign.to_str()?,
        exists(foreign)
    );
    assert!(exists(native) && !exists(foreign));
    Ok(())
}

/// Checked and linked. Without optimisation, which might find out that a branch is never taken.
fn build(program: &Path, function: &CStr) -> anyhow::Result<Output> {
    let source = program.with_extension("rs");
    fs::write(&source, SOURCE.replace("NAME", function.to_str()?))?;
    let mut rustc = Command::new("rustc");
    rustc
        .args(["--edition=2024", "-Cdebuginfo=0"])
        .arg(&source)
        .arg("-o")
        .arg(program);
    Ok(rustc.output()?)
}

fn exists(function: &CStr) -> bool {
    // SAFETY: the name is a C string; the address is compared with null and not used.
    let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, function.as_ptr()) };
    !address.is_null()
}
