//! Sends standard output to a file while a function runs, and then back to where it was.
//!
//! Descriptor 1 is a number, and `dup2` makes it stand for another open file. `captured` has to make
//! 1 the file while `action` runs, and what it was before afterwards, also for the text that
//! `println!` holds in its buffer: what was printed inside is in the file, what is printed outside is
//! not. It must leave no descriptor open. Its result is what came into the file.
//!
//! Checked: printing before, inside and after, also without a newline; and the numbers that are open.
//!
//! Lesson: io-writer/fd-to-file

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use nix::unistd::dup2_stdout;

/// What `action` writes to standard output.
pub fn captured(action: impl FnOnce()) -> io::Result<String> {
    let mut file: File = tempfile::tempfile()?;
    dup2_stdout(&file)?;
    action();
    io::stdout().flush()?;
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    Ok(text)
}
