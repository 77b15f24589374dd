//! A starter under test: its report line by line, its files in a folder of its own, and nothing that
//! outlives the test.

// Each test program compiles this file for itself and none uses all of it.
#![allow(dead_code, unreachable_pub)]

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::iter;
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::common::{self, DEADLINE, tool};

/// A starter that runs, in a process group of its own with all its workers.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Running {
    /// `signals start`, with these arguments.
    pub fn start(arguments: &[&str]) -> Running {
        let mut command = tool(&["start"]);
        command.args(arguments);
        Running::of(command)
    }

    /// Any program that reports on standard error.
    pub fn of(mut command: Command) -> Running {
        command.process_group(0).stdout(Stdio::null());
        let mut child = command.spawn().expect("the starter starts");
        let report = BufReader::new(child.stderr.take().expect("standard error is a pipe"));
        let (sender, lines) = channel();
        thread::spawn(move || {
            let lines = report.lines().map_while(Result::ok);
            lines.map(|line| sender.send(line)).find(Result::is_err)
        });
        let seen = Vec::new();
        Running { child, lines, seen }
    }

    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    pub fn tell(&self, signal: Signal) {
        kill(self.pid(), signal).expect("the starter is there");
    }

    /// The next line of the report that has these words in it.
    #[track_caller]
    pub fn until(&mut self, words: &str) -> String {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("no line says {words:?}:\n{}", self.seen.join("\n"));
            };
            self.seen.push(line.clone());
            if line.contains(words) {
                return line;
            }
        }
    }

    /// The worker of the next line that has these words in it.
    #[track_caller]
    pub fn worker(&mut self, words: &str) -> Pid {
        let line = self.until(words);
        let number = line
            .split_ascii_whitespace()
            .find_map(|word| word.parse().ok());
        Pid::from_raw(number.expect(&line))
    }

    /// The address or path of the next socket that is reported.
    #[track_caller]
    pub fn listening(&mut self) -> String {
        let line = self.until("listening on ");
        line.split(' ').nth(3).expect(&line).to_owned()
    }

    /// All that was reported until now.
    pub fn seen(&self) -> &[String] {
        &self.seen
    }

    /// Waits for the end of the starter, and gives all that it has reported.
    #[track_caller]
    pub fn end(&mut self) -> (ExitStatus, Vec<String>) {
        let status = common::wait(&mut self.child);
        // Workers that live on hold the pipe open: then a silence is the end.
        let silence = Duration::from_millis(300);
        self.seen
            .extend(iter::from_fn(|| self.lines.recv_timeout(silence).ok()));
        (status, self.seen.clone())
    }

    /// TERM, and a clean end.
    #[track_caller]
    pub fn stop(&mut self) -> Vec<String> {
        self.tell(Signal::SIGTERM);
        let (status, lines) = self.end();
        assert!(status.success(), "{status}:\n{}", lines.join("\n"));
        lines
    }

    /// As `kill -9` does it: nothing is tidied up.
    pub fn kill(&mut self) {
        self.tell(Signal::SIGKILL);
        common::wait(&mut self.child);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Fails when all of them have ended.
        let _ = killpg(self.pid(), Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

/// Sets it when a test ends, also by a panic: the threads of a scope would go on, and the scope waits.
pub struct SetAtEnd<'a>(pub &'a AtomicBool);

impl Drop for SetAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A folder with the files of a starter.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn at(&self, name: &str) -> String {
        let path = self.path().join(name);
        path.to_str().expect("UTF-8").to_owned()
    }

    pub fn write(&self, name: &str, content: &str) {
        fs::write(self.at(name), content).expect("the file is written");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).expect(name)
    }

    pub fn has(&self, name: &str) -> bool {
        fs::symlink_metadata(self.at(name)).is_ok()
    }

    /// Waits until the file is there, and reads it.
    #[track_caller]
    pub fn wait_for(&self, name: &str) -> String {
        eventually(&format!("{name} is there"), || self.has(name));
        self.read(name)
    }
}

/// Waits until it is so.
#[track_caller]
pub fn eventually(what: &str, so: impl Fn() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !so() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Whether the process is there. One that nobody has waited for yet counts as gone.
pub fn lives(pid: Pid) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output();
    let state = output.expect("ps runs").stdout;
    !state.is_empty() && !state.starts_with(b"Z")
}

/// What `signals` says on standard error, and its status.
pub fn say(arguments: &[&str]) -> (Option<i32>, String) {
    let output = tool(arguments).output().expect("the tool starts");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// A program of the workspace, built beside this test.
pub fn built(package: &str, kind: &str, name: &str) -> PathBuf {
    let profile = Path::new(env!("CARGO_BIN_EXE_signals"))
        .parent()
        .expect("a folder");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", package, kind, name]);
    cargo
        .arg("--target-dir")
        .arg(profile.parent().expect("a target folder"));
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    let status = cargo.status().expect("cargo starts");
    assert!(status.success(), "cargo cannot build {name}");
    match kind {
        "--example" => profile.join("examples").join(name),
        _ => profile.join(name),
    }
}

/// The lesson's server, which gives its answers before it ends at TERM.
pub fn graceful() -> String {
    let path = built("signals", "--example", "graceful_shutdown");
    path.to_str().expect("UTF-8").to_owned()
}

/// Asks the lesson's server, and gives its process number.
pub fn ask(address: &str) -> io::Result<Pid> {
    ask_over(TcpStream::connect(address)?)
}

pub fn ask_over(mut stream: impl Read + Write) -> io::Result<Pid> {
    stream.write_all(b"are you there?\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let cut = || io::Error::new(io::ErrorKind::UnexpectedEof, answer.clone());
    let (pid, line) = answer.split_once('\n').ok_or_else(cut)?;
    let pid = pid.parse().map_err(|_| cut())?;
    if line == "are you there?\n" {
        Ok(Pid::from_raw(pid))
    } else {
        Err(cut())
    }
}
