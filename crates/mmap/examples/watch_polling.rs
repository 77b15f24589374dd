//! A poller sees a change at its next look, and of two changes between two looks only the outcome.
//!
//! *Active* watching: list the folder, ask `fstatat` about each name, and compare with the time before.
//! It works on every filesystem, also on those that tell nothing: network mounts that another machine
//! writes to, some containers' shared folders. What it cannot see is what left no trace: a file that
//! came and went, a write that kept size and time.
//!
//! A renamed file is found by its inode number. That alone would not do: a new file gets the number
//! of one that was removed a moment ago, so the time of the last write has to be the same too.

use std::fs;
use std::time::{Duration, Instant};

use mmap::watch::{Event, Mode, Op, Request, Snapshot, Watcher, difference};

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (a, b, c) = (
        folder.path().join("a"),
        folder.path().join("b"),
        folder.path().join("c"),
    );

    let empty = Snapshot::take(folder.path(), false);
    fs::write(&a, "one")?;
    let first = Snapshot::take(folder.path(), false);
    assert_eq!(difference(&empty, &first), [Event::new(Op::Create, &a)]);

    fs::write(&a, "one, two")?;
    fs::write(&a, "one, two, three")?;
    let second = Snapshot::take(folder.path(), false);
    assert_eq!(difference(&first, &second), [Event::new(Op::Write, &a)]);

    fs::write(&c, "here")?;
    fs::remove_file(&c)?;
    fs::rename(&a, &b)?;
    let third = Snapshot::take(folder.path(), false);
    assert_eq!(difference(&second, &third), [Event::rename(&a, &b)]);
    println!("six changes, three looks: create, write, rename");

    let interval = Duration::from_millis(20);
    let (watcher, told) = Watcher::channel(Mode::Polling(interval), Duration::ZERO)?;
    watcher.watch(Request::new(folder.path()))?;
    let start = Instant::now();
    fs::write(&c, "again")?;
    let events = told.recv_timeout(Duration::from_secs(10))??;
    println!(
        "{} after {:?}, looking every {interval:?}",
        events[0].op,
        start.elapsed()
    );
    assert_eq!(events[0], Event::new(Op::Create, &c));
    Ok(())
}
