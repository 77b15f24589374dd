//! Of all who want a name in a folder, exactly one gets it.
//!
//! `claim` makes a file that says "taken", with the number of this process in it, and returns
//! `true`. When the name is taken it changes nothing and returns `false`. Any other failure is an
//! error. The version below looks first and then makes the file; between the two somebody else may
//! do the same.
//!
//! Checked: one claim, a second one, a name that is a link to nowhere, a folder that does not
//! exist, sixteen threads at once; and on Linux the flags of the call that makes the file.
//!
//! Lesson: syscalls/open-flags

use std::path::Path;
use std::{fs, io, process};

/// Makes the file `path`, with this process's number; `false` when the name is taken.
pub fn claim(path: &Path) -> io::Result<bool> {
    if path.exists() {
        return Ok(false);
    }
    fs::write(path, process::id().to_string())?;
    Ok(true)
}
