//! A `.env` file is a script of assignments: it can replace a command's environment, or extend it.
//!
//! Such files hold `NAME=value` lines, with quotes as in the shell, and `$NAME` for what came before; so
//! the shell's own parser reads them. Two tools do two things with the result. One starts the command
//! with these variables *alone*: nothing leaks into it, but it lacks PATH and HOME. The other adds
//! them to what is there.

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::process::Command;

use shell::exec::Shell;
use shell::expand::assign;
use shell::state::{Positional, Variables};
use shell::syntax::parse;

const FILE: &str = "
# where the service listens
HOST=localhost
PORT=8080
URL=http://$HOST:${PORT}/
GREETING='costs $5' # the rest is a comment
";

/// What `env` prints when it is started with the variables of `file` on top of `variables`.
fn printed(mut variables: Variables, file: &str) -> Result<Vec<String>, Box<dyn Error>> {
    variables.all_export = true;
    let mut shell = Shell::new(variables, Positional::default());
    for line in parse(file.as_bytes())? {
        let command = line.simple().ok_or("not an assignment")?;
        assert!(command.words.is_empty(), "a .env file runs nothing");
        for one in &command.assignments {
            assign(&mut shell, one.name, &one.value).map_err(|failure| format!("{failure:?}"))?;
        }
    }
    let block = shell.variables.environment();
    let entries = block.iter().filter_map(|entry| {
        let entry = entry.to_bytes();
        let equals = entry.iter().position(|byte| *byte == b'=')?;
        let (name, value) = (&entry[..equals], &entry[equals + 1..]);
        Some((OsStr::from_bytes(name), OsStr::from_bytes(value)))
    });
    let output = Command::new("env").env_clear().envs(entries).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().map(str::to_owned).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let ours = [
        "HOST=localhost",
        "PORT=8080",
        "URL=http://localhost:8080/",
        "GREETING=costs $5",
    ];

    let mut replaced = printed(Variables::new(), FILE)?;
    replaced.sort();
    println!("replaced: {replaced:?}");
    let mut sorted = ours;
    sorted.sort_unstable();
    assert_eq!(replaced, sorted, "these, and nothing else");

    let inherited = env::vars_os().map(|(name, value)| (name.into_vec(), value.into_vec()));
    let extended = printed(Variables::from_environment(inherited), FILE)?;
    println!("extended: {} more", extended.len() - ours.len());
    assert!(
        ours.iter()
            .all(|line| extended.iter().any(|found| found == line))
    );
    let path = format!("PATH={}", env::var("PATH")?);
    assert!(extended.contains(&path), "what was there is there");
    Ok(())
}
