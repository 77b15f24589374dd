//! `O_CREAT|O_EXCL` has the kernel look and make in one step, under its lock of the folder.
//!
//! With these flags a symbolic link is in the way too, wherever it leads, so nobody can have us
//! make a file elsewhere.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process;

/// Makes the file `path`, with this process's number; `false` when the name is taken.
pub fn claim(path: &Path) -> io::Result<bool> {
    match File::create_new(path) {
        Ok(mut file) => {
            file.write_all(process::id().to_string().as_bytes())?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}
