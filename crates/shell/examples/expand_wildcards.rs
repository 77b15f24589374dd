//! The shell, not the program, turns `*.rs` into names; what matches nothing stays as it was typed.
//!
//! `*`, `?` and `[…]` are compared with the names in a directory. The result is sorted, and hidden files
//! need a dot in the pattern. `rm *` therefore works although `rm` knows no patterns, and
//! `rm *.bak` without such a file complains about a file called `*.bak`. Go's `filepath.Glob` and most
//! libraries give an empty list there instead.
//!
//! ```syscalls
//! openat(AT_FDCWD, ".", O_RDONLY|*) = $directory
//! getdents64($directory, *) = *
//! ```

use std::env;
use std::error::Error;
use std::fs::{File, create_dir};
use std::process::Command;

use shell::exec::Shell;
use shell::expand::fields;
use shell::state::{Positional, Variables};
use shell::syntax::parse;

const LINES: [&str; 9] = [
    "echo *",
    "echo *.rs",
    "echo ?.rs",
    "echo [a-b]*",
    "echo [!a-z]*",
    "echo .*rs",
    "echo */*",
    "echo *.bak",
    "echo '*.rs' \\* \"a\"*",
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
    let folder = tempfile::tempdir()?;
    for name in ["b.rs", "a.rs", "long.rs", ".hidden.rs", "UPPER"] {
        File::create(folder.path().join(name))?;
    }
    create_dir(folder.path().join("src"))?;
    File::create(folder.path().join("src/lib.rs"))?;
    // Patterns without a leading slash begin in the current directory.
    env::set_current_dir(&folder)?;

    let mut shell = Shell::new(Variables::new(), Positional::default());
    for line in LINES {
        let found = arguments(&mut shell, line)?[1..].join(" ");
        println!("{line:22} {found}");
        let sh = Command::new("sh")
            .args(["-c", line])
            .env("LC_ALL", "C")
            .output()?;
        assert_eq!(
            format!("{found}\n"),
            String::from_utf8(sh.stdout)?,
            "{line}"
        );
    }
    assert_eq!(arguments(&mut shell, "echo *.bak")?[1], "*.bak");
    Ok(())
}
