//! `cd` has to be built in: a directory belongs to one process, and a child's stays the child's.
//!
//! The same goes for whatever changes the shell: variables, `umask`, `exec`, `exit`, `read`, `trap`. Other
//! built-ins, as `echo` and `test`, could be programs and are also in /bin; they are in the shell since
//! a process costs a thousand times what they do. A subshell `(cd /)` is a child too.
//!
//! ```syscalls
//! chdir("/") = 0
//! ```

use std::env;
use std::io;
use std::process::Command;

use shell::exec::Shell;
use shell::state::{Positional, Variables};
use shell::syntax::name::Name;

fn main() -> io::Result<()> {
    let before = env::current_dir()?;
    let status = Command::new("/bin/sh")
        .args(["-c", "cd / && pwd"])
        .status()?;
    assert!(status.success());
    assert_eq!(env::current_dir()?, before, "only the child went there");

    let mut shell = Shell::new(Variables::new(), Positional::new(b"shell".to_vec(), vec![]));
    shell.run_text(b"(cd /)").expect("no way out");
    assert_eq!(
        env::current_dir()?,
        before,
        "nor does a subshell's cd move us"
    );

    shell.run_text(b"cd /").expect("no way out");
    println!(
        "cd moved this process from {} to {}",
        before.display(),
        env::current_dir()?.display()
    );
    assert_eq!(env::current_dir()?.as_os_str(), "/");
    assert_eq!(shell.variables.get(Name::new("PWD")), Some(&b"/"[..]));
    Ok(())
}
