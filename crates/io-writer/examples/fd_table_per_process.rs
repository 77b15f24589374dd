//! Each process has its own descriptor table: 3 is one file here and another file there.
//!
//! The number means nothing outside the process, so it cannot be sent to another one as a number;
//! only the kernel can put an open file into a second table, by `fork` or through a Unix socket.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/first", O_WRONLY|*) = 3
//! openat(AT_FDCWD, "*/second", O_WRONLY|*) = 3
//! readlink*(*"/proc/$one/fd/3", "*/first", *)
//! readlink*(*"/proc/$other/fd/3", "*/second", *)
//! ```
//!
//! Linux only: /proc/PID/fd shows the table of another process.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn main() -> io::Result<()> {
    if !cfg!(target_os = "linux") {
        println!("skipped: only Linux has /proc/PID/fd");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let folder = folder.path().canonicalize()?;
    let mut first = hold_open_as_3(&folder.join("first"))?;
    let mut second = hold_open_as_3(&folder.join("second"))?;

    let (in_first, in_second) = (file_3_of(&first)?, file_3_of(&second)?);
    println!("/proc/{}/fd/3 -> {}", first.id(), in_first.display());
    println!("/proc/{}/fd/3 -> {}", second.id(), in_second.display());
    assert_eq!(in_first, folder.join("first"));
    assert_eq!(in_second, folder.join("second"));

    // Waiting closes the pipe to the child's standard input, which is what the shell waits for.
    first.wait()?;
    second.wait()?;
    Ok(())
}

/// A shell that has `path` open as descriptor 3 until its standard input ends.
fn hold_open_as_3(path: &Path) -> io::Result<Child> {
    let mut shell = Command::new("sh")
        .args(["-c", r#"exec 3>"$0"; echo opened; read -r _"#])
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(shell.stdout.take().expect("stdout is piped")).read_line(&mut line)?;
    assert_eq!(line, "opened\n");
    Ok(shell)
}

fn file_3_of(process: &Child) -> io::Result<PathBuf> {
    fs::read_link(format!("/proc/{}/fd/3", process.id()))
}
