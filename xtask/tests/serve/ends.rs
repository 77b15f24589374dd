//! Every run ends: when somebody stops it, when nobody watches it, when it takes too long, and with the
//! server. So does all that it has started.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::common::{DEADLINE, Server, printed};

const CHAPTER: &str = "memory";

/// Whose copies these are; each program has one of its own, or they would be built again and again.
const LESSON: &str = "page-size";
const UNTRACED_LESSON: &str = "slice-views";
const BUSY_LESSON: &str = "fixed-array";

/// Starts two programs, one of them in a session of its own, and waits for ever.
const SLEEPER: &str = r#"use std::process::{self, Command};
fn main() {
    let near = Command::new("sleep").arg("1000").spawn().unwrap();
    let far = if cfg!(target_os = "linux") {
        Command::new("setsid").args(["sleep", "1000"]).spawn().unwrap().id()
    } else {
        near.id()
    };
    println!("processes {} {} {far}", process::id(), near.id());
    loop {
        std::thread::park();
    }
}
"#;

/// The same without a tracer, since it traces; and what leaves its group leaves its fate.
const UNTRACED: &str = r#"use std::process::{self, Command};
fn main() {
    unsafe { nix::libc::ptrace(nix::libc::PTRACE_SEIZE, 0, 0, 0) };
    let near = Command::new("sleep").arg("1000").spawn().unwrap();
    println!("processes {} {}", process::id(), near.id());
    loop {
        std::thread::park();
    }
}
"#;

/// Runs a copy of `lesson` until its processes are there.
fn start(server: &Server, lesson: &str, source: &str) -> (u64, Vec<u32>) {
    let id = server.run(CHAPTER, lesson, Some(source));
    let events = server.follow_until(id, |events| {
        printed(events).contains("processes") && printed(events).ends_with('\n')
    });
    let text = printed(&events);
    let numbers = text.split_whitespace().skip(1);
    let processes: Vec<u32> = numbers.map(|n| n.parse().expect("a number")).collect();
    assert!(processes.len() >= 2, "{events:?}");
    assert!(processes.iter().all(|&process| lives(process)));
    (id, processes)
}

fn lives(process: u32) -> bool {
    if !cfg!(target_os = "linux") {
        return kill(Pid::from_raw(process.cast_signed()), None).is_ok();
    }
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // A zombie has ended; whoever inherited it has not looked so far.
    let state = stat.rsplit_once(") ").map(|(_, rest)| rest.as_bytes()[0]);
    state.is_some_and(|state| state != b'Z' && state != b'X')
}

#[track_caller]
fn all_end(processes: &[u32]) {
    let start = Instant::now();
    while let Some(process) = processes.iter().find(|&&process| lives(process)) {
        assert!(start.elapsed() < DEADLINE, "process {process} lives on");
        thread::sleep(Duration::from_millis(10));
    }
}

#[track_caller]
fn ends_with(server: &Server, id: u64, verdict: &str) {
    let events = server.follow(id);
    assert_eq!(
        events.last().expect("an end")["verdict"],
        verdict,
        "{events:?}"
    );
}

#[test]
fn one_at_a_time_and_stopped_with_all_its_children() {
    let server = Server::of_lesson(CHAPTER, LESSON, &["--edit"]);
    let (id, processes) = start(&server, LESSON, SLEEPER);
    let again = json!({"chapter": CHAPTER, "lesson": LESSON});
    assert_eq!(server.post("/api/runs", &again).status, 409);
    let stop = format!("/api/runs/{id}/stop");
    assert_eq!(server.post(&stop, &json!({})).status, 200);
    all_end(&processes);
    ends_with(&server, id, "stopped");
    // Now it may run again.
    let id = server.run(CHAPTER, LESSON, Some(SLEEPER));
    assert_eq!(
        server
            .post(&format!("/api/runs/{id}/stop"), &json!({}))
            .status,
        200
    );
    ends_with(&server, id, "stopped");
}

#[test]
fn stopped_also_without_a_tracer() {
    let server = Server::of_lesson(CHAPTER, UNTRACED_LESSON, &["--edit"]);
    let (id, processes) = start(&server, UNTRACED_LESSON, UNTRACED);
    let stop = format!("/api/runs/{id}/stop");
    assert_eq!(server.post(&stop, &json!({})).status, 200);
    all_end(&processes);
    ends_with(&server, id, "stopped");
}

#[test]
fn what_nobody_watches_ends() {
    let server = Server::of_lesson(CHAPTER, LESSON, &["--edit", "--patience", "5"]);
    let (id, processes) = start(&server, LESSON, SLEEPER);
    all_end(&processes);
    ends_with(&server, id, "abandoned");
}

#[test]
fn what_takes_too_long_ends() {
    let server = Server::of_lesson(CHAPTER, LESSON, &["--edit", "--limit", "1"]);
    let id = server.run(CHAPTER, LESSON, Some(SLEEPER));
    ends_with(&server, id, "expired");
    let busy = "fn main() {\n    loop {\n        std::hint::spin_loop();\n    }\n}\n";
    let id = server.run(CHAPTER, BUSY_LESSON, Some(busy));
    ends_with(&server, id, "expired");
}

#[test]
fn with_the_server_ends_all_that_runs() {
    let kinds = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGKILL];
    let kinds = &kinds[..if cfg!(target_os = "linux") { 3 } else { 2 }];
    for &signal in kinds {
        let mut left = None;
        let mut server = Server::of_lesson(CHAPTER, LESSON, &["--edit"]);
        let (_, mut processes) = start(&server, LESSON, SLEEPER);
        let (_, untraced) = start(&server, UNTRACED_LESSON, UNTRACED);
        processes.extend(untraced);
        if signal == Signal::SIGKILL {
            // No time to end anybody: the kernel ends what is traced, and who asked it to, but not
            // the children of that.
            left = processes.pop();
        }
        server.signal(signal);
        let status = server.wait();
        assert_eq!(status.success(), signal != Signal::SIGKILL, "{status}");
        all_end(&processes);
        if let Some(left) = left {
            kill(Pid::from_raw(left.cast_signed()), Signal::SIGKILL).expect("it is there");
        }
    }
}
