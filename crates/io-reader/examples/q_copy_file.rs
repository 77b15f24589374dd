//! A copy program: equal bytes, a status for the shell, and no harm done when it fails.
//!
//! What tells a caller that a program failed is its exit status alone: 0 for success, by custom 2
//! for a usage error and 1 for the rest. The order of steps decides what a failure costs. The
//! source is opened first, for opening the target for writing may empty it; and the target is
//! emptied only when it is known not to be the source under another name: two names are one file
//! when device and inode number agree (stat(2)). `std::fs::copy` copies the permission bits as
//! well, but does not look whether it copies a file onto itself.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/old", O_RDONLY|*) = $source
//! openat(AT_FDCWD, "*/new", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = $target
//! ftruncate($target, 0) = 0
//! exit_group(0)
//! exit_group(2)
//! openat(AT_FDCWD, "*/absent", *) = -1 ENOENT (*)
//! exit_group(1)
//! openat(AT_FDCWD, "*/./new", *)
//! exit_group(1)
//! ftruncate x1
//! ```

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, io};

use anyhow::{Context, Result, ensure};
use clap::Parser;

/// Copy FROM to TO.
#[derive(Parser)]
struct Args {
    from: PathBuf,
    to: PathBuf,
}

fn copy(Args { from, to }: Args) -> Result<()> {
    let (from_name, to_name) = (from.display(), to.display());
    let mut source = File::open(&from).with_context(|| format!("cannot open {from_name}"))?;
    let open = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&to);
    let mut target = open.with_context(|| format!("cannot create {to_name}"))?;
    let identity = |file: &File| file.metadata().map(|stat| (stat.dev(), stat.ino()));
    let same = identity(&source)? == identity(&target)?;
    ensure!(!same, "{from_name} and {to_name} are the same file");
    target.set_len(0)?;
    io::copy(&mut source, &mut target)
        .with_context(|| format!("cannot copy {from_name} to {to_name}"))?;
    Ok(())
}

fn main() -> Result<ExitCode> {
    if env::var_os("LESSON_COPY").is_some() {
        let Err(error) = copy(Args::parse()) else {
            return Ok(ExitCode::SUCCESS);
        };
        eprintln!("copy: {error:#}");
        return Ok(ExitCode::from(1));
    }

    let dir = tempfile::tempdir()?;
    let (old, new) = (dir.path().join("old"), dir.path().join("new"));
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    fs::write(&old, &bytes)?;
    fs::write(&new, vec![b'x'; 200_000])?;

    assert_eq!(run(&[&old, &new])?, (Some(0), String::new()));
    // Nothing of the longer file that was there may be left at the end.
    assert!(fs::read(&new)? == bytes);

    let (status, message) = run(&[&old])?;
    assert_eq!(status, Some(2));
    assert!(message.contains("<TO>"));

    let (status, message) = run(&[&dir.path().join("absent"), &new])?;
    assert_eq!(status, Some(1));
    assert!(message.contains("absent: No such file"));

    let (status, _) = run(&[&new, &dir.path().join("./new")])?;
    assert_eq!(status, Some(1));
    assert!(fs::read(&new)? == bytes, "a failed copy changed its target");
    Ok(ExitCode::SUCCESS)
}

/// Runs this program again as the copy program; its exit status and what it said on standard error.
fn run(arguments: &[&Path]) -> io::Result<(Option<i32>, String)> {
    let mut program = Command::new(env::current_exe()?);
    let output = program.args(arguments).env("LESSON_COPY", "1").output()?;
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    let first_line = message.lines().next().unwrap_or("copied");
    println!("{}: {first_line}", output.status);
    Ok((output.status.code(), message))
}
