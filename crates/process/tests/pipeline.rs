//! Pipelines of real programs, and what their children hold.

mod common;

use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::unistd::{Pid, getpgid};
use process::exit::Status;
use process::pipeline::{Pipeline, PipelineError, Running};
use process::spawn::{FdSource, Spawn};

fn sh(script: &str) -> Spawn {
    let mut spawn = Spawn::new("/bin/sh");
    spawn.args(["-c", script]);
    spawn
}

#[track_caller]
fn start(stages: &[&str]) -> Running {
    let mut pipeline = Pipeline::new();
    for script in stages {
        pipeline.stage(sh(script));
    }
    pipeline.capture(true).start().expect("it starts")
}

#[track_caller]
fn finish(mut running: Running) -> (String, Vec<i32>) {
    let mut text = String::new();
    let mut output = running.output().expect("captured");
    output.read_to_string(&mut text).expect("text");
    let ended = running.wait().expect("our children");
    (text, ended.into_iter().map(Status::shell_code).collect())
}

#[test]
fn each_reads_what_the_one_before_it_writes() {
    let (text, ended) = finish(start(&["echo one; echo two", "cat", "sed s/o/0/g"]));
    assert_eq!((text.as_str(), ended), ("0ne\ntw0\n", vec![0, 0, 0]));
    let (text, ended) = finish(start(&["echo alone; exit 3"]));
    assert_eq!((text.as_str(), ended), ("alone\n", vec![3]));
}

#[test]
fn all_statuses_are_told() {
    let (_, ended) = finish(start(&["exit 1", "kill -TERM $$", "exit 3"]));
    assert_eq!(ended, [1, 128 + 15, 3]);
}

/// More than a pipe holds, so that all have to run at once.
#[test]
fn much_data_flows_through() {
    let count = "head -c 10000000 /dev/zero";
    let (text, ended) = finish(start(&[count, "cat", "cat", "wc -c"]));
    assert_eq!((text.trim(), ended), ("10000000", vec![0; 4]));
}

/// An end left open in a sibling or in us would keep `yes` alive, or the reader waiting.
#[test]
fn a_reader_that_has_enough_ends_the_writer() {
    let (text, ended) = finish(start(&["exec yes", "cat", "head -n 2"]));
    assert_eq!(text, "y\ny\n");
    assert_eq!(ended[0], 128 + Signal::SIGPIPE as i32);
}

#[cfg(target_os = "linux")]
#[test]
fn no_child_has_a_descriptor_too_many() {
    // The shell lists itself by its builtins alone: another program would open something.
    // One echo, hence one write: the stages speak at the same time.
    let list = "all=; for fd in /proc/$$/fd/*; do all=\"$all${fd##*/} \"; done; echo \"$all\" >&2";
    let (mut reads, writes) = io::pipe().expect("a pipe");
    let mut pipeline = Pipeline::new();
    for _ in 0..4 {
        let mut stage = sh(list);
        stage.fd(2, writes.as_fd());
        pipeline.stage(stage);
    }
    let mut running = pipeline.capture(true).start().expect("it starts");
    drop(writes);
    drop(running.output());
    let mut listed = String::new();
    reads.read_to_string(&mut listed).expect("text");
    running.wait().expect("our children");
    // What the test itself was started with, and what the shell opens for the listing, is no leak.
    let plain = std::process::Command::new("/bin/sh")
        .args(["-c", list])
        .output()
        .expect("sh");
    let plain = String::from_utf8(plain.stderr).expect("text");
    assert!(plain.contains("0 1 "), "{plain}");
    assert_eq!(listed, plain.repeat(4));
}

#[test]
fn all_are_in_one_group_which_takes_a_signal() {
    let mut running = start(&["exec sleep 60", "exec sleep 60", "exec sleep 60"]);
    let group = running.group().expect("it has stages");
    let members: Vec<Pid> = running.children().iter().map(|child| child.id()).collect();
    for pid in &members {
        assert_eq!(getpgid(Some(*pid)), Ok(group));
    }
    running.signal(Signal::SIGTERM).expect("alive");
    let ended = running.wait().expect("our children");
    assert!(ended.iter().all(|status| status.shell_code() == 128 + 15));
    assert_eq!(running.signal(Signal::SIGTERM), Err(Errno::ESRCH));
}

/// The first stages would wait for ever if their pipe stayed open in us.
#[test]
fn a_stage_that_cannot_start_takes_the_others_with_it() {
    let mut pipeline = Pipeline::new();
    pipeline.stage(sh("exec sleep 60"));
    pipeline.stage(Spawn::new("/no/such/program"));
    match pipeline.start() {
        Err(PipelineError::Spawn(error)) => assert_eq!(error.errno, Errno::ENOENT),
        other => panic!("{other:?}"),
    }
    assert!(matches!(Pipeline::new().start(), Err(PipelineError::Empty)));
}

#[test]
fn a_stage_may_send_its_errors_down_the_pipe() {
    let mut noisy = sh("echo out; echo err >&2");
    noisy.fd(2, FdSource::Dup(1));
    let mut pipeline = Pipeline::new();
    pipeline.stage(noisy).stage(sh("sort")).capture(true);
    let (text, _) = finish(pipeline.start().expect("it starts"));
    assert_eq!(text, "err\nout\n");
}

#[test]
fn the_first_reads_what_it_is_given() {
    let (reads, mut writes) = io::pipe().expect("a pipe");
    let mut first = Spawn::new("cat");
    first.search_path(true).fd(0, reads.as_fd());
    let mut pipeline = Pipeline::new();
    let running = pipeline
        .stage(first)
        .stage(sh("tr a-z A-Z"))
        .capture(true)
        .start()
        .expect("it starts");
    drop(reads);
    writes.write_all(b"given\n").expect("room");
    drop(writes);
    assert_eq!(finish(running).0, "GIVEN\n");
}
