//! `mmap lock`, beside flock(1) of util-linux.
//!
//! Sound: the one unsafe function has a child reset a signal before exec, with one system call.
#![allow(unsafe_code)]

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{SigHandler, Signal, kill, signal};
use nix::unistd::Pid;
use tempfile::TempDir;

use common::{have, output_of, tool, wait};

const FAMILIES: [&[&str]; 3] = [&[], &["--ofd"], &["--fcntl"]];

#[test]
fn the_status_is_the_commands_as_with_flock() {
    if !have("flock") {
        return;
    }
    let (_folder, file) = lock_file();
    for script in [
        "true",
        "exit 42",
        "exit 255",
        "kill -9 $$",
        "kill -TERM $$",
        "kill -INT $$",
    ] {
        let ours = status(ours(&["--"], &file).args(["sh", "-c", script]));
        let theirs = status(flock(&[], &file).args(["sh", "-c", script]));
        assert_eq!(ours, theirs, "{script}");
    }
}

#[test]
fn a_command_that_cannot_run_is_126_or_127() {
    let (folder, file) = lock_file();
    let mut command = ours(&[], &file);
    // A folder on the PATH that must not be searched would turn "not found" into "denied".
    command
        .arg("no-such-program-here")
        .env("PATH", "/usr/bin:/bin");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(127));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.starts_with("mmap: cannot run no-such-program-here: No such file"));

    let script = folder.path().join("script");
    fs::write(&script, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(status(ours(&[], &file).arg(&script)), 126);
}

#[test]
fn what_we_lock_is_locked_for_flock() {
    if !have("flock") {
        return;
    }
    let (_folder, file) = lock_file();
    let holder = Holder::start(&mut ours(&[], &file));
    assert_eq!(status(flock(&["-n"], &file).arg("true")), 1);
    assert_eq!(status(flock(&["-n", "-s"], &file).arg("true")), 1);
    holder.release();
    assert_eq!(status(flock(&["-n"], &file).arg("true")), 0);

    let holder = Holder::start(&mut ours(&["--shared"], &file));
    assert_eq!(status(flock(&["-n"], &file).arg("true")), 1);
    assert_eq!(status(flock(&["-n", "-s"], &file).arg("true")), 0);
    holder.release();
}

#[test]
fn what_flock_locks_is_locked_for_us() {
    if !have("flock") {
        return;
    }
    let (_folder, file) = lock_file();
    let holder = Holder::start(&mut flock(&[], &file));
    assert_eq!(status(ours(&["--nonblock"], &file).arg("true")), 1);
    assert_eq!(
        status(ours(&["--nonblock", "--shared"], &file).arg("true")),
        1
    );
    assert_eq!(
        status(ours(&["--nonblock", "-E", "75"], &file).arg("true")),
        75
    );
    holder.release();
    assert_eq!(status(ours(&["--nonblock"], &file).arg("true")), 0);

    let holder = Holder::start(&mut flock(&["-s"], &file));
    assert_eq!(status(ours(&["--nonblock"], &file).arg("true")), 1);
    assert_eq!(
        status(ours(&["--nonblock", "--shared"], &file).arg("true")),
        0
    );
    holder.release();
}

#[test]
fn a_busy_file_is_named_and_the_command_not_run() {
    let (folder, file) = lock_file();
    let marker = folder.path().join("marker");
    for family in FAMILIES {
        let holder = Holder::start(&mut ours(family, &file));
        let output = ours(family, &file)
            .args(["--nonblock", "--", "touch"])
            .arg(&marker)
            .output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(1));
        let complaint = String::from_utf8(output.stderr).unwrap();
        let line = |by: &str| format!("mmap: {}: locked by {by}\n", file.display());
        let process = line(&format!("process {}", holder.process.id()));
        // Not every system and file system tells who has a flock.
        let known = [&process, &line("somebody else")];
        match family {
            ["--fcntl"] => assert_eq!(complaint, process),
            ["--ofd"] => assert_eq!(complaint, line("somebody else")),
            _ => assert!(known.contains(&&complaint), "{complaint}"),
        }
        assert!(!marker.exists());
        holder.release();
    }
}

#[test]
fn a_timeout_is_waited_for() {
    let (_folder, file) = lock_file();
    for family in FAMILIES {
        let holder = Holder::start(&mut ours(family, &file));
        let start = Instant::now();
        let late = status(ours(family, &file).args(["--timeout", "0.2", "-E", "9", "true"]));
        assert!(start.elapsed() >= Duration::from_millis(200));
        assert_eq!(late, 9);
        holder.release();
    }
}

#[test]
fn a_waiter_runs_after_the_holder() {
    let (folder, file) = lock_file();
    let log = folder.path().join("log");
    let write = |word| format!("echo {word} >> '{}'", log.display());
    let waiting: [(&[&str], &[&str]); 4] = [
        (&[], &[]),
        (&[], &["--timeout", "60"]),
        (&["--ofd"], &["--ofd"]),
        (&["--fcntl"], &["--fcntl"]),
    ];
    for (family, arguments) in waiting {
        let holder = Holder::start_with(&mut ours(family, &file), &write("first"));
        let mut waiter = ours(arguments, &file)
            .args(["sh", "-c", &write("second")])
            .spawn()
            .unwrap();
        holder.release();
        assert!(wait(&mut waiter).success());
        assert_eq!(fs::read_to_string(&log).unwrap(), "first\nsecond\n");
        fs::remove_file(&log).unwrap();
    }
}

#[test]
fn four_shells_lose_no_count() {
    let (folder, file) = lock_file();
    let count = folder.path().join("count");
    fs::write(&count, "0").unwrap();
    let script = r#"for i in 1 2 3 4 5 6 7 8 9 10; do
        "$1" lock "$2" -- sh -c 'read -r n < "$0"; echo $((n + 1)) > "$0"' "$3" || exit
    done"#;
    let shell = || {
        Command::new("sh")
            .args(["-c", script, "sh", env!("CARGO_BIN_EXE_mmap")])
            .args([&file, &count])
            .spawn()
            .unwrap()
    };
    let mut shells = [shell(), shell(), shell(), shell()];
    assert!(shells.iter_mut().all(|shell| wait(shell).success()));
    assert_eq!(fs::read_to_string(&count).unwrap(), "40\n");
}

#[test]
fn the_command_holds_the_lock_when_the_tool_is_killed() {
    let (_folder, file) = lock_file();
    let mut holder = Holder::start(&mut ours(&[], &file));
    holder.kill_the_tool();
    assert_eq!(status(ours(&["--nonblock"], &file).arg("true")), 1);
    holder.end_the_command();
    assert_eq!(status(ours(&["--timeout", "60"], &file).arg("true")), 0);
}

#[test]
fn without_the_descriptor_the_lock_dies_with_the_tool() {
    let (_folder, file) = lock_file();
    let dying: [(&[&str], &[&str]); 3] = [
        (&[], &["--close"]),
        (&["--ofd"], &["--ofd", "--close"]),
        (&["--fcntl"], &["--fcntl"]),
    ];
    for (family, arguments) in dying {
        let mut holder = Holder::start(&mut ours(arguments, &file));
        assert_eq!(status(ours(family, &file).args(["--nonblock", "true"])), 1);
        holder.kill_the_tool();
        assert_eq!(status(ours(family, &file).args(["--nonblock", "true"])), 0);
        holder.end_the_command();
    }
}

#[test]
fn what_the_command_leaves_running_holds_the_lock_unless_closed() {
    let (folder, file) = lock_file();
    let fifo = folder.path().join("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let leave = |arguments: &[&str]| {
        // In the background a shell gives its commands /dev/null to read; this one reads the fifo.
        let script = format!("cat '{}' > /dev/null 2>&1 &", fifo.display());
        assert_eq!(
            status(ours(arguments, &file).args(["sh", "-c", &script])),
            0
        );
        let free = status(ours(&["--nonblock"], &file).arg("true"));
        // Opened and closed, which is the end of what the background process reads.
        drop(fs::File::options().write(true).open(&fifo).unwrap());
        assert_eq!(status(ours(&["--timeout", "60"], &file).arg("true")), 0);
        free
    };
    assert_eq!(leave(&[]), 1);
    assert_eq!(leave(&["--close"]), 0);
}

#[test]
fn an_interrupt_is_left_to_the_command() {
    let (_folder, file) = lock_file();
    let script = "trap 'exit 7' INT; echo ready; while :; do read -r line || sleep 0.1; done";
    let mut command = ours(&[], &file);
    command
        .args(["sh", "-c", script])
        .stdin(Stdio::null())
        .process_group(0);
    let mut process = interruptible(&mut command).spawn().unwrap();
    let mut line = String::new();
    let stdout = process.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    // As a terminal does it: to the whole group.
    let group = Pid::from_raw(-process.id().cast_signed());
    kill(group, Signal::SIGINT).unwrap();
    assert_eq!(wait(&mut process).code(), Some(7));
}

#[test]
fn an_interrupt_ends_the_waiting() {
    let (_folder, file) = lock_file();
    let holder = Holder::start(&mut ours(&[], &file));
    let mut command = ours(&[], &file);
    let mut waiter = interruptible(command.arg("true")).spawn().unwrap();
    kill(Pid::from_raw(waiter.id().cast_signed()), Signal::SIGINT).unwrap();
    assert_eq!(wait(&mut waiter).code(), None);
    holder.release();
}

#[test]
fn an_ignored_interrupt_stays_ignored() {
    let (_folder, file) = lock_file();
    let script = r#"trap '' INT; "$1" lock "$2" -- sh -c 'kill -INT $$; echo survived'"#;
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_mmap")])
        .arg(&file);
    assert_eq!(output_of(&mut shell), b"survived\n");
}

#[test]
fn the_file_is_made_kept_and_may_be_a_directory() {
    let (folder, file) = lock_file();
    for family in FAMILIES {
        fs::remove_file(&file).ok();
        assert_eq!(status(ours(family, &file).arg("true")), 0);
        assert_eq!(fs::metadata(&file).unwrap().len(), 0);
        fs::write(&file, "kept").unwrap();
        assert_eq!(status(ours(family, &file).arg("true")), 0);
        assert_eq!(fs::read(&file).unwrap(), b"kept");
    }
    assert_eq!(status(ours(&[], folder.path()).arg("true")), 0);

    let output = ours(&[], Path::new("/no/such/lock"))
        .arg("true")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.starts_with("mmap: cannot open /no/such/lock: No such file or directory"));
}

#[test]
fn the_commands_options_are_its_own() {
    let (_folder, file) = lock_file();
    for separator in [&["--"][..], &[]] {
        let mut command = ours(&[], &file);
        command
            .args(separator)
            .args(["printf", "%s.", "-s", "--shared", "--"]);
        assert_eq!(output_of(&mut command), b"-s.--shared.--.");
    }
    assert_eq!(status(&mut ours(&[], &file)), 2);
}

fn lock_file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lock");
    (folder, file)
}

fn ours(options: &[&str], file: &Path) -> Command {
    let mut command = tool(&["lock"]);
    let (options, separator) = match options {
        [options @ .., "--"] => (options, Some("--")),
        _ => (options, None),
    };
    command.args(options).arg(file).args(separator);
    command
}

fn flock(options: &[&str], file: &Path) -> Command {
    let mut command = Command::new("flock");
    command.args(options).arg(file).stdin(Stdio::null());
    command
}

/// Even where these tests run in the background of a script, which ignores interrupts.
fn interruptible(command: &mut Command) -> &mut Command {
    let reset = || {
        // SAFETY: the default action is no handler.
        unsafe { signal(Signal::SIGINT, SigHandler::SigDfl) }?;
        Ok(())
    };
    // SAFETY: the closure makes one system call and allocates nothing.
    unsafe { command.pre_exec(reset) }
}

#[track_caller]
fn status(command: &mut Command) -> i32 {
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait(&mut child).code().expect("it ends by itself")
}

/// A lock that is held by a command that reads a line.
struct Holder {
    process: Child,
    /// The command's input, and its number.
    stdin: Option<ChildStdin>,
}

impl Holder {
    fn start(locker: &mut Command) -> Holder {
        Holder::start_with(locker, ":")
    }

    /// The command runs `last` before it ends. Returns when it has the lock.
    fn start_with(locker: &mut Command, last: &str) -> Holder {
        let script = format!("echo held; read -r line; {last}");
        let mut process = locker
            .args(["sh", "-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = process.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        assert_eq!(line, "held\n");
        let stdin = process.stdin.take();
        Holder { process, stdin }
    }

    fn release(mut self) {
        self.end_the_command();
        assert!(wait(&mut self.process).success());
    }

    fn kill_the_tool(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn end_the_command(&mut self) {
        self.stdin = None;
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.end_the_command();
        let _ = self.process.wait();
    }
}
