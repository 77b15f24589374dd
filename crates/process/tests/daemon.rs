//! Daemons, looked at from outside. Each is ended by its test.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use common::{DEADLINE, output_of, tool};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getsid};
use process::daemon::{DaemonError, PidFile};

/// A daemon that its test ends, however the test ends.
struct Ended(Pid);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = kill(self.0, Signal::SIGKILL);
    }
}

/// Starts one and gives its pid.
#[track_caller]
fn start(arguments: &[&str]) -> Ended {
    let output = output_of(&mut tool(&[&["daemon", "--print-pid"], arguments].concat()));
    let text = String::from_utf8(output).expect("text");
    Ended(Pid::from_raw(text.trim().parse().expect("a pid")))
}

/// What the tool says when there is no daemon.
#[track_caller]
fn refused(arguments: &[&str]) -> String {
    let output = tool(&[&["daemon"], arguments].concat())
        .output()
        .expect("the tool");
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).expect("text")
}

#[track_caller]
fn until<T>(what: &str, mut there: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(it) = there() {
            return it;
        }
        assert!(Instant::now() < deadline, "waited for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[track_caller]
fn line(path: &Path) -> String {
    until("a line", || {
        fs::read_to_string(path)
            .ok()
            .filter(|text| text.ends_with('\n'))
    })
}

struct Folder {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().canonicalize().expect("a path");
        Self {
            _folder: folder,
            path,
        }
    }

    fn name(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }
}

#[test]
fn it_has_left_session_terminal_directory_and_parent() {
    let folder = Folder::new();
    let out = folder.name("out");
    let script = "ps -o ppid= -o tty= -p $$; pwd; umask; echo end; exec sleep 60";
    let daemon = start(&["--stdout", &out, "--", "sh", "-c", script]);
    let text = until("all lines", || {
        fs::read_to_string(&out)
            .ok()
            .filter(|text| text.ends_with("end\n"))
    });
    let lines: Vec<Vec<_>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    // Of another session, which it does not lead.
    let session = getsid(Some(daemon.0)).expect("alive");
    assert_ne!(session, getsid(None).expect("ours"));
    assert_ne!(session, daemon.0);
    assert_ne!(lines[0][0], std::process::id().to_string(), "{text}");
    assert!(["?", "??"].contains(&lines[0][1]), "{text}");
    assert_eq!(lines[1..], [vec!["/"], vec!["0022"], vec!["end"]], "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn it_has_no_descriptor_but_its_own() {
    use std::os::fd::{AsFd, AsRawFd};

    let folder = Folder::new();
    let (pid_file, err) = (folder.name("pid"), folder.name("err"));
    // One that the launcher inherits without knowing.
    let leaked = fs::File::create(folder.name("leaked")).expect("a file");
    let mut launcher = process::spawn::Spawn::new(env!("CARGO_BIN_EXE_process"));
    // Once it speaks, the loader has closed the libraries that it opened.
    let script = "echo up >&2; while :; do sleep 0.1; done";
    launcher.args(["daemon", "--pidfile", &pid_file, "--stderr", &err]);
    launcher.args(["--", "sh", "-c", script]);
    launcher.fd(leaked.as_raw_fd(), leaked.as_fd());
    let mut launcher = launcher.spawn().expect("it starts");
    assert!(launcher.wait().expect("our child").success());
    let daemon = Ended(Pid::from_raw(
        line(Path::new(&pid_file)).trim().parse().expect("a pid"),
    ));
    assert_eq!(line(Path::new(&err)), "up\n");
    let entries = fs::read_dir(format!("/proc/{}/fd", daemon.0)).expect("alive");
    let mut files: Vec<String> = entries
        .map(|entry| fs::read_link(entry.expect("an entry").path()).expect("a link"))
        .map(|path| path.display().to_string())
        .collect();
    files.sort();
    let mut expected = vec![
        "/dev/null".to_owned(),
        "/dev/null".to_owned(),
        err,
        pid_file,
    ];
    expected.sort();
    assert_eq!(files, expected);
}

#[test]
fn a_second_one_is_refused_and_a_stale_file_is_mended() {
    let folder = Folder::new();
    let pid_file = folder.name("pid");
    let sleep = ["--pidfile", &pid_file, "--", "sleep", "60"];
    let first = start(&sleep);
    assert_eq!(line(Path::new(&pid_file)), format!("{}\n", first.0));
    let said = refused(&sleep);
    assert_eq!(
        said,
        format!(
            "process: already running as process {} ({pid_file})\n",
            first.0
        )
    );

    kill(first.0, Signal::SIGKILL).expect("alive");
    until("its end", || PidFile::open(Path::new(&pid_file)).ok());
    // The file is still there, and says a pid that is nobody's.
    assert_eq!(line(Path::new(&pid_file)), format!("{}\n", first.0));
    let second = start(&sleep);
    assert_eq!(line(Path::new(&pid_file)), format!("{}\n", second.0));
    assert_ne!(first.0, second.0);
}

/// A child of the daemon that outlives it does not hold the lock.
#[test]
fn the_lock_is_not_inherited() {
    let folder = Folder::new();
    let (pid_file, out) = (folder.name("pid"), folder.name("out"));
    let script = "sleep 60 & echo $!; wait";
    let daemon = start(&[
        "--pidfile",
        &pid_file,
        "--stdout",
        &out,
        "--",
        "sh",
        "-c",
        script,
    ]);
    let child = Ended(Pid::from_raw(
        line(Path::new(&out)).trim().parse().expect("a pid"),
    ));
    kill(daemon.0, Signal::SIGKILL).expect("alive");
    until("its end", || PidFile::open(Path::new(&pid_file)).ok());
    assert_eq!(kill(child.0, None), Ok(()));
    start(&["--pidfile", &pid_file, "--", "sleep", "60"]);
}

/// Ten at once, and one of them wins.
#[test]
fn of_many_one_is_started() {
    let folder = Folder::new();
    let pid_file = folder.name("pid");
    let arguments = ["daemon", "--pidfile", &pid_file, "--", "sleep", "60"];
    let children: Vec<_> = (0..10)
        .map(|_| tool(&arguments).spawn().expect("the tool"))
        .collect();
    let ends: Vec<_> = children
        .into_iter()
        .map(|child| child.wait_with_output().expect("our child"))
        .collect();
    let _winner = Ended(Pid::from_raw(
        line(Path::new(&pid_file)).trim().parse().expect("a pid"),
    ));
    assert_eq!(ends.iter().filter(|end| end.status.success()).count(), 1);
    for end in ends.iter().filter(|end| !end.status.success()) {
        assert!(String::from_utf8_lossy(&end.stderr).contains("already running as process"));
    }
}

#[test]
fn errors_before_it_is_ready_are_the_launchers() {
    let folder = Folder::new();
    assert_eq!(
        refused(&["--", "/no/such/program"]),
        "process: cannot start /no/such/program: No such file or directory\n"
    );
    let lost = folder.name("no/such/folder/log");
    assert_eq!(
        refused(&["--stderr", &lost, "--", "true"]),
        format!("process: {lost}: No such file or directory (os error 2)\n")
    );
    assert_eq!(
        refused(&["--directory", "/no/such/folder", "--", "true"]),
        "process: cannot start true: working directory: No such file or directory\n"
    );
    let said = refused(&["--notify", "--", "sh", "-c", "exit 3"]);
    assert!(said.ends_with(" ended before it was ready\n"), "{said}");
}

#[test]
fn the_launcher_waits_until_it_is_ready() {
    let folder = Folder::new();
    let mark = folder.name("mark");
    let script = format!("sleep 0.3; echo made >'{mark}'; echo >&$READY_FD; exec sleep 60");
    let _daemon = start(&["--notify", "--", "sh", "-c", &script]);
    assert_eq!(fs::read_to_string(&mark).expect("made before"), "made\n");
}

/// dash writes to descriptors of one digit alone.
#[test]
fn it_says_ready_however_many_descriptors_are_open() {
    let folder = Folder::new();
    let pid_file = folder.name("pid");
    let tool = env!("CARGO_BIN_EXE_process");
    let opened: String = (3..=9)
        .map(|number| format!(" {number}</dev/null"))
        .collect();
    let script = format!(
        "exec{opened}; exec {tool} daemon --print-pid --pidfile '{pid_file}' --notify -- \
         sh -c 'echo >&$READY_FD; exec sleep 60'"
    );
    let output = output_of(Command::new("sh").args(["-c", &script]));
    let text = String::from_utf8(output).expect("text");
    let daemon = Ended(Pid::from_raw(text.trim().parse().expect("a pid")));
    let running = PidFile::open(Path::new(&pid_file)).expect_err("it is held");
    assert!(matches!(running, DaemonError::Running { holder, .. } if holder == daemon.0));
}

#[test]
fn relative_paths_count_from_the_callers_directory() {
    let folder = Folder::new();
    let path = folder.path.join("tool");
    common::write_program(&path, b"#!/bin/sh\necho \"$0 $1 $(pwd)\"\n", 0o755);
    let mut command = tool(&[
        "daemon",
        "--stdout",
        "out",
        "--pidfile",
        "pid",
        "--",
        "./tool",
        "-x",
    ]);
    output_of(command.current_dir(&folder.path));
    let said = line(&folder.path.join("out"));
    assert_eq!(said, format!("{} -x /\n", folder.name("./tool")));
}

/// The terminal that the daemon was started from is gone, and it lives on.
#[test]
fn it_survives_a_hang_up() {
    use process::pty::Pty;
    use process::spawn::Spawn;
    use process::terminal::Size;

    let folder = Folder::new();
    let (pid_file, out) = (folder.name("pid"), folder.name("out"));
    let mut launcher = Spawn::new(env!("CARGO_BIN_EXE_process"));
    let script = "trap 'echo HUP' HUP; echo up; while :; do sleep 0.05; done";
    launcher.args([
        "daemon",
        "--pidfile",
        &pid_file,
        "--stdout",
        &out,
        "--",
        "sh",
        "-c",
        script,
    ]);
    let mut session = Pty::open(Size::default())
        .expect("a pty")
        .spawn(&launcher)
        .expect("it starts");
    assert!(session.child.wait().expect("our child").success());
    assert_eq!(line(Path::new(&out)), "up\n");
    drop(session);
    let daemon = Ended(Pid::from_raw(
        line(Path::new(&pid_file)).trim().parse().expect("a pid"),
    ));
    assert_eq!(kill(daemon.0, None), Ok(()));
    assert_eq!(line(Path::new(&out)), "up\n");
}
