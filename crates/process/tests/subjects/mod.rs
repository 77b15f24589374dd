//! Processes to look at: asleep, stopped, dead, of odd names, in a session of their own.

// Each test program compiles this file for itself and none uses all of it.
#![allow(dead_code, unreachable_pub)]

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use process::table::{Fields, State, Table};
use tempfile::TempDir;

use super::common::DEADLINE;

/// Ended when dropped.
pub struct Subjects {
    children: Vec<Child>,
    folder: TempDir,
}

impl Subjects {
    /// One of each kind, all in the state that they stay in.
    pub fn start() -> Subjects {
        let folder = tempfile::tempdir().unwrap();
        let mut subjects = Subjects {
            children: Vec::new(),
            folder,
        };
        subjects.add(sleep(&["600"]).arg0("a name  with spaces"), State::Sleeping);
        subjects.add(sleep(&["600"]).process_group(0), State::Sleeping);
        subjects.add(&mut odd_name(&subjects.odd_path()), State::Sleeping);
        subjects.add(
            Command::new("nice").args(["-n", "7", "sleep", "600"]),
            State::Sleeping,
        );
        subjects.add(
            Command::new("setsid").args(["sleep", "600"]),
            State::Sleeping,
        );
        subjects.add(
            Command::new("sh").args(["-c", "sleep 600 & wait"]),
            State::Sleeping,
        );
        if cfg!(target_os = "linux") {
            for class in ["-b", "-i"] {
                subjects.add(
                    Command::new("chrt").args([class, "0", "sleep", "600"]),
                    State::Sleeping,
                );
            }
        }
        subjects.add_stopped();
        subjects
    }

    fn odd_path(&self) -> std::path::PathBuf {
        self.folder.path().join("a) R 1 (b\nc")
    }

    /// Starts a process and waits until it is in this state.
    pub fn add(&mut self, command: &mut Command, state: State) -> i32 {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let pid = child.id() as i32;
        self.children.push(child);
        wait_for(pid, state);
        pid
    }

    fn add_stopped(&mut self) {
        let pid = self.add(&mut sleep(&["600"]), State::Sleeping);
        kill(Pid::from_raw(pid), Signal::SIGSTOP).unwrap();
        wait_for(pid, State::Stopped);
    }

    /// One that has ended, and that nobody waits for before the end of the test.
    pub fn add_zombie(&mut self) -> i32 {
        self.add(&mut Command::new("true"), State::Zombie)
    }

    pub fn pids(&self) -> Vec<i32> {
        self.children
            .iter()
            .map(|child| child.id() as i32)
            .collect()
    }

    /// Separated by commas.
    pub fn list(&self) -> String {
        let pids = self.pids().into_iter().map(|pid| pid.to_string());
        pids.collect::<Vec<_>>().join(",")
    }
}

impl Drop for Subjects {
    fn drop(&mut self) {
        // What the shell among them started would outlive it; it is found by its parent.
        let mut table = Table::open().unwrap();
        let own = self.pids();
        for process in table.processes(Fields::NONE).unwrap() {
            if own.contains(&process.parent) {
                let _ = kill(Pid::from_raw(process.pid), Signal::SIGKILL);
            }
        }
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn sleep(arguments: &[&str]) -> Command {
    let mut command = Command::new("sleep");
    command.args(arguments);
    command
}

/// A program whose name looks like the fields after it.
fn odd_name(path: &std::path::Path) -> Command {
    let real = ["/bin/sleep", "/usr/bin/sleep"]
        .iter()
        .find(|path| fs::exists(path).unwrap());
    let contents = fs::read(real.expect("sleep")).unwrap();
    crate::common::write_program(path, &contents, 0o755);
    let mut command = Command::new(path);
    command.arg("600");
    command
}

fn wait_for(pid: i32, state: State) {
    let mut table = Table::open().unwrap();
    let deadline = Instant::now() + DEADLINE;
    loop {
        let now = table.process(pid, Fields::NONE).unwrap();
        // A shell is asleep for moments before it has started what it is to start.
        if now.state == state && settled(&mut table, pid) {
            return;
        }
        assert!(Instant::now() < deadline, "{pid} is still {:?}", now.state);
        thread::sleep(Duration::from_millis(5));
    }
}

/// A command that starts another has become it, or has it as child.
fn settled(table: &mut Table, pid: i32) -> bool {
    let process = table.process(pid, Fields::NONE).unwrap();
    if process.name != b"sh" {
        return !matches!(&process.name[..], b"nice" | b"setsid" | b"chrt");
    }
    let all = table.processes(Fields::NONE).unwrap();
    all.iter().any(|other| {
        other.parent == pid && other.name == b"sleep" && other.state == State::Sleeping
    })
}
