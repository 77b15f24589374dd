//! Threads share memory, descriptors and directory; a forked child changes copies of its own.
//!
//! Threads share by having one of each: one table of pages, one table of descriptors, one working directory
//! and one umask. `fork` copies them all (the pages when they are written). So a library that calls `chdir` in
//! one thread moves the whole program, and a child that does moves itself.
//!
//! All of it happens in a process of its own, which has one thread when it forks.
#![allow(unsafe_code)] // fork(2)

use std::env;
use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Writes to memory, opens a file that stays open, and goes to `to`.
fn change(to: &Path) -> std::io::Result<i32> {
    NUMBER.fetch_add(1, Ordering::SeqCst);
    env::set_current_dir(to)?;
    let file = File::open("/dev/null")?;
    let number = file.as_raw_fd();
    // It stays open as long as the process is there.
    std::mem::forget(file);
    Ok(number)
}

/// Whether the number is that of an open descriptor.
fn is_open(descriptor: i32) -> bool {
    fs::symlink_metadata(format!("/dev/fd/{descriptor}")).is_ok()
}

fn child() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    fs::create_dir(&a)?;
    fs::create_dir(&b)?;

    // SAFETY: this process has one thread, so the child finds no lock held by nobody.
    match unsafe { fork() }? {
        ForkResult::Child => {
            let changed = change(&a).is_ok()
                && NUMBER.load(Ordering::SeqCst) == 1
                && env::current_dir().is_ok_and(|here| here.ends_with("a"));
            process::exit(if changed { 0 } else { 1 });
        }
        ForkResult::Parent { child } => {
            assert_eq!(
                waitpid(child, None)?,
                WaitStatus::Exited(child, 0),
                "it saw its own changes"
            );
        }
    }
    println!(
        "after the child: number {}, in {}",
        NUMBER.load(Ordering::SeqCst),
        env::current_dir()?.display()
    );
    assert_eq!(NUMBER.load(Ordering::SeqCst), 0);
    assert!(!env::current_dir()?.ends_with("a"));

    let to = b.clone();
    let opened = thread::spawn(move || change(&to))
        .join()
        .expect("it only changes things")?;
    println!(
        "after the thread: number {}, in {}, descriptor {opened} open: {}",
        NUMBER.load(Ordering::SeqCst),
        env::current_dir()?.display(),
        is_open(opened)
    );
    assert_eq!(NUMBER.load(Ordering::SeqCst), 1);
    assert!(env::current_dir()?.ends_with("b"));
    assert!(is_open(opened));
    env::set_current_dir("/")?;
    Ok(())
}

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).as_deref() == Some("child") {
        return child();
    }
    let status = Command::new(env::current_exe()?).arg("child").status()?;
    assert!(status.success());
    Ok(())
}
