//! The lock covers reading and writing together, and is dropped with the file when all is done.
//!
//! Each call opens the file anew, so each has a lock of its own: `flock` belongs to the open file,
//! and works between threads as between processes.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// Adds one to the number in the file `path`; the new number.
pub fn count(path: &Path) -> io::Result<u64> {
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    file.lock()?;
    let number = read_number(&mut file)? + 1;
    file.rewind()?;
    write!(file, "{number}")?;
    Ok(number)
}

/// The number that is all of the file's text.
fn read_number(file: &mut File) -> io::Result<u64> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    match text.as_str() {
        "" => Ok(0),
        number => number.parse().map_err(io::Error::other),
    }
}
