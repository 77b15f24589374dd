//! `cargo run` becomes the program that it has built, so a signal to its number reaches the program.
//!
//! `go run` stays, as the program's parent, and a TERM that is sent to it goes no further. cargo execs on
//! Unix: one process, one number. A shell does the same for `exec`, and for little else.
//!
//! Needs: cargo

use std::error::Error;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use signals::signal::Signal;

const PROGRAM: &str = "fn main() {
    let number = std::process::id();
    let status = std::process::Command::new(\"kill\").arg(number.to_string()).status();
    println!(\"still here: {status:?}\");
}";

const MANIFEST: &str = "[package]\nname = \"wrapped\"\nedition = \"2024\"\n[workspace]\n";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("src"))?;
    fs::write(folder.path().join("Cargo.toml"), MANIFEST)?;
    fs::write(folder.path().join("src/main.rs"), PROGRAM)?;

    // The program ends itself by a TERM. If cargo were still there it would end with a code.
    let cargo = Command::new("cargo")
        .args(["run", "--quiet", "--offline"])
        .current_dir(folder.path())
        .env("CARGO_TARGET_DIR", folder.path().join("target"))
        .stderr(Stdio::null())
        .status()?;
    println!("cargo run: {cargo}");
    assert_eq!(cargo.signal(), Some(Signal::TERM.number()));

    // A shell that has more to do stays, and turns the signal into a code.
    let shell = Command::new("sh")
        .args(["-c", "sh -c 'kill $$'; exit $?"])
        .status()?;
    println!("sh -c '…; exit $?': {shell}");
    assert_eq!(shell.code(), Some(128 + Signal::TERM.number()));
    Ok(())
}
