//! An environment is an argument of `execve(2)`, and whoever calls that says all of it. That a child
//! gets its parent's is only what most callers say; `env_clear` has std begin with an empty list.

use std::io;
use std::process::Command;

/// What `program` prints when its environment is `variables`.
pub fn output_with(program: &str, variables: &[(&str, &str)]) -> io::Result<String> {
    let output = Command::new(program)
        .env_clear()
        .envs(variables.iter().copied())
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
