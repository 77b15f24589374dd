//! Where commands run after a `cd`.
//!
//! ```syscalls
//! chdir("inside") = 0
//! chdir("no-such-directory") = -1 ENOENT *
//! chdir("..") = 0
//! ```

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::exercise::run;

/// Set in a copy of this program that is the shell; its value is the shell's home.
const ROLE: &str = "CHANGE_DIRECTORY";

pub fn main() {
    if let Some(home) = env::var_os(ROLE) {
        return shell(&PathBuf::from(home));
    }
    let folder = tempfile::tempdir().expect("a folder");
    // Temporary folders may be reached by a symbolic link, of which the kernel says nothing.
    let home = fs::canonicalize(folder.path()).expect("it is there");
    fs::create_dir(home.join("inside")).expect("a directory");
    let mut copy = Command::new(env::current_exe().expect("this program"));
    copy.args(env::args_os().skip(1))
        .env(ROLE, &home)
        .env("HOME", &home);
    let output = copy
        .current_dir(&home)
        .stdin(Stdio::null())
        .output()
        .expect("it starts");
    print!("{}", String::from_utf8_lossy(&output.stdout));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(
        errors.contains("no-such-directory"),
        "a failed cd says which directory it was"
    );
    println!("✓ a failed cd says so");
}

fn shell(home: &Path) {
    let cd = |line: &str| {
        run(line).unwrap_or_else(|error| panic!("`{line}` starts no program, but: {error}"))
    };
    let here = || env::current_dir().expect("it exists");

    assert_eq!(cd("cd inside"), 0, "`cd inside` works");
    assert_eq!(
        here(),
        home.join("inside"),
        "the shell's own directory after `cd inside`"
    );
    assert_eq!(run("touch made-here").expect("touch is a program"), 0);
    assert!(
        home.join("inside/made-here").exists(),
        "a program that is started after the cd runs there"
    );
    println!("✓ programs after a cd run in the new directory");

    assert_eq!(cd("cd no-such-directory"), 1, "cd fails with status 1");
    assert_eq!(here(), home.join("inside"), "a failed cd changes nothing");
    assert_eq!(cd("cd .."), 0);
    assert_eq!(here(), home, "`cd ..` goes up");
    println!("✓ up again, and a failed cd changes nothing");

    assert_eq!(cd("cd /"), 0);
    assert_eq!(here(), Path::new("/"));
    assert_eq!(cd("cd"), 0);
    assert_eq!(here(), home, "`cd` alone goes to HOME");
    assert_eq!(
        run("false").expect("false is a program"),
        1,
        "other commands are programs as before"
    );
    println!("✓ cd alone goes home");
}
