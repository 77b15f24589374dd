//! `flock` locks belong to the open file, `fcntl` locks to the process: any close drops those.
//!
//! POSIX's `fcntl` locks are the older ones, and the owner is the whole process. So two parts
//! of one program never keep each other out, and when any part closes the file, through whatever
//! descriptor, all its locks are gone: a library that opens the locked database to look at its header
//! unlocks it. Open-file-description locks (`F_OFD_SETLK`) mend that: byte ranges as with `fcntl`, the
//! owner as with `flock`. Go's `cmd/go` keeps a table of inodes where it has only the POSIX ones.
//!
//! A child process does the asking here, since a process never stands in its own way.
//! On Linux the two families do not even see each other; on macOS they do.
//!
//! What Windows does instead is on the book's page.
//!
//! Covers: windows-lock
//!
//! ```syscalls
//! flock(*, LOCK_EX) = 0
//! flock(*, LOCK_EX|LOCK_NB) = -1 EAGAIN (*)
//! fcntl(*, F_OFD_SETLKW, {l_type=F_WRLCK, *}) = 0
//! fcntl(*, F_OFD_SETLK, {l_type=F_WRLCK, *}) = -1 EAGAIN (*)
//! fcntl(*, F_SETLKW, {l_type=F_WRLCK, *}) = 0
//! fcntl(*, F_SETLK, {l_type=F_WRLCK, *}) = 0
//! ```

use std::env;
use std::fs::File;
use std::path::Path;
use std::process::Command;

use mmap::lock::{Bytes, Family, LockError, Mode};

const FAMILIES: [(&str, Family); 3] = [
    ("flock", Family::Flock),
    ("fcntl, open file", Family::Ofd(Bytes::ALL)),
    ("fcntl, process", Family::Process(Bytes::ALL)),
];

fn main() -> anyhow::Result<()> {
    let mut arguments = env::args_os().skip(1);
    if let (Some(path), Some(family)) = (arguments.next(), arguments.next()) {
        return ask(Path::new(&path), family.to_str().unwrap_or_default());
    }
    for (name, family) in FAMILIES {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("file");
        let file = File::create(&path)?;
        let _guard = family.lock(Mode::Exclusive, &file)?;

        // Somebody in this process looks into the file, and closes it.
        drop(File::open(&path)?);
        let locked = is_locked(&path, name)?;
        println!(
            "{name:17} after a close elsewhere: {}",
            if locked { "locked" } else { "free" }
        );
        assert_eq!(locked, !matches!(family, Family::Process(_)));
    }
    Ok(())
}

/// As another process sees it.
fn is_locked(path: &Path, family: &str) -> anyhow::Result<bool> {
    let status = Command::new(env::current_exe()?)
        .arg(path)
        .arg(family)
        .status()?;
    match status.code() {
        Some(0) => Ok(false),
        Some(10) => Ok(true),
        _ => anyhow::bail!("the other process: {status}"),
    }
}

fn ask(path: &Path, name: &str) -> anyhow::Result<()> {
    let (_, family) = FAMILIES
        .into_iter()
        .find(|&(known, _)| known == name)
        .unwrap();
    let file = File::options().write(true).open(path)?;
    match family.try_lock(Mode::Exclusive, file) {
        Err(LockError::WouldBlock(_)) => std::process::exit(10),
        outcome => Ok(outcome?.unlock().map(drop)?),
    }
}
