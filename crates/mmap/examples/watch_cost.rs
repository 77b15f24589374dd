//! An idle inotify watcher makes no system call; a poller makes one for each file at each look.
//!
//! A thread that has not been on a processor has made no system call. `/proc/self/task/TID/schedstat`
//! counts how often each thread was given one: for a passive watcher the count stands still, however
//! many files there are. An active one pays an `fstatat` a file a look: look rarely and be late, or
//! look often and pay. The witness counts three looks at twenty files.
//!
//! Passive is not free either: inotify pins an inode in memory for each directory, which is why there
//! is a limit (`fs.inotify.max_user_watches`).
//!
//! ```syscalls
//! inotify_init1(*) = *
//! inotify_add_watch(*, "*/twenty", *) = 1
//! newfstatat(AT_FDCWD, "*/twenty/file-*", *) = 0 x80
//! ```
//!
//! Linux only: /proc shows what threads have done, and inotify is there.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use mmap::watch::{Mode, Request, Snapshot, Watcher};

fn main() -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        println!("skipped: only Linux has /proc");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let twenty = folder.path().join("twenty");
    let thousand = folder.path().join("thousand");
    fill(&twenty, 20)?;
    fill(&thousand, 1000)?;

    // When it starts a watcher looks once, to know what is there: the first twenty calls.
    let (watcher, _told) = Watcher::channel(Mode::Kernel, Duration::from_millis(1))?;
    watcher.watch(Request::new(&twenty))?;
    let idle = idle_turns()?;
    println!("passive, idle: threads were on a processor {idle} times");
    assert_eq!(idle, 0);

    let few = (0..3)
        .map(|_| Snapshot::take(&twenty, false).len())
        .sum::<usize>();
    let start = Instant::now();
    let many = Snapshot::take(&thousand, false).len();
    println!("active: {few} calls for 3 looks at 20 files, {many} for one look at 1000");
    println!("        which took {:?}", start.elapsed());
    // The folder itself is looked at too.
    assert_eq!((few, many), (3 * 21, 1001));
    Ok(())
}

fn fill(folder: &Path, files: u32) -> anyhow::Result<()> {
    fs::create_dir(folder)?;
    for file in 0..files {
        fs::write(folder.join(format!("file-{file}")), "")?;
    }
    Ok(())
}

/// How often the other threads ran in a quiet tenth of a second. The first may still see them going
/// to sleep.
fn idle_turns() -> anyhow::Result<u64> {
    let mut least = u64::MAX;
    for _ in 0..5 {
        let before = turns()?;
        thread::sleep(Duration::from_millis(100));
        least = least.min(turns()? - before);
    }
    Ok(least)
}

/// How often threads other than this one have been given a processor.
fn turns() -> anyhow::Result<u64> {
    let mut turns = 0;
    for thread in fs::read_dir("/proc/self/task")? {
        let thread = thread?;
        if thread.file_name().to_string_lossy() != std::process::id().to_string() {
            let statistics = fs::read_to_string(thread.path().join("schedstat"))?;
            let last = statistics.split_whitespace().last().unwrap_or_default();
            turns += last.parse::<u64>()?;
        }
    }
    Ok(turns)
}
