//! Starts a program that sees the variables it is given, and no others.
//!
//! `output_with` runs `program` with exactly `variables` as its environment and returns what it prints.
//! Your own environment (its PATH, its HOME, perhaps a password) must not reach the program, and stays
//! as it is.
//!
//! Checked: what the program finds, and on Linux the call that starts it.
//!
//! Lesson: process/environment

use std::io;
use std::process::Command;

/// What `program` prints when its environment is `variables`.
pub fn output_with(program: &str, variables: &[(&str, &str)]) -> io::Result<String> {
    let output = Command::new(program)
        .envs(variables.iter().copied())
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
