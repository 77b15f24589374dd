//! The tool from outside.

#[cfg(target_os = "linux")]
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// More primes than a test waits for.
const ENDLESS: &str = "10000000";

fn tool(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_channels"));
    command.args(arguments);
    command
}

/// Neither output is a terminal.
fn output(arguments: &[&str]) -> Output {
    tool(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

#[track_caller]
fn printed(arguments: &[&str]) -> String {
    let output = output(arguments);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    text(&output.stdout).to_owned()
}

fn start(arguments: &[&str]) -> Child {
    let piped = || Stdio::piped();
    let mut command = tool(arguments);
    command.stdout(piped()).stderr(piped()).spawn().unwrap()
}

/// The end of a child, and what it complained of.
#[track_caller]
fn end_of(mut child: Child) -> (ExitStatus, String) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("the tool goes on");
        }
        thread::sleep(Duration::from_millis(5));
    };
    let mut complaints = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut complaints).unwrap();
    (status, complaints)
}

/// By trial division, which has nothing in common with the tool's sieves.
fn first_primes(count: usize) -> Vec<u64> {
    let mut primes: Vec<u64> = Vec::new();
    for candidate in 2.. {
        if primes.len() == count {
            break;
        }
        let mut divisors = primes.iter().take_while(|&&p| p * p <= candidate);
        if divisors.all(|p| candidate % p != 0) {
            primes.push(candidate);
        }
    }
    primes
}

fn lines_of(primes: &[u64]) -> String {
    primes.iter().map(|prime| format!("{prime}\n")).collect()
}

#[test]
fn the_first_primes_are_right() {
    for count in [0, 1, 2, 5, 6, 7, 25, 300] {
        let expected = lines_of(&first_primes(count));
        let count = count.to_string();
        assert_eq!(printed(&["sieve", &count]), expected, "{count} by tasks");
        assert_eq!(
            printed(&["sieve", &count, "--capacity", "3"]),
            expected,
            "{count} by tasks, buffered"
        );
    }
}

#[test]
fn threads_find_the_same_primes() {
    let expected = lines_of(&first_primes(100));
    assert_eq!(printed(&["sieve", "100", "--threads"]), expected);
    assert_eq!(
        printed(&["sieve", "--threads", "--capacity=8", "100"]),
        expected
    );
}

#[test]
fn two_thousand_filters_work() {
    let primes = first_primes(2000);
    assert_eq!(primes.last(), Some(&17_389));
    assert_eq!(printed(&["sieve", "2000"]), lines_of(&primes));
}

#[test]
fn json_is_one_object() {
    let object: Value = serde_json::from_str(&printed(&["sieve", "10", "--json"])).unwrap();
    assert_eq!(object, serde_json::json!({ "primes": first_primes(10) }));

    let timed = printed(&["sieve", "50", "--json", "--time"]);
    let object: Value = serde_json::from_str(&timed).unwrap();
    assert_eq!(object["primes"], serde_json::json!(first_primes(50)));
    for sieve in ["concurrent", "sequential"] {
        assert!(object["seconds"][sieve].as_f64().unwrap() > 0.0, "{timed}");
    }
}

#[test]
fn times_stay_out_of_the_primes() {
    for (arguments, workers) in [
        (&["sieve", "--time", "40"][..], "tasks"),
        (&["sieve", "--time", "40", "--threads"], "threads"),
    ] {
        let output = output(arguments);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(text(&output.stdout), lines_of(&first_primes(40)));
        let times: Vec<_> = text(&output.stderr).lines().collect();
        let [concurrent, sequential] = times[..] else {
            panic!("{times:?}");
        };
        assert!(
            concurrent.starts_with(&format!("40 filters ({workers}) ")),
            "{concurrent}"
        );
        assert!(sequential.starts_with("sequential sieve "), "{sequential}");
    }
}

#[test]
fn wrong_usage_is_status_2() {
    for arguments in [
        &["sieve"][..],
        &["sieve", "many"],
        &["sieve", "-1"],
        &["sieve", "10", "20"],
        &["sieve", "10", "--capacity", "1025"],
        &["sieve", "10", "--fast"],
        &["demo", "now"],
        &["filter"],
    ] {
        let output = output(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
        assert!(text(&output.stderr).starts_with("error: "), "{arguments:?}");
    }
}

#[test]
fn help_has_examples() {
    for arguments in [&["--help"][..], &["sieve", "--help"]] {
        assert!(printed(arguments).contains("Examples:\n  channels "));
    }
}

#[test]
fn whoever_has_read_enough_ends_the_sieve() {
    for engine in [&[][..], &["--threads"]] {
        let mut child = start(&[&["sieve", ENDLESS], engine].concat());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let head: Vec<_> = lines.by_ref().take(3).map(Result::unwrap).collect();
        assert_eq!(head, ["2", "3", "5"]);
        drop(lines);
        let (status, complaints) = end_of(child);
        assert_eq!((status.code(), &*complaints), (Some(0), ""), "{engine:?}");
    }
}

#[test]
fn the_demonstration_ends_when_nobody_reads() {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let child = tool(&["demo"])
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (status, complaints) = end_of(child);
    assert_eq!((status.code(), &*complaints), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named() {
    for arguments in [
        &["demo"][..],
        &["sieve", "3"],
        &["sieve", "3", "--threads"],
        &["sieve", "3", "--json"],
    ] {
        let full = File::create("/dev/full").unwrap();
        let output = tool(arguments).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(
            text(&output.stderr),
            "channels: cannot write to standard output: No space left on device (os error 28)\n"
        );
    }
}

#[test]
fn an_interrupt_ends_it_quietly() {
    for engine in [&[][..], &["--threads"]] {
        let mut child = start(&[&["sieve", ENDLESS], engine].concat());
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, "2\n");
        let id = Pid::from_raw(child.id().try_into().unwrap());
        kill(id, Signal::SIGINT).unwrap();
        let (status, complaints) = end_of(child);
        drop(stdout);
        let killed_by = Some(Signal::SIGINT as i32);
        assert_eq!(
            (status.signal(), &*complaints),
            (killed_by, ""),
            "{engine:?}"
        );
    }
}

#[test]
fn a_pipe_gets_plain_frames() {
    let demonstration = printed(&[]);
    assert_eq!(printed(&["demo"]), demonstration);
    assert!(!demonstration.contains('\x1b'));
    assert_in_order(
        &demonstration,
        &[
            "receive queue  rex\n",
            "[....]  send 1: into the hands of rex",
            "[####]  send 5: ",
            "send queue     ada, bob (in a select), a task\n",
            "slots          [##][##][##][##]  4 of 4, open\n",
            "[####]  receive 2 from slot 0",
            "send index          v 1\n",
            "receive index       ^ 1\n",
            "[.##.]  receive 6 from slot 0",
            "slots          [  ][  ][  ][  ]  0 of 4, closed\n",
            "Try next:\n",
        ],
    );
    let frames = demonstration.matches("send queue ").count();
    assert!((3..=6).contains(&frames), "{frames} frames");
}

#[test]
fn a_terminal_gets_one_picture_drawn_again_in_place() {
    let tool = env!("CARGO_BIN_EXE_channels");
    let mut script = Command::new("script");
    if cfg!(target_os = "macos") {
        script.args(["-q", "/dev/null", tool]);
    } else {
        script.args(["-qec", tool, "/dev/null"]);
    }
    let output = match script.env("TERM", "xterm").stdin(Stdio::null()).output() {
        Err(e) if e.kind() == io::ErrorKind::NotFound && std::env::var_os("CI").is_none() => {
            println!("skipped: a_terminal_gets_one_picture needs script");
            return;
        }
        output => output.unwrap(),
    };
    assert!(output.status.success(), "{output:?}");
    let shown = text(&output.stdout);
    let steps = shown.matches("[####]  ").count();
    assert_eq!(steps, 8, "{shown}");
    // Each step but the first goes up to where the picture began.
    let frames = shown.matches("send queue ").count();
    assert_eq!(shown.matches("\x1b[7A\r\x1b[J").count(), frames - 1);
    assert!(frames > 10, "{frames} frames");
    assert_in_order(shown, &["0 of 4, closed", "Try next:"]);
}

#[track_caller]
fn assert_in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            panic!("{part:?} is not where it should be in\n{text}");
        };
        rest = after;
    }
}
