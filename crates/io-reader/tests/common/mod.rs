//! What the test files share.

// Each test file compiles this module for itself and uses a part of it.
#![allow(dead_code)]

use std::collections::VecDeque;
use std::env;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use proptest::test_runner::Config;

/// How long anything may take before a test gives it up. Generous: the machine may be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Whether `program` can be run. Where it cannot, the test says that it is skipped; in CI, where
/// everything is to be installed, that is a failure.
pub(crate) fn have(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    if env::split_paths(&path).any(|folder| is_executable(&folder.join(program))) {
        return true;
    }
    assert!(
        env::var_os("CI").is_none(),
        "{program} is missing; run cargo xtask doctor --install"
    );
    println!(
        "skipped: {} needs {program}",
        thread::current().name().unwrap_or("a test")
    );
    false
}

/// The chapter's tool, ready for arguments.
pub(crate) fn tool() -> Command {
    Command::new(env!("CARGO_BIN_EXE_io-reader"))
}

/// Runs `command` with `input` on its standard input, and collects what it says.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // On a thread of its own: a child that writes before it has read all would block us both.
    let feeder = thread::spawn(move || match stdin.write_all(&input) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    });
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap().unwrap();
    output
}

/// Standard output of a run that must have ended well, with nothing on standard error.
pub(crate) fn stdout_of(command: &mut Command, input: &[u8]) -> String {
    let output = run(command, input);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && stderr.is_empty(),
        "{command:?}: {}\n{stderr}",
        output.status
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Runs `work` on a thread of its own and hands back its result; panics with `what` when none
/// comes, so that a deadlock is a failed test rather than a hung one.
pub(crate) fn within_patience<T: Send + 'static>(
    what: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (sender, receiver) = mpsc::channel();
    let worker = thread::spawn(move || sender.send(work()));
    match receiver.recv_timeout(PATIENCE) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("no end within {PATIENCE:?}: {what}"),
        Err(mpsc::RecvTimeoutError::Disconnected) => match worker.join() {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(_) => unreachable!("the worker sends before it returns"),
        },
    }
}

/// Settings for property tests: so many cases, and no file written when one fails. What is printed
/// then is enough to repeat it.
pub(crate) fn cases(n: u32) -> Config {
    Config {
        failure_persistence: None,
        ..Config::with_cases(n)
    }
}

/// A source that hands out its bytes in pieces of the given sizes (then in ones of 7), and is
/// interrupted by a signal before every piece of size 0.
#[derive(Debug)]
pub(crate) struct Pieces {
    bytes: VecDeque<u8>,
    sizes: VecDeque<usize>,
}

impl Pieces {
    pub(crate) fn new(bytes: &[u8], sizes: &[usize]) -> Self {
        Self {
            bytes: bytes.iter().copied().collect(),
            sizes: sizes.iter().copied().collect(),
        }
    }

    /// How many bytes nobody has taken.
    pub(crate) fn left(&self) -> usize {
        self.bytes.len()
    }
}

impl Read for Pieces {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes.pop_front().unwrap_or(7);
        if size == 0 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let len = buf.len().min(size);
        self.bytes.read(&mut buf[..len])
    }
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
