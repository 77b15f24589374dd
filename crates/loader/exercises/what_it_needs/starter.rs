//! Names the libraries that a program asks for, without running anything.
//!
//! `needed` returns the names in the program's own dynamic section (DT_NEEDED), as they stand there:
//! `libc.so.6`, no path, not the libraries of libraries, not the dynamic linker's own.
//!
//! The version below asks `ldd`, which has the dynamic linker start the program. Of a stranger's file
//! that is not to be done.
//!
//! Checked: the names of this very program and of a static one; the calls.
//!
//! Lesson: loader/needed-libraries
//!
//! Linux only: programs of macOS have load commands for that.

use std::path::Path;
use std::process::Command;

/// The names of the libraries, in their order.
pub fn needed(program: &Path) -> anyhow::Result<Vec<String>> {
    let output = Command::new("ldd").arg(program).output()?;
    let text = String::from_utf8(output.stdout)?;
    let names = text
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    Ok(names.map(str::to_owned).collect())
}
