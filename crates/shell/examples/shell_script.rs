//! The kernel refuses a script without `#!`; the shell runs it, stops at failures, and can trace it.
//!
//! `execve` looks at a file's first bytes: an ELF header, or `#!` and an interpreter. Anything else is
//! `ENOEXEC`. A shell takes that as a request to read the file itself, as shells did before `#!`
//! was invented. `set -e` ends a script at the first command that fails, unless somebody asks whether
//! it does (`if`, `&&`, `!`); `set -x` writes each command to standard error before it runs.
//!
//! ```syscalls
//! execve("*/script", *) = -1 ENOEXEC (*)
//! ```

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use nix::libc::ENOEXEC;
use shell::exec::{Flow, Shell};
use shell::state::{Positional, Variables};

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("script");
    let trace = folder.path().join("trace");
    fs::write(&script, "if false; then :; fi\ntrue\nfalse\necho never\n")?;
    fs::set_permissions(&script, Permissions::from_mode(0o755))?;
    let refused = Command::new(&script).spawn().expect_err("it has no #!");
    println!("the kernel says: {refused}");
    assert_eq!(refused.raw_os_error(), Some(ENOEXEC));

    let mut shell = Shell::new(Variables::new(), Positional::new(b"shell".to_vec(), vec![]));
    let text = format!(
        "exec 2>{}; set -ex; . {}",
        trace.display(),
        script.display()
    );
    assert_eq!(shell.run_text(text.as_bytes()), Err(Flow::Exit(1)));

    let trace = fs::read_to_string(trace)?;
    print!("{trace}");
    let commands: Vec<_> = trace.lines().skip(1).collect();
    assert_eq!(commands, ["+ false", "+ true", "+ false"], "and not echo");
    Ok(())
}
