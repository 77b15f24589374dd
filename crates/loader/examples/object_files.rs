//! A compiled file may use a function that it does not have; the linker finds it in another.
//!
//! `cc -c` stops before linking: the result is an *object file*. It has code, and a table of symbols, where
//! a function that is only called stands as undefined (`U`), one that is there as text (`T`). Linking is
//! finding for each `U` the one file that has a `T`: none is "undefined reference", two are "multiple
//! definition".
//!
//! Rust and Go do the same with crates and packages; a crate's `.rlib` is an archive of object files.
//!
//! Needs: cc, nm

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    fs::write(
        folder.join("main.c"),
        "int answer(void); int main(void) { return answer(); }",
    )?;
    fs::write(folder.join("answer.c"), "int answer(void) { return 42; }")?;
    assert!(
        run(folder, "cc", &["-c", "main.c", "answer.c"])?
            .status
            .success()
    );

    println!(
        "main.o: main is {}, answer is {}",
        kind(folder, "main.o", "main")?,
        kind(folder, "main.o", "answer")?
    );
    assert_eq!(kind(folder, "main.o", "main")?, 'T');
    assert_eq!(kind(folder, "main.o", "answer")?, 'U');
    assert_eq!(kind(folder, "answer.o", "answer")?, 'T');

    let alone = run(folder, "cc", &["-o", "alone", "main.o"])?;
    let error = String::from_utf8_lossy(&alone.stderr);
    let reason = error
        .lines()
        .find(|line| line.to_lowercase().contains("undefined"));
    println!("alone: {}", reason.unwrap_or_default());
    assert!(!alone.status.success() && reason.is_some());

    assert!(
        run(folder, "cc", &["-o", "both", "main.o", "answer.o"])?
            .status
            .success()
    );
    println!("both: answer is {}", kind(folder, "both", "answer")?);
    assert_eq!(kind(folder, "both", "answer")?, 'T');
    let status = Command::new(folder.join("both")).status()?;
    assert_eq!(status.code(), Some(42));
    Ok(())
}

/// The letter that nm has for a symbol. On macOS C's names begin with an underscore.
fn kind(folder: &Path, file: &str, symbol: &str) -> Result<char, Box<dyn Error>> {
    let listing = String::from_utf8(run(folder, "nm", &[file])?.stdout)?;
    let names = listing.lines().filter_map(|line| line.rsplit_once(' '));
    let found = names
        .filter(|(_, name)| name.trim_start_matches('_') == symbol)
        .find_map(|(before, _)| before.chars().last());
    Ok(found.ok_or("no such symbol")?)
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> std::io::Result<Output> {
    let mut command = Command::new(program);
    command
        .env("LC_ALL", "C")
        .args(arguments)
        .current_dir(folder)
        .output()
}
