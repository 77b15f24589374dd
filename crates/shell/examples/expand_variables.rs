//! `$HOME` and `${HOME}` are replaced by the shell before a program starts; single quotes stop it.
//!
//! A program never sees a `$`. The shell looks the name up among its variables, which began as a copy of
//! its environment, and puts the value there. `${x:-word}` and its kin say what to do when there is
//! none. Double quotes keep the value in one piece, single quotes keep the `$`.
//!
//! Each line is expanded by this chapter's library, and run by `sh`: both have to print the same.

use std::env;
use std::error::Error;
use std::os::unix::ffi::OsStringExt;
use std::process::Command;

use shell::exec::Shell;
use shell::expand::fields;
use shell::state::{Positional, Variables};
use shell::syntax::parse;

const LINES: [&str; 8] = [
    "echo $HOME ${HOME}/notes",
    "echo '$HOME'",
    "echo \"$HOME\" \\$HOME",
    "echo ${NOT_SET_ANYWHERE:-a default}",
    "echo ${HOME:+there is one} ${#HOME}",
    "echo ${NOT_SET_ANYWHERE:=now it is} $NOT_SET_ANYWHERE",
    "echo ${HOME##*/} ${HOME%/*}",
    "echo \"[$NOT_SET_AT_ALL]\" [$NOT_SET_AT_ALL]",
];

/// The arguments that the words of `line` become.
fn arguments(shell: &mut Shell, line: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let list = parse(line.as_bytes())?;
    let command = list[0].simple().ok_or("no simple command")?;
    let mut arguments = Vec::new();
    fields(shell, &command.words, &mut arguments).map_err(|failure| format!("{failure:?}"))?;
    Ok(arguments
        .into_iter()
        .map(String::from_utf8)
        .collect::<Result<_, _>>()?)
}
fn main() -> Result<(), Box<dyn Error>> {
    let environment = env::vars_os().map(|(name, value)| (name.into_vec(), value.into_vec()));
    let variables = Variables::from_environment(environment);
    let mut shell = Shell::new(variables, Positional::default());
    for line in LINES {
        let ours = arguments(&mut shell, line)?[1..].join(" ");
        println!("{line:55} {ours}");
        let sh = Command::new("sh").args(["-c", line]).output()?;
        assert_eq!(format!("{ours}\n"), String::from_utf8(sh.stdout)?, "{line}");
    }
    Ok(())
}
