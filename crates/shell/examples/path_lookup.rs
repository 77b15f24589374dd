//! A command's name is looked for in the directories of PATH; 127 says not found, 126 not executable.
//!
//! The kernel's `execve` takes a path and knows nothing of PATH: to look is the caller's business. The
//! first file of that name wins that may be executed; one that may not is passed over, and only when
//! there is no other does it make the status 126. A name with a slash is a path, and is not looked for.
//!
//! ```syscalls
//! newfstatat(AT_FDCWD, "*/one/tool", *) = 0
//! newfstatat(AT_FDCWD, "*/two/tool", *) = 0
//! execve("*/two/tool", *) = 0
//! ```

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use shell::exec::Shell;
use shell::state::{Positional, Variables};
use shell::syntax::name::Name;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("one"))?;
    fs::create_dir(at("two"))?;
    write(&at("one/tool"), 0o644)?;
    write(&at("two/tool"), 0o755)?;
    write(&at("one/data"), 0o644)?;
    let path = format!("{}:{}", at("one").display(), at("two").display());

    let mut shell = Shell::new(Variables::new(), Positional::new(b"shell".to_vec(), vec![]));
    let set = shell
        .variables
        .set(Name::new("PATH"), path.clone().into_bytes());
    set.expect("nothing is read only");
    let mut status = |text: &str| shell.run_text(text.as_bytes()).expect("no way out");
    for (command, expected) in [("tool", 7), ("data", 126), ("absent", 127)] {
        let status = status(command);
        println!("{command}: {status}");
        assert_eq!(status, expected);
    }

    let posix = Command::new("/bin/sh")
        .args(["-c", "command -v tool"])
        .env("PATH", path)
        .output()?;
    assert_eq!(
        posix.stdout.trim_ascii_end(),
        at("two/tool").as_os_str().as_bytes()
    );
    Ok(())
}

fn write(path: &Path, mode: u32) -> io::Result<()> {
    fs::write(path, "#!/bin/sh\nexit 7\n")?;
    fs::set_permissions(path, Permissions::from_mode(mode))
}
