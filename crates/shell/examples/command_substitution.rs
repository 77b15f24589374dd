//! `$(command)` and back-quotes stand for what the command prints, without the newlines at its end.
//!
//! The shell makes a pipe and a copy of itself, the copy runs the command with its output in the pipe,
//! and the shell reads until the end. Two things are lost: *all* newlines at the end, and, if no quotes are
//! around it, how much white space was between the words. Back-quotes do the same; inside of them a
//! backslash has to be doubled, and to nest them takes one more backslash for each level, which is
//! why `$( )` was invented.
//!
//! ```syscalls
//! pipe2([$reader, *], O_CLOEXEC) = 0
//! clone(*) = $copy
//! read($reader, "a\n\n\n", *) = 4
//! read($reader, "", *) = 0
//! wait4(*) = $copy
//! ```

use std::error::Error;
use std::process::Command;

use shell::exec::Shell;
use shell::expand::fields;
use shell::state::{Positional, Variables};
use shell::syntax::parse;

/// Both forms, and what they come to.
const LINES: [(&str, &str, &[&str]); 4] = [
    (
        r"echo $(printf 'a\n\n\n')",
        r"echo `printf 'a\n\n\n'`",
        &["a"],
    ),
    (
        r"echo $(printf 'a  b\nc')",
        r"echo `printf 'a  b\nc'`",
        &["a", "b", "c"],
    ),
    (
        r#"echo "$(printf 'a  b')""#,
        r#"echo "`printf 'a  b'`""#,
        &["a  b"],
    ),
    (
        "echo $(echo $(echo deep))",
        r"echo `echo \`echo deep\``",
        &["deep"],
    ),
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
    let mut shell = Shell::new(Variables::new(), Positional::default());
    for (modern, old, expected) in LINES {
        for line in [modern, old] {
            let found = arguments(&mut shell, line)?;
            println!("{line:35} {:?}", &found[1..]);
            assert_eq!(found[1..], *expected, "{line}");
            let sh = Command::new("sh").args(["-c", line]).output()?;
            let sh = String::from_utf8(sh.stdout)?;
            assert_eq!(sh.trim_end_matches('\n'), expected.join(" "), "{line}");
        }
    }
    Ok(())
}
