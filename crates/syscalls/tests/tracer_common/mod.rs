//! What the tests of the tracer share: programs to trace, and a limit to the patience.
#![allow(
    dead_code,
    reason = "each test program uses a part of it, and is compiled with all of it"
)]

use std::fs;
use std::path::PathBuf;
use std::process;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use syscalls::event::{Call, Event, Kind, Pid};
use syscalls::trace::{Command, Options, Recording};
use tempfile::TempDir;

const LIMIT: Duration = Duration::from_secs(60);

/// Ends the test program when it is not dropped within a minute: a tracer that waits for ever cannot
/// be asked to stop.
pub(crate) struct Deadline(Option<Sender<()>>);

/// Guards a wait.
pub(crate) fn deadline(waiting_for: &'static str) -> Deadline {
    let (sender, receiver) = channel::<()>();
    thread::spawn(move || {
        use std::sync::mpsc::RecvTimeoutError::Timeout;
        if receiver.recv_timeout(LIMIT) == Err(Timeout) {
            eprintln!("a minute was not enough for: {waiting_for}");
            process::exit(101);
        }
    });
    Deadline(Some(sender))
}

impl Drop for Deadline {
    fn drop(&mut self) {
        drop(self.0.take());
    }
}

/// Options as `-f` gives them.
pub(crate) fn follow() -> Options {
    Options {
        follow: true,
        ..Options::default()
    }
}

/// Traces a command to its end.
#[track_caller]
pub(crate) fn record(command: &Command, options: Options) -> Recording {
    let _deadline = deadline("a traced program's end");
    Recording::of(command, options).expect("a trace")
}

/// A C program, compiled into a folder of its own.
pub(crate) struct Program {
    _folder: TempDir,
    pub(crate) path: PathBuf,
}

/// Compiles C; `None` where there is no compiler.
pub(crate) fn compile(test: &str, source: &str) -> Option<Program> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (text, path) = (folder.path().join("p.c"), folder.path().join("p"));
    fs::write(&text, source).expect("a file");
    let mut cc = process::Command::new("cc");
    cc.args(["-O1", "-pthread", "-o"]).arg(&path).arg(&text);
    match cc.status() {
        Ok(status) => assert!(status.success(), "cc does not take the program of {test}"),
        Err(_) => {
            assert!(std::env::var_os("CI").is_none(), "{test} needs cc");
            println!("skipped: {test} needs cc");
            return None;
        }
    }
    Some(Program {
        _folder: folder,
        path,
    })
}

/// The numbers of the calls of one task, in order.
pub(crate) fn numbers_of(recording: &Recording, tid: Pid) -> Vec<i64> {
    calls_of(recording, tid).map(|c| c.number as i64).collect()
}

/// The calls of one task, in order.
pub(crate) fn calls_of(recording: &Recording, tid: Pid) -> impl Iterator<Item = &Call> {
    let events = recording.events.iter();
    events.filter_map(move |event| match &event.kind {
        Kind::Call(call) if event.tid == tid => Some(call),
        _ => None,
    })
}

/// The first task's number.
pub(crate) fn root(recording: &Recording) -> Pid {
    recording.events.first().expect("an event").tid
}

/// How many events are of a kind.
pub(crate) fn count(recording: &Recording, of: impl Fn(&Event) -> bool) -> usize {
    recording.events.iter().filter(|event| of(event)).count()
}
