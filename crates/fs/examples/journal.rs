//! Killed at any step of write, sync, rename: the file is the old or the new, never a mixture.
//!
//! A journaling filesystem keeps its *own* structures whole over a crash: it notes what it is going
//! to change, and after a crash does it again or not at all. A program gets the same for one file
//! with what every filesystem has: the new contents go into a file of their own, and `rename` puts
//! that in the old one's place, in one step. Who writes into the file itself has a moment in which
//! it is neither.
//!
//! Here a child stops itself after each step and is killed there. That is a crash of the program; for
//! one of the machine it also matters that both `fsync` are where they are. Go's standard library
//! has no such function either; macOS wants `F_FULLFSYNC`, as `fs::replace` does.
//!
//! ```syscalls
//! kill(*, SIGKILL) x9
//! ```

use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::{env, io};

use nix::sys::signal::{Signal, kill, raise};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

const OLD: &str = "old, old, old";
const NEW: &str = "new, new, new";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The child's part; `step` is called after each step, with its name.
fn by_rename(path: &Path, mut step: impl FnMut(&str)) -> io::Result<()> {
    let temporary = path.with_extension("tmp");
    let mut file = File::create_new(&temporary)?;
    step("temporary file made");
    file.write_all(&NEW.as_bytes()[..6])?;
    step("half written");
    file.write_all(&NEW.as_bytes()[6..])?;
    step("written");
    file.sync_all()?;
    step("synced");
    fs::rename(&temporary, path)?;
    step("renamed");
    File::open(path.parent().unwrap())?.sync_all()?;
    step("directory synced");
    Ok(())
}

fn in_place(path: &Path, mut step: impl FnMut(&str)) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    step("opened");
    file.write_all_at(&NEW.as_bytes()[..6], 0)?;
    step("half written");
    file.write_all_at(&NEW.as_bytes()[6..], 6)?;
    step("written");
    Ok(())
}

fn child(way: &str, path: &Path, last: usize) -> io::Result<()> {
    let mut steps = 0;
    let stop_at_last = |name: &str| {
        if steps == last {
            println!("  killed when {name:<20}");
            raise(Signal::SIGSTOP).expect("a stop");
        }
        steps += 1;
    };
    match way {
        "by rename" => by_rename(path, stop_at_last),
        _ => in_place(path, stop_at_last),
    }
}

/// What is in the file after the child was killed at each of its steps.
fn kill_at_each(way: &str, steps: usize) -> Result<Vec<String>> {
    println!("{way}:");
    let mut seen = Vec::new();
    for step in 0..steps {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("file");
        fs::write(&path, OLD)?;
        let mut child = Command::new(env::current_exe()?)
            .args([way.as_ref(), path.as_os_str()])
            .arg(step.to_string())
            .spawn()?;
        let pid = Pid::from_raw(child.id().try_into()?);
        let stopped = waitpid(pid, Some(WaitPidFlag::WUNTRACED))?;
        assert_eq!(stopped, WaitStatus::Stopped(pid, Signal::SIGSTOP));
        kill(pid, Signal::SIGKILL)?;
        child.wait()?;
        let contents = fs::read_to_string(&path)?;
        println!("    the file says {contents:?}");
        seen.push(contents);
    }
    Ok(seen)
}

fn main() -> Result<()> {
    if let [_, way, path, last] = &env::args().collect::<Vec<_>>()[..] {
        return Ok(child(way, path.as_ref(), last.parse()?)?);
    }
    assert_eq!(kill_at_each("in place", 3)?, [OLD, "new, nld, old", NEW]);
    let seen = kill_at_each("by rename", 6)?;
    assert_eq!(seen, [OLD, OLD, OLD, OLD, NEW, NEW]);
    Ok(())
}
