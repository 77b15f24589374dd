//! A killed owner leaves no lock behind: its descriptors are closed, and that frees it at once.
//!
//! The other way to lock, a file whose existence is the lock, fails here: whoever is killed cannot
//! remove it, and the next one has to guess from a process number whether it is stale. That number
//! may meanwhile be another process's. With a lock of the kernel's the file stays and means nothing.
//!
//! Freed is not the same as in order: what the owner was doing is left in the middle. Whoever
//! gets the lock next must be able to tell, or the owner must change files by renaming.
//!
//! ```syscalls
//! flock(*, LOCK_EX) = 0
//! flock($mine, LOCK_EX|LOCK_NB) = -1 EAGAIN (*)
//! kill(*, SIGKILL) = 0
//! flock($mine, LOCK_EX|LOCK_NB) = 0
//! ```

use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use mmap::lock::{Family, LockError, Mode};

fn main() -> anyhow::Result<()> {
    if let Some(path) = env::args_os().nth(1) {
        let guard = Family::Flock.lock(Mode::Exclusive, File::create(path)?)?;
        write!(&*guard, "half a rec")?;
        println!("locked");
        // Nobody writes to this pipe. It ends with the parent, at the latest.
        io::copy(&mut io::stdin(), &mut io::sink())?;
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("records");
    let mut owner = Command::new(env::current_exe()?)
        .arg(&path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(owner.stdout.take().expect("piped")).read_line(&mut line)?;
    assert_eq!(line, "locked\n");

    let mine = File::options().write(true).open(&path)?;
    let refused = Family::Flock.try_lock(Mode::Exclusive, &mine);
    println!("while the owner lives: {}", refused.as_ref().unwrap_err());
    assert!(matches!(refused, Err(LockError::WouldBlock(_))));

    owner.kill()?;
    println!("the owner: {}", owner.wait()?);
    let _guard = Family::Flock.try_lock(Mode::Exclusive, &mine)?;
    let left = fs::read_to_string(&path)?;
    println!("the lock is ours, and so is the mess: {left:?}");
    assert_eq!(left, "half a rec");
    Ok(())
}
