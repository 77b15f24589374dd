//! `mmap watch … -- CMD`: one run at a time, the whole group ended, the last change never missed.

mod common;

use std::fs;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::{DEADLINE, have, tool, wait};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// The tool at work: `w` is watched, and beside it a shell script runs.
struct Run {
    folder: TempDir,
    child: Child,
}

impl Run {
    fn new(options: &[&str], script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("w")).unwrap();
        fs::write(folder.path().join("w/file"), "0").unwrap();
        fs::write(folder.path().join("log"), "").unwrap();
        let arguments = [
            &["watch", "--debounce", "5"],
            options,
            &["w", "--", "sh", "-c", script],
        ];
        let mut tool = tool(&arguments.concat());
        let child = tool.current_dir(folder.path()).spawn().unwrap();
        Run { folder, child }
    }

    fn change(&self, text: &str) {
        fs::write(self.folder.path().join("w/file"), text).unwrap();
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Waits until the log is as wanted.
    #[track_caller]
    fn wait_for(&self, what: &str, wanted: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !wanted(&self.log()) {
            assert!(
                Instant::now() < deadline,
                "no {what} in the log: {}",
                self.log()
            );
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Ends the tool as Ctrl-C does; gives what it said on standard error.
    #[track_caller]
    fn interrupt(mut self) -> String {
        kill(Pid::from_raw(self.child.id() as i32), Signal::SIGINT).unwrap();
        let status = wait(&mut self.child);
        assert_eq!(status.signal(), Some(Signal::SIGINT as i32), "{status}");
        let mut text = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    }
}

/// A test that has failed leaves nothing running.
impl Drop for Run {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = kill(Pid::from_raw(self.child.id() as i32), Signal::SIGTERM);
            let _ = self.child.wait();
        }
    }
}

/// Takes a lock that it and all its children hold, and says so when another run still has it.
const ALONE: &str = "exec 9>lock; flock -n 9 || echo overlap >>log; ";

#[test]
fn runs_do_not_overlap_and_the_last_change_is_seen() {
    if !have("flock") {
        return;
    }
    let script = format!("{ALONE} echo saw $(cat w/file) >>log; sleep 0.03 & wait; echo end >>log");
    let run = Run::new(&[], &script);
    run.wait_for("first run", |log| log.contains("saw 0"));
    for change in 1..=40 {
        run.change(&change.to_string());
        // Some changes hit a run's beginning, some its middle, some its end.
        thread::sleep(Duration::from_millis(change % 13));
    }
    run.wait_for("end of the last run", |log| log.ends_with("saw 40\nend\n"));
    assert!(!run.log().contains("overlap"), "{}", run.log());
    run.interrupt();
}

#[test]
fn the_whole_group_is_ended_even_what_ignores_the_signal() {
    if !have("flock") {
        return;
    }
    let script = format!(
        "{ALONE} sh -c 'trap \"\" TERM INT; echo ready >>log; while :; do sleep 1; done' & wait"
    );
    let run = Run::new(&["--grace", "50"], &script);
    for runs in 1..=3 {
        run.wait_for("grandchild", |log| log.matches("ready").count() == runs);
        run.change(&runs.to_string());
    }
    run.wait_for("grandchild", |log| log.matches("ready").count() == 4);
    assert!(!run.log().contains("overlap"), "{}", run.log());
    let lock = run.folder.path().join("lock").to_owned();
    let keep = fs::File::open(&lock).unwrap();
    run.interrupt();
    keep.try_lock()
        .expect("nobody of the group is left to hold it");
}

#[test]
fn a_failure_is_told_and_the_next_change_is_waited_for() {
    let run = Run::new(&[], "echo run >>log; exit 3");
    run.wait_for("run", |log| log == "run\n");
    run.change("again");
    run.wait_for("second run", |log| log == "run\nrun\n");
    let said = run.interrupt();
    assert!(
        said.contains("mmap: the command failed: status 3\n"),
        "{said}"
    );
}

#[test]
fn postponed_it_waits_for_a_change() {
    let mut run = Run::new(
        &["--postpone", "--poll", "--interval", "5"],
        "cat w/file >>log",
    );
    // As long as nobody has said that it watches, a change may come too early: change until it runs.
    let deadline = Instant::now() + DEADLINE;
    let mut changes = 0;
    while run.log().is_empty() {
        assert!(Instant::now() < deadline && run.child.try_wait().unwrap().is_none());
        changes += 1;
        run.change(&format!("change {changes}\n"));
        thread::sleep(Duration::from_millis(20));
    }
    assert!(run.log().starts_with("change "), "{}", run.log());
    run.interrupt();
}

#[test]
fn a_file_that_editors_replace_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("file"), "0").unwrap();
    fs::write(path("log"), "").unwrap();
    let arguments = [
        "watch",
        "--debounce",
        "5",
        "file",
        "--",
        "sh",
        "-c",
        "cat file >>log; echo >>log",
    ];
    let mut tool = tool(&arguments);
    let child = tool.current_dir(folder.path()).spawn().unwrap();
    let run = Run { folder, child };
    run.wait_for("first run", |log| log == "0\n");
    for change in 1..=5 {
        let path = |name: &str| run.folder.path().join(name);
        fs::write(path("file.new"), change.to_string()).unwrap();
        fs::rename(path("file.new"), path("file")).unwrap();
        run.wait_for("change", |log| log.ends_with(&format!("{change}\n")));
        // Some keep the old one, and then there is none for a moment.
        fs::rename(path("file"), path("file~")).unwrap();
        fs::write(path("file"), format!("{change}+")).unwrap();
        run.wait_for("change", |log| log.ends_with(&format!("{change}+\n")));
    }
    run.interrupt();
}

#[test]
fn what_cannot_be_run_or_watched_is_an_error() {
    let fails_with = |arguments: &[&str], text: &str| {
        let output = tool(arguments).stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(text), "{said}");
    };
    let no_program = "mmap: cannot run ./no-such-program: No such file or directory";
    fails_with(&["watch", ".", "--", "./no-such-program"], no_program);
    let missing = Path::new("/no/such/path");
    let no_path = "mmap: cannot watch /no/such/path: no such file or directory";
    fails_with(&["watch", missing.to_str().unwrap()], no_path);
    fails_with(&["watch", "--poll", "/no/such/path", "--", "true"], no_path);
}
