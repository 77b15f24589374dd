//! Locks between processes: who holds them, what they lose, and what is left when they are killed.

mod common;
mod lock_common;

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use mmap::lock::{Bytes, Family, LockError, Mode};

use lock_common::{assert_busy, assert_free, bytes, open};

const PROCESS: Family = Family::Process(Bytes::ALL);
const FAMILIES: [(&str, Family); 3] = [
    ("flock", Family::Flock),
    ("ofd", Family::Ofd(Bytes::ALL)),
    ("process", PROCESS),
];

#[test]
fn the_holder_of_a_process_lock_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mine = open(&path);
    let mut child = Helper::start("hold", &path, "process");
    let refused = PROCESS.try_lock(Mode::Shared, &mine).unwrap_err();
    let LockError::WouldBlock(Some(holder)) = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!(holder.pid, Some(child.process.id()));
    assert_eq!(
        refused.to_string(),
        format!("locked by process {}", child.process.id())
    );
    child.finish();
    assert_free(PROCESS.try_lock(Mode::Shared, &mine));
}

#[test]
fn a_process_loses_its_lock_with_any_descriptor() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mine = open(&path);
    let mut child = Helper::start("hold", &path, "process");
    assert_busy(PROCESS.try_lock(Mode::Exclusive, &mine));
    // It opens the file once more, and closes that.
    child.tell("reopen");
    assert_free(PROCESS.try_lock(Mode::Exclusive, &mine));
    child.finish();
}

#[test]
fn two_processes_that_wait_for_each_other_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mine = open(&path);
    let first = Family::Process(bytes(0..1))
        .lock(Mode::Exclusive, &mine)
        .unwrap();
    // It holds the second byte, and goes for the first.
    let mut child = Helper::start("deadlock", &path, "process");
    let second = Family::Process(bytes(1..2)).lock(Mode::Exclusive, &mine);
    // One of them was the second to wait, and that one is told.
    let told_me = matches!(second, Err(LockError::Deadlock));
    assert!(told_me || second.is_ok(), "{second:?}");
    drop(first);
    let told_it = child.line() == "deadlock";
    assert!(told_me != told_it);
    child.finish();
}

#[test]
fn killing_the_owner_frees_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mine = open(&path);
    for (name, family) in FAMILIES {
        let mut child = Helper::start("hold", &path, name);
        assert_busy(family.try_lock(Mode::Exclusive, &mine));
        child.process.kill().unwrap();
        child.process.wait().unwrap();
        assert_free(family.try_lock(Mode::Exclusive, &mine));
    }
}

#[test]
fn eight_processes_count_to_eight_hundred() {
    for (name, _) in FAMILIES {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "0").unwrap();
        let mut children: Vec<_> = (0..8)
            .map(|_| Helper::start("count", &path, name))
            .collect();
        children.iter_mut().for_each(Helper::finish);
        assert_eq!(fs::read_to_string(&path).unwrap(), "800", "{name}");
    }
}

/// What [`Helper`] runs, in a process of its own. Without the environment it has nothing to do.
#[test]
fn helper() {
    let Some(task) = env::var_os("LOCK_TASK") else {
        return;
    };
    let path = env::var_os("LOCK_FILE").unwrap();
    let name = env::var("LOCK_FAMILY").unwrap();
    let (_, family) = FAMILIES
        .into_iter()
        .find(|&(known, _)| known == name)
        .unwrap();
    let file = open(Path::new(&path));
    match task.to_str() {
        Some("hold") => {
            let _guard = family.lock(Mode::Exclusive, &file).unwrap();
            say("ready");
            while command() == "reopen" {
                File::open(&path).unwrap();
                say("ready");
            }
        }
        Some("deadlock") => {
            let second = Family::Process(bytes(1..2))
                .lock(Mode::Exclusive, &file)
                .unwrap();
            say("ready");
            let first = Family::Process(bytes(0..1)).lock(Mode::Exclusive, &file);
            drop(second);
            let told = matches!(first, Err(LockError::Deadlock));
            say(if told { "deadlock" } else { "locked" });
        }
        Some("count") => {
            say("ready");
            (0..100).for_each(|_| increment(&family.lock(Mode::Exclusive, &file).unwrap()));
        }
        other => panic!("no task {other:?}"),
    }
}

/// A line for the parent, which stands out among those of the test harness.
fn say(word: &str) {
    println!("\n@{word}");
}

fn command() -> String {
    std::io::stdin()
        .lines()
        .next()
        .map_or(String::new(), Result::unwrap)
}

/// Through the locked descriptor itself: to open the file once more and to close that would free a
/// process's lock.
fn increment(file: &File) {
    let mut text = [0; 8];
    let len = file.read_at(&mut text, 0).unwrap();
    let count: u32 = std::str::from_utf8(&text[..len]).unwrap().parse().unwrap();
    file.write_all_at((count + 1).to_string().as_bytes(), 0)
        .unwrap();
}

/// A process that runs [`helper`].
struct Helper {
    process: Child,
    lines: BufReader<ChildStdout>,
}

impl Helper {
    /// Returns when it is ready: it has its lock.
    fn start(task: &str, path: &Path, family: &str) -> Helper {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "helper", "--nocapture"])
            .env("LOCK_TASK", task)
            .env("LOCK_FILE", path)
            .env("LOCK_FAMILY", family)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        let mut helper = Helper { process, lines };
        assert_eq!(helper.line(), "ready");
        helper
    }

    fn line(&mut self) -> String {
        let said =
            |line: std::io::Result<String>| line.unwrap().strip_prefix('@').map(str::to_owned);
        let mut lines = self.lines.by_ref().lines();
        lines.find_map(said).expect("the helper says something")
    }

    fn tell(&mut self, command: &str) {
        let stdin = self.process.stdin.as_mut().unwrap();
        writeln!(stdin, "{command}").unwrap();
        assert_eq!(self.line(), "ready");
    }

    fn finish(&mut self) {
        drop(self.process.stdin.take());
        assert!(common::wait(&mut self.process).success());
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
