//! Any number of readers hold a shared lock at once; a writer needs the lock alone.
//!
//! It is the `RwLock` of files. A reader's lock promises that nothing changes while it reads, if the
//! writers ask for an exclusive one. Which open file has the lock is what counts, not which process
//! or thread, so two `open`s of one program keep each other out like two programs.
//!
//! From shared to exclusive there is no safe way that waits: two readers that both want to write
//! would wait for each other. `flock(2)` even gives up the shared lock on the attempt.
//!
//! ```syscalls
//! flock($one, LOCK_SH) = 0
//! flock($two, LOCK_SH|LOCK_NB) = 0
//! flock($writer, LOCK_EX|LOCK_NB) = -1 EAGAIN (*)
//! flock($two, LOCK_EX|LOCK_NB) = -1 EAGAIN (*)
//! flock($one, LOCK_UN) = 0
//! flock($writer, LOCK_EX|LOCK_NB) = 0
//! flock($one, LOCK_SH|LOCK_NB) = -1 EAGAIN (*)
//! ```

use std::fs::File;

use mmap::lock::{Family, LockError, Mode, UpgradeError};

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("table");
    let writer = File::create(&path)?;
    let [one, two] = [File::open(&path)?, File::open(&path)?];

    let reading = Family::Flock.lock(Mode::Shared, &one)?;
    let also_reading = Family::Flock.try_lock(Mode::Shared, &two)?;
    println!("two readers hold it: {reading:?}, {also_reading:?}");
    let refused = Family::Flock.try_lock(Mode::Exclusive, &writer);
    println!("a writer: {}", refused.as_ref().unwrap_err());
    assert!(matches!(refused, Err(LockError::WouldBlock(_))));

    let upgrade = also_reading.try_upgrade();
    println!(
        "a reader that wants to write: {}",
        upgrade.as_ref().unwrap_err()
    );
    assert!(matches!(upgrade, Err(UpgradeError::Lost(_))));

    drop(reading);
    let writing = Family::Flock.try_lock(Mode::Exclusive, &writer)?;
    println!("without readers the writer has it: {writing:?}");
    let refused = Family::Flock.try_lock(Mode::Shared, &one);
    println!("a reader: {}", refused.as_ref().unwrap_err());
    assert!(matches!(refused, Err(LockError::WouldBlock(_))));
    Ok(())
}
