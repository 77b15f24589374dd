//! What can be executed is decided by the first bytes of a file, and by its processor.
//!
//! The permission `x` lets one try. `execve` then looks at the content: a program for this processor, or
//! a script whose first line names one behind `#!`. Everything else is `ENOEXEC`. A shell that gets this
//! error reads the file as a script all the same, which is why scripts without `#!` seem to work until
//! something else than a shell starts them.
//!
//! Linux only: the library of macOS hands such a file to a shell by itself.

use std::error::Error;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use nix::errno::Errno;

fn make(path: &Path, content: &[u8], mode: u32) -> Result<(), Box<dyn Error>> {
    fs::write(path, content)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    Ok(())
}

/// What `execve` says.
fn try_it(path: &Path) -> Result<(), Errno> {
    match Command::new(path).env("FAKE", "1").output() {
        Ok(_) => Ok(()),
        Err(error) => Err(error
            .raw_os_error()
            .map_or(Errno::UnknownErrno, Errno::from_raw)),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::var_os("FAKE").is_some() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("program");
    let real = fs::read(std::env::current_exe()?)?;
    // The number of the processor is at 18.
    let mut foreign = real[..real.len().min(1 << 16)].to_vec();
    foreign[18] = 0x2a;

    for (what, content, mode, allowed) in [
        ("a program", &real[..], 0o755, true),
        ("a script with #!", b"#!/bin/sh\nexit 0\n", 0o755, true),
        ("a program without the permission", &real, 0o644, false),
        ("a script without #!", b"exit 0\n", 0o755, false),
        ("text", b"hello\n", 0o755, false),
        ("nothing", b"", 0o755, false),
        ("a program for another processor", &foreign, 0o755, false),
        ("a program cut short", &real[..20], 0o755, false),
    ] {
        make(&path, content, mode)?;
        let outcome = try_it(&path);
        println!("{what:<34} {outcome:?}");
        assert_eq!(outcome.is_ok(), allowed, "{what}");
        if mode == 0o644 {
            assert_eq!(outcome, Err(Errno::EACCES));
        } else if !allowed {
            assert_eq!(outcome, Err(Errno::ENOEXEC), "{what}");
        }
        fs::remove_file(&path)?;
    }
    Ok(())
}
