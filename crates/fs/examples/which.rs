//! A command is the first regular file along PATH that we may execute; all else of its name is passed.
//!
//! The kernel runs files, not commands: `execve(2)` wants a path. The search is done by the shell, by
//! `execvp(3)`, by Go's `exec.LookPath`: for a name without a slash, directory by directory. It has
//! to go on where the file is a directory, or where the execute bits are missing. Programs that only ask whether
//! something of that name exists get this wrong, and then say "permission denied" of a file
//! that the shell would never have run.
//!
//! An empty element of PATH is the current directory. Go refuses to run what was found there
//! (`exec.ErrDot`), since whoever can write into that directory chooses what runs; `./name` says it
//! openly. macOS does as Linux.
//!
//! ```syscalls
//! faccessat*(AT_FDCWD, "*/not-executable/greet", X_OK*) = -1 EACCES (*)
//! !faccessat*(AT_FDCWD, "*/a-directory/greet", *)
//! faccessat*(AT_FDCWD, "*/right/greet", X_OK*) = 0
//! execve("*/right/greet", *) = 0
//! ```

use std::env;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use ::fs::which;

fn main() -> io::Result<()> {
    let home = tempfile::tempdir()?;
    let place = |directory: &str| home.path().join(directory);
    for (directory, mode) in [("not-executable", 0o644), ("right", 0o755), ("late", 0o755)] {
        fs::create_dir(place(directory))?;
        let script = place(directory).join("greet");
        fs::write(&script, format!("#!/bin/sh\necho Hello from {directory}\n"))?;
        fs::set_permissions(&script, Permissions::from_mode(mode))?;
    }
    fs::create_dir_all(place("a-directory/greet"))?;

    let order = ["empty", "a-directory", "not-executable", "right", "late"];
    let path = env::join_paths(order.map(place)).expect("no colons in the names");
    let found: Vec<_> = which::all(OsStr::new("greet"), &path).collect();
    for file in &found {
        println!("{}", file.strip_prefix(home.path()).unwrap().display());
    }
    assert_eq!(found, [place("right/greet"), place("late/greet")]);

    // The shell finds the same, and so does what runs it.
    let shell = Command::new("/bin/sh")
        .args(["-c", "command -v greet; greet"])
        .env("PATH", &path)
        .output()?;
    let said = String::from_utf8_lossy(&shell.stdout).into_owned();
    let expected = format!("{}\nHello from right\n", found[0].display());
    println!("sh: {}", said.lines().last().unwrap_or_default());
    assert_eq!(said, expected);

    // With a slash there is no search.
    let direct = place("late/greet");
    let answers: Vec<_> = which::all(direct.as_os_str(), &path).collect();
    assert_eq!(answers, [direct.as_path()]);
    assert_eq!(which::all(OsStr::new("./greet"), &path).next(), None);
    Ok(())
}
