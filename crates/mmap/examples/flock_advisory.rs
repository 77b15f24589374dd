//! A lock binds those who ask for it: a writer that does not ask writes through it.
//!
//! No call but those for locking looks at the list of locks. A lock on a file is an agreement among
//! programs, and the file need not have anything to do with what is protected: an empty
//! `db.lock` will do. Linux once had mandatory locks, a property of the mount and of the mode; they
//! were unreliable, nobody used them, and Linux 5.15 removed them. On Windows they are the normal case.
//!
//! ```syscalls
//! flock($locked, LOCK_EX) = 0
//! openat(AT_FDCWD, "*/file", O_WRONLY|*) = $rude
//! write($rude, "written without asking", 22) = 22
//! ```

use std::fs::{self, File};
use std::io::Write;

use mmap::lock::{Family, LockError, Mode};

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    let locked = File::create(&path)?;
    let _guard = Family::Flock.lock(Mode::Exclusive, &locked)?;

    let mut rude = File::options().write(true).open(&path)?;
    rude.write_all(b"written without asking")?;
    let text = fs::read_to_string(&path)?;
    println!("in the locked file: {text:?}");
    assert_eq!(text, "written without asking");

    let polite = Family::Flock.try_lock(Mode::Exclusive, &rude);
    println!("had it asked: {}", polite.as_ref().unwrap_err());
    assert!(matches!(polite, Err(LockError::WouldBlock(_))));

    fs::remove_file(&path)?;
    println!("the lock does not keep the file from being removed");
    assert!(!path.exists());
    Ok(())
}
