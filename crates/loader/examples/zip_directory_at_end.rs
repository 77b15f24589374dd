//! A zip's directory is at its end, so an executable with a zip behind it is both.
//!
//! An executable is read from the front, and nobody looks behind its last section. A zip is read from
//! the back: its last 22 bytes, and a comment of unknown length, say where the directory is. So one
//! appends a zip to a program, and the program reads its files from itself: one file to ship. It is
//! how self-extracting archives work, and the alternative to Go's `embed` and Rust's `include_bytes!`, for files
//! that are known only after compiling.
//!
//! Needs: unzip

use std::error::Error;
use std::process::Command;
use std::{env, fs};

use loader::embed::{END_SIZE, append, find_end, open_self};

fn main() -> Result<(), Box<dyn Error>> {
    if env::var_os("READ").is_some() {
        print!("{}", String::from_utf8(open_self()?.read("greeting.txt")?)?);
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let (program, text) = (
        folder.path().join("program"),
        folder.path().join("greeting.txt"),
    );
    fs::write(&text, "Hello from inside!\n")?;
    append(&env::current_exe()?, &program, &[text])?;

    let (before, after) = (fs::read(env::current_exe()?)?, fs::read(&program)?);
    assert!(after.starts_with(&before), "the executable stays as it was");
    let end = find_end(&after, 0)?;
    println!(
        "{} bytes and {} more; directory at {:#x}",
        before.len(),
        after.len() - before.len(),
        end.directory
    );
    assert_eq!(end.at, (after.len() - END_SIZE) as u64);
    assert_eq!(&after[end.directory as usize..][..4], b"PK\x01\x02");

    let output = Command::new(&program).env("READ", "1").output()?;
    println!(
        "the program: {}",
        String::from_utf8_lossy(&output.stdout).trim()
    );
    assert_eq!(output.stdout, b"Hello from inside!\n");
    let output = Command::new("unzip").arg("-p").arg(&program).output()?;
    println!("unzip: {}", String::from_utf8_lossy(&output.stdout).trim());
    assert_eq!(output.stdout, b"Hello from inside!\n");
    assert!(
        output.stderr.is_empty(),
        "no complaint about bytes in front"
    );
    Ok(())
}
