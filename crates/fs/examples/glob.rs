//! Go's `Glob("*")` lists dot files too; the shell's `*` passes over them.
//!
//! The shell expands a pattern before the program starts. Where it cannot, since the pattern comes from
//! a settings file, the program does it: `glob` lists a directory, sorts, and keeps what matches. It
//! differs from the shell: a leading dot is like any other character, and a pattern without a match
//! gives an empty list, not the pattern. It hides what it could not read: a folder that is missing
//! or shut has no files.
//!
//! A star is one level. What `**` means in other programs (all levels) is here just `*`.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

use ::fs::path::{BadPattern, Lossy, glob, join};

fn ours(folder: &Path, pattern: &str) -> Result<Vec<String>, BadPattern> {
    let folder = folder.as_os_str().as_bytes();
    let found = glob(&join(&[folder, pattern.as_bytes()]))?;
    let names = found
        .iter()
        .map(|path| Lossy(&path[folder.len() + 1..]).to_string());
    Ok(names.collect())
}

fn by_shell(folder: &Path, pattern: &str) -> io::Result<Vec<String>> {
    let output = Command::new("sh")
        .args(["-c", &format!("printf '%s\\n' {pattern}")])
        .current_dir(folder)
        .env("LC_ALL", "C")
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(str::to_owned).collect())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    for name in [
        "src/b.rs",
        "src/a.rs",
        "src/.a.rs.swp",
        "src/deep/c.rs",
        "z.rs",
        "Z.rs",
    ] {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().ok_or("it has one")?)?;
        fs::write(file, "")?;
    }

    for pattern in ["*.rs", "src/*.rs", "*/*/*.rs", "s?c/[ab].rs", "src/.*.swp"] {
        let found = ours(folder, pattern)?;
        println!("{pattern:<14}{found:?}");
        assert!(!found.is_empty() && found.is_sorted());
        assert_eq!(found, by_shell(folder, pattern)?);
    }

    assert_eq!(
        ours(folder, "src/*")?,
        ["src/.a.rs.swp", "src/a.rs", "src/b.rs", "src/deep"]
    );
    assert_eq!(
        by_shell(folder, "src/*")?,
        ["src/a.rs", "src/b.rs", "src/deep"]
    );
    println!("src/* is {:?}, dot files too", ours(folder, "src/*")?);

    assert_eq!(ours(folder, "*.png")?, [""; 0]);
    assert_eq!(by_shell(folder, "*.png")?, ["*.png"]);
    assert_eq!(ours(folder, "missing/*")?, [""; 0]);
    assert_eq!(ours(folder, "**/*.rs")?, ours(folder, "*/*.rs")?);
    assert_eq!(ours(folder, "["), Err(BadPattern));
    Ok(())
}
