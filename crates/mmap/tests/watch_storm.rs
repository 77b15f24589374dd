//! Many changes: whatever happens, the events replayed over the names of the beginning give the names
//! of the end.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use common::{DEADLINE, tool};
use mmap::watch::{Depth, Event, Mode, Op, Request, Snapshot, Told, Watcher};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The names that somebody knows who has heard all events.
struct Replay(BTreeSet<PathBuf>);

impl Replay {
    fn apply(&mut self, event: &Event) {
        match (event.op, &event.from) {
            (Op::Create, _) => drop(self.0.insert(event.path.clone())),
            (Op::Remove, _) => self.remove(&event.path),
            (Op::Rename, Some(from)) => {
                let moved = self.below(from);
                assert!(!moved.is_empty(), "{event}: nobody has heard of it");
                self.remove(from);
                self.remove(&event.path);
                let rename = |name: &PathBuf| {
                    let rest = name.strip_prefix(from).unwrap();
                    event.path.join(rest).components().collect()
                };
                self.0.extend(moved.iter().map(rename));
            }
            _ => {}
        }
    }

    fn remove(&mut self, top: &Path) {
        for name in self.below(top) {
            self.0.remove(&name);
        }
    }

    fn below(&self, top: &Path) -> Vec<PathBuf> {
        let from_top = (Bound::Included(top), Bound::Unbounded);
        let names = self.0.range::<Path, _>(from_top);
        let below = names.take_while(|name| name.starts_with(top));
        below.cloned().collect()
    }
}

fn names(top: &Path) -> BTreeSet<PathBuf> {
    Snapshot::take(top, true)
        .paths()
        .map(Path::to_owned)
        .collect()
}

/// Creates, renames, writes and removes in `folder`: about `per_second` changes for `seconds`.
fn disturb(folder: &Path, per_second: u32, seconds: u32) {
    let start = Instant::now();
    let mut changes = 0;
    for round in 0.. {
        // A tick's share, then the rest of the tick.
        let name = |kind: &str| folder.join(format!("{kind}-{}", round % 97));
        let below = name("folder").join("below");
        let _ = fs::create_dir(name("folder"));
        let _ = fs::write(&below, "x");
        let _ = fs::write(name("file"), "x");
        let _ = fs::rename(name("file"), name("renamed"));
        let _ = match round % 3 {
            0 => fs::rename(name("folder"), folder.join(format!("moved-{round}"))),
            1 => fs::remove_dir_all(name("folder")),
            _ => fs::rename(below, name("out")),
        };
        if round % 2 == 0 {
            let _ = fs::remove_file(name("renamed"));
        }
        changes += 6;
        let due = start + Duration::from_secs(1) * changes / per_second;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if start.elapsed() > Duration::from_secs(1) * seconds {
            return;
        }
    }
}

/// Hears events until the names are those of the disk.
#[track_caller]
fn follow(replay: &mut Replay, told: &Receiver<Told>, top: &Path) {
    let deadline = Instant::now() + DEADLINE;
    let now = names(top);
    while replay.0 != now {
        let left = deadline.saturating_duration_since(Instant::now());
        match told.recv_timeout(left) {
            Ok(events) => events.unwrap().iter().for_each(|event| replay.apply(event)),
            Err(_) => {
                let differences: Vec<_> = replay.0.symmetric_difference(&now).collect();
                panic!("the end is not what was told: {differences:#?}");
            }
        }
    }
}

#[test]
fn ten_thousand_changes_a_second_end_in_the_right_state() {
    for mode in [Mode::Kernel, Mode::Polling(Duration::from_millis(20))] {
        let folder = tempfile::tempdir().unwrap();
        let (watcher, told) = Watcher::channel(mode, Duration::from_millis(10)).unwrap();
        let rooms: Vec<_> = (0..4)
            .map(|room| folder.path().join(room.to_string()))
            .collect();
        rooms.iter().for_each(|room| fs::create_dir(room).unwrap());
        watcher
            .watch(Request::new(folder.path()).depth(Depth::All))
            .unwrap();
        let mut replay = Replay(names(folder.path()));
        thread::scope(|scope| {
            for room in &rooms {
                scope.spawn(|| disturb(room, 2500, 2));
            }
        });
        follow(&mut replay, &told, folder.path());
        // And it goes on from there.
        fs::write(folder.path().join("last"), "").unwrap();
        follow(&mut replay, &told, folder.path());
    }
}

#[test]
fn after_lost_messages_the_difference_is_told() {
    // So long an interval that all is lost until we say so.
    let never = Mode::Polling(Duration::from_secs(100_000));
    let folder = tempfile::tempdir().unwrap();
    let (watcher, told) = Watcher::channel(never, Duration::ZERO).unwrap();
    fs::create_dir(folder.path().join("room")).unwrap();
    watcher
        .watch(Request::new(folder.path()).depth(Depth::All))
        .unwrap();
    let mut replay = Replay(names(folder.path()));
    disturb(&folder.path().join("room"), 100_000, 1);
    watcher.rescan();
    follow(&mut replay, &told, folder.path());
}

/// The limit of the kernel's queue, if it can be overrun in a test.
fn queue_limit() -> Option<usize> {
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").ok()?;
    limit.trim().parse().ok().filter(|limit| *limit <= 100_000)
}

/// The tool is stopped, so that nobody reads the queue, until it has overflown.
#[test]
fn an_overflow_of_the_kernels_queue_is_made_good() {
    let Some(limit) = queue_limit() else {
        return println!("skipped: no inotify here, or a queue too long to fill");
    };
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path().join("top");
    fs::create_dir_all(top.join("sub/deep")).unwrap();
    fs::write(top.join("sub/0"), "").unwrap();
    fs::write(top.join("sub/1"), "").unwrap();
    let mut child = tool(&["watch", "--batch"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = Pid::from_raw(child.id() as i32);
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    writeln!(input, "watch {}/...", top.display()).unwrap();
    assert_eq!(lines.next().unwrap(), "ok");
    let mut replay = Replay(names(&top));

    kill(pid, Signal::SIGSTOP).unwrap();
    // Opening is told too. In turns, or the kernel would merge the messages.
    for turn in 0..=limit {
        fs::File::open(top.join(["sub/0", "sub/1"][turn % 2])).unwrap();
    }
    // Of all that follows there is no message.
    fs::rename(top.join("sub/deep"), top.join("deep")).unwrap();
    fs::create_dir(top.join("new")).unwrap();
    fs::remove_file(top.join("sub/0")).unwrap();
    kill(pid, Signal::SIGCONT).unwrap();
    let missed = names(&top);
    while replay.0 != missed {
        replay.apply(&event(&lines.next().expect("the tool goes on")));
    }
    // What the rescan found is watched.
    for place in ["deep/file", "new/file", "sub/0"] {
        fs::write(top.join(place), "").unwrap();
        let told = lines.find(|line| line.starts_with("event create")).unwrap();
        assert_eq!(told, format!("event create {}", top.join(place).display()));
    }
    drop(input);
    lines.for_each(drop);
    assert!(common::wait(&mut child).success());
}

fn event(line: &str) -> Event {
    let words: Vec<_> = line.splitn(3, ' ').collect();
    let ["event", op, rest] = words[..] else {
        panic!("no event: {line}");
    };
    match rest.split_once('\t') {
        Some((to, from)) => Event::rename(from, to),
        None => Event::new(op.parse().unwrap(), rest),
    }
}
