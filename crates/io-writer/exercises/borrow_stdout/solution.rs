//! A duplicate keeps the old open file alive while number 1 stands for another; `dup2` of it brings it
//! back, and dropping it closes the spare number.
//!
//! The buffer of `println!` belongs to number 1 and not to the file: it has to be empty at both
//! changes, or text ends up on the wrong side.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::fd::AsFd;

use nix::unistd::dup2_stdout;

/// What `action` writes to standard output.
pub fn captured(action: impl FnOnce()) -> io::Result<String> {
    let mut file: File = tempfile::tempfile()?;
    io::stdout().flush()?;
    let before = io::stdout().as_fd().try_clone_to_owned()?;
    dup2_stdout(&file)?;
    action();
    let flushed = io::stdout().flush();
    dup2_stdout(&before)?;
    flushed?;
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    Ok(text)
}
