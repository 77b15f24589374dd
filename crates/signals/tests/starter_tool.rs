//! `signals start` from outside: when its workers start and end.

mod common;
mod starting;

use std::fs;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use starting::{Folder, Running, ask, eventually, graceful, lives, say};

#[test]
fn a_generation_that_fails_leaves_the_old_one() {
    let folder = Folder::new();
    let (dir, status) = (folder.at(""), folder.at("status"));
    let script = "[ ! -e bad ] || exit 3; exec sleep 60";
    let mut starter = Running::start(&[
        "--interval",
        "0.5",
        "--dir",
        &dir,
        "--status-file",
        &status,
        "--",
        "sh",
        "-c",
        script,
    ]);
    let old = starter.worker("serves, generation 1");
    folder.write("bad", "");
    let begin = Instant::now();
    starter.tell(Signal::SIGHUP);
    for generation in [2, 3] {
        starter.until(&format!("started, generation {generation}"));
        starter.until("did not stay up (exit status: 3)");
    }
    assert!(
        begin.elapsed() >= Duration::from_millis(500),
        "starts keep their distance"
    );
    assert!(lives(old));
    assert_eq!(folder.read("status"), format!("1:{old}\n"));
    fs::remove_file(folder.at("bad")).unwrap();
    let new = starter.worker(" serves, generation ");
    assert_eq!(starter.worker("telling old workers to end"), old);
    starter.until(&format!("worker {old} ended (signal: 15"));
    assert!(lives(new));
    starter.stop();
    assert!(!folder.has("status"));
}

#[test]
fn a_program_that_cannot_be_run_is_tried_again() {
    let folder = Folder::new();
    let program = folder.at("server");
    let mut starter = Running::start(&["--interval", "0.05", "--", &program]);
    let line = starter.until("cannot start a worker");
    assert!(
        line.contains(&program) && line.contains("No such file"),
        "{line}"
    );
    starter.until("cannot start a worker");
    std::os::unix::fs::symlink("/bin/cat", &program).unwrap();
    // cat reads the end of its input, and is no server.
    starter.until("did not stay up (exit status: 0)");
    starter.stop();
}

#[test]
fn old_workers_go_on_for_the_delay() {
    let folder = Folder::new();
    let status = folder.at("status");
    let mut starter = Running::start(&[
        "--interval",
        "0.05",
        "--kill-old-delay",
        "1.5",
        "--status-file",
        &status,
        "--",
        "sleep",
        "60",
    ]);
    let old = starter.worker("serves, generation 1");
    let begin = Instant::now();
    starter.tell(Signal::SIGHUP);
    let new = starter.worker("serves, generation 2");
    starter.until("old workers go on for 1.5s");
    assert_eq!(folder.read("status"), format!("1:{old}\n2:{new}\n"));
    assert!(lives(old));
    starter.until(&format!("telling old workers to end: {old}"));
    assert!(begin.elapsed() >= Duration::from_millis(1500));
    starter.until(&format!("worker {old} ended"));
    eventually("the status file names the new one alone", || {
        folder.read("status") == format!("2:{new}\n")
    });
    starter.stop();
}

#[test]
fn a_worker_that_dies_is_replaced() {
    let mut starter = Running::start(&[
        "--interval",
        "0.05",
        "--port",
        "127.0.0.1:0",
        "--",
        &graceful(),
        "serve",
    ]);
    let address = starter.listening();
    let first = starter.worker("serves, generation 1");
    assert_eq!(ask(&address).unwrap(), first);
    nix::sys::signal::kill(first, Signal::SIGKILL).unwrap();
    starter.until(&format!(
        "worker {first} died unexpectedly (signal: 9 (SIGKILL))"
    ));
    // Nobody is refused meanwhile: the socket is the starter's.
    let second = ask(&address).unwrap();
    assert_eq!(starter.worker("started, generation 2"), second);
    starter.stop();
    assert!(ask(&address).is_err());
}

#[test]
fn term_ends_all_and_int_is_term_for_workers() {
    let folder = Folder::new();
    let (dir, pid, status, socket) = (
        folder.at(""),
        folder.at("pid"),
        folder.at("status"),
        folder.at("socket"),
    );
    let script = "trap 'echo $SERVER_STARTER_GENERATION usr1 >> said; exit 5' USR1
        trap 'echo $SERVER_STARTER_GENERATION term >> said; exit 6' TERM
        while :; do sleep 0.02; done";
    for (signal, word, code) in [(Signal::SIGTERM, "usr1", 5), (Signal::SIGINT, "term", 6)] {
        let mut starter = Running::start(&[
            "--interval",
            "0.1",
            "--dir",
            &dir,
            "--pid-file",
            &pid,
            "--status-file",
            &status,
            "--path",
            &socket,
            "--signal-on-term",
            "SIGusr1",
            "--signal-on-hup",
            "WINCH",
            "--",
            "sh",
            "-c",
            script,
        ]);
        let first = starter.worker("serves, generation 1");
        assert_eq!(folder.read("pid"), format!("{}\n", starter.pid()));
        starter.tell(Signal::SIGHUP);
        let second = starter.worker("serves, generation 2");
        starter.until(&format!("telling old workers to end: {first}"));
        assert_eq!(folder.read("status"), format!("1:{first}\n2:{second}\n"));
        starter.tell(signal);
        let (ended, report) = starter.end();
        assert!(ended.success());
        let both = format!("ending, all workers are told: {first}, {second}");
        assert!(
            report.iter().any(|line| line.ends_with(&both)),
            "{report:?}"
        );
        for worker in [first, second] {
            let line = format!("signals: worker {worker} ended (exit status: {code})");
            assert!(report.contains(&line), "{report:?}");
        }
        let mut said: Vec<String> = folder.read("said").lines().map(str::to_owned).collect();
        said.sort();
        assert_eq!(said, [format!("1 {word}"), format!("2 {word}")]);
        assert!(!folder.has("pid") && !folder.has("status") && !folder.has("socket"));
        fs::remove_file(folder.at("said")).unwrap();
    }
}

#[test]
fn restart_and_stop_wait_for_the_outcome() {
    let folder = Folder::new();
    let (pid, status) = (folder.at("pid"), folder.at("status"));
    let files = ["--pid-file", &pid, "--status-file", &status];
    let told = |what: &str| say(&[&["start", what], &files[..]].concat());
    let mut arguments = files.to_vec();
    arguments.extend(["--interval", "0.1", "--", "sleep", "60"]);
    let mut starter = Running::start(&arguments);
    let first = starter.worker("serves, generation 1");
    assert_eq!(told("--restart"), (Some(0), String::new()));
    let second = starter.worker("serves, generation 2");
    assert!(!lives(first));
    assert_eq!(folder.read("status"), format!("2:{second}\n"));

    let (code, words) = say(&[&["start"], &arguments[..]].concat());
    assert_eq!(code, Some(1));
    let words = words.trim_end();
    assert!(
        words.ends_with(&format!(
            "another starter runs already, with process number {}",
            starter.pid()
        )),
        "{words}"
    );

    assert_eq!(told("--stop"), (Some(0), String::new()));
    assert!(!lives(second) && !folder.has("pid") && !folder.has("status"));
    assert!(starter.end().0.success());
    let (code, words) = told("--stop");
    assert_eq!(code, Some(1));
    assert!(
        words.starts_with(&format!(
            "signals: cannot read the pid file {pid}: No such file"
        )),
        "{words}"
    );
}

#[test]
fn restarts_come_by_themselves() {
    let begin = Instant::now();
    let mut starter = Running::start(&[
        "--interval",
        "0.05",
        "--enable-auto-restart",
        "--auto-restart-interval",
        "0.2",
        "--kill-old-delay",
        "0",
        "--",
        "sleep",
        "60",
    ]);
    starter.until("serves, generation 1");
    starter.until("time for a new generation");
    starter.until("serves, generation 2");
    starter.until("serves, generation 3");
    assert!(begin.elapsed() >= Duration::from_millis(400));
    starter.stop();
}

#[test]
fn many_hups_are_one_generation_more() {
    let mut starter = Running::start(&["--interval", "1", "--", "sleep", "60"]);
    starter.until("serves, generation 1");
    starter.tell(Signal::SIGHUP);
    starter.until("started, generation 2");
    for _ in 0..10 {
        starter.tell(Signal::SIGHUP);
        starter.until("received HUP");
    }
    starter.until("serves, generation 3");
    thread::sleep(Duration::from_millis(300));
    let report = starter.stop();
    assert!(
        !report.iter().any(|line| line.contains("generation 4")),
        "{report:?}"
    );
}

#[test]
fn reports_go_to_the_log_file() {
    let folder = Folder::new();
    let log = folder.at("log");
    let mut starter = Running::start(&[
        "--interval",
        "0.05",
        "--log-file",
        &log,
        "--",
        "sh",
        "-c",
        "echo hello; exec sleep 60",
    ]);
    for line in ["hello", "signals: worker"] {
        eventually("the log has lines of both", || {
            folder.has("log") && folder.read("log").lines().any(|l| l.starts_with(line))
        });
    }
    starter.stop();
}

#[test]
fn what_cannot_be_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().to_string();
    let (code, words) = say(&["start", "--port", &port, "--", "true"]);
    assert_eq!(code, Some(1));
    assert!(
        words.starts_with(&format!(
            "signals: cannot listen on {port}: Address already in use"
        )),
        "{words}"
    );
    let twice = [
        "start",
        "--port",
        "127.0.0.1:0=7",
        "--port",
        "127.0.0.1:0=7",
        "--",
        "true",
    ];
    assert_eq!(
        say(&twice),
        (
            Some(1),
            "signals: descriptor 7 is asked for twice\n".to_owned()
        )
    );
    for usage in [
        &["start"][..],
        &["start", "--port", "x", "true"],
        &["start", "--restart"],
        &["start", "--signal-on-hup", "NO", "true"],
    ] {
        assert_eq!(say(usage).0, Some(2), "{usage:?}");
    }
}
