//! `cargo xtask learn watch`: the verdict at each save.
//!
//! It asks for the file's metadata five times a second: that works in every editor, on every file
//! system and in a container's mounted folder, where the kernel's own notices often do not arrive.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::desk::shown;
use super::progress::State;
use super::school::School;
use crate::screen::{self, DIM};

const INTERVAL: Duration = Duration::from_millis(200);

/// What changes when a file is saved, in place or by renaming a new one over it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    length: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl Stamp {
    /// None while the file is not there: an editor may be at it.
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self {
            inode: metadata.ino(),
            length: metadata.len(),
            seconds: metadata.mtime(),
            nanoseconds: metadata.mtime_nsec(),
        })
    }
}

/// Goes on from exercise to exercise; ends when all are solved, or by Ctrl-C.
pub(super) fn run(school: &mut School<'_>, name: Option<&str>) -> Result<ExitCode> {
    let mut number = match name {
        Some(name) => Some(school.course.find(name)?),
        None => {
            let here = school.here();
            let open = here.filter(|number| school.state(*number) == State::Open);
            open.or_else(|| school.open_after(here))
        }
    };
    while let Some(current) = number {
        school.move_to(number)?;
        until_solved(school, current)?;
        number = school.open_after(number);
        screen::line("")?;
    }
    school.show(None)
}

/// Judges the file as it is, unless the reader has not begun, and at each save.
fn until_solved(school: &mut School<'_>, number: usize) -> Result<()> {
    let exercise = &school.course.exercises[number];
    let copy = school.desk.copy(exercise);
    let mut judged = if school.desk.is_untouched(exercise)? {
        Stamp::of(&copy)
    } else {
        None
    };
    screen::line(&format!(
        "\n{DIM}Waiting for a save of {}; Ctrl-C ends.{DIM:#}",
        shown(&copy)
    ))?;
    loop {
        let now = Stamp::of(&copy);
        if now.is_none() || now == judged {
            thread::sleep(INTERVAL);
            continue;
        }
        // Before the file is read: what is saved meanwhile has another stamp, and is judged next.
        judged = now;
        screen::line("")?;
        if school.judge(number)? {
            return Ok(());
        }
    }
}
