//! A lock makes a second process wait; asked not to wait, it is told "would block" instead.
//!
//! The kernel keeps the lock beside the inode. Who waits for it sleeps and uses no processor. With
//! the flag `LOCK_NB` the call returns `EWOULDBLOCK`, and the program can do something else or tell its
//! user, as `apt` does when another one runs. Go has the call in `syscall.Flock`; what `cmd/go` uses
//! for its caches is internal. std has it as `File::lock`, and the chapter's library adds a guard, a
//! deadline, and the other families.
//!
//! ```syscalls
//! flock(3, LOCK_EX) = 0
//! flock($theirs, LOCK_EX|LOCK_NB) = -1 EAGAIN (Resource temporarily unavailable)
//! flock($theirs, LOCK_EX) = 0
//! ```

use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use mmap::lock::{Family, LockError, Mode};

fn main() -> anyhow::Result<()> {
    if let Some(path) = env::args_os().nth(1) {
        return second(Path::new(&path));
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("log");
    let file = File::create(&path)?;
    let guard = Family::Flock.lock(Mode::Exclusive, &file)?;

    let mut process = Command::new(env::current_exe()?)
        .arg(&path)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
    let refusal = lines.next().expect("a line")?;
    println!("second: {refusal}");
    assert!(refusal.starts_with("locked by "));

    // Whenever the second process gets to its waiting call, this is written before.
    writeln!(&file, "first, after the refusal")?;
    guard.unlock()?;
    assert!(process.wait()?.success());
    let log = fs::read_to_string(&path)?;
    print!("{log}");
    assert_eq!(log, "first, after the refusal\nsecond, after the wait\n");
    Ok(())
}

fn second(path: &Path) -> anyhow::Result<()> {
    let file = File::options().append(true).open(path)?;
    match Family::Flock.try_lock(Mode::Exclusive, &file) {
        Err(refused @ LockError::WouldBlock(_)) => println!("{refused}"),
        other => println!("not refused: {other:?}"),
    }
    io::stdout().flush()?;
    let guard = Family::Flock.lock(Mode::Exclusive, file)?;
    writeln!(&*guard, "second, after the wait")?;
    Ok(())
}
