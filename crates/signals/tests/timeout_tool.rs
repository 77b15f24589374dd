//! `signals timeout` beside GNU's timeout(1), case by case, as a shell sees both.

mod common;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{have, tool};
use proptest::prelude::*;
use signals::timeout::parse_duration;

/// The words after `timeout`, for both.
const CASES: &[&[&str]] = &[
    &["10", "true"],
    &["10", "sh", "-c", "exit 42"],
    &["0.1", "sleep", "20"],
    &["0.1s", "sleep", "20"],
    &["0", "true"],
    &["-s", "KILL", "0.1", "sleep", "20"],
    &["-s", "INT", "0.1", "sleep", "20"],
    &["-s", "2", "0.1", "sleep", "20"],
    &["--preserve-status", "0.1", "sleep", "20"],
    &["--preserve-status", "-s", "USR1", "0.1", "sleep", "20"],
    &[
        "--preserve-status",
        "0.1",
        "sh",
        "-c",
        "trap 'exit 9' TERM; sleep 20 & wait",
    ],
    &["0.1", "sh", "-c", "trap 'exit 9' TERM; sleep 20 & wait"],
    &["-k", "0.1", "0.1", "sh", "-c", "trap '' TERM; sleep 20"],
    &["-k", "10", "0.1", "sleep", "20"],
    &["--foreground", "0.1", "sleep", "20"],
    &["--foreground", "-s", "KILL", "0.1", "sleep", "20"],
    &[
        "--foreground",
        "-k",
        "0.1",
        "0.1",
        "sh",
        "-c",
        "trap '' TERM; exec sleep 20",
    ],
    &["10", "sh", "-c", "kill -TERM $$"],
    &["10", "sh", "-c", "kill -KILL $$"],
    &["10", "sh", "-c", "kill -SEGV $$"],
    &["10", "no-such-program-here"],
    &["10", "/"],
    &["1x", "true"],
    &["-s", "NONE", "1", "true"],
    &["-k", "1x", "1", "true"],
    &[],
    &["1"],
    &["--no-such-option", "1", "true"],
    &["--help"],
    // A stopped child is sent CONT, so that it can act on the TERM.
    &["0.2", "sh", "-c", "kill -STOP $$"],
];

#[test]
fn the_status_is_that_of_gnu() {
    if !have("timeout") {
        return;
    }
    // Each case waits, so all of them side by side.
    std::thread::scope(|scope| {
        for case in CASES {
            scope.spawn(move || {
                let mut ours = vec![env!("CARGO_BIN_EXE_signals"), "timeout"];
                ours.extend(*case);
                let mut theirs = vec!["timeout"];
                theirs.extend(*case);
                assert_eq!(status(&ours), status(&theirs), "{case:?}");
            });
        }
    });
}

/// As `$?`: a shell turns a signal into 128 and its number. Under setsid, so that what is sent to the
/// group stays in it, and with a PATH that must be searched to its end.
fn status(words: &[&str]) -> Option<i32> {
    let status = Command::new("sh")
        .args(["-c", "ulimit -c 0; \"$@\"; exit $?", "sh"])
        .args(words)
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.expect("sh starts").code()
}

#[test]
fn the_whole_group_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grandchild");
    let script = format!("sleep 30 & echo $! > {}; wait", file.display());
    let output = tool(&["timeout", "0.5", "sh", "-c", &script])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(124));
    let pid = std::fs::read_to_string(file)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let pid = nix::unistd::Pid::from_raw(pid);
    let Ok(grandchild) = signals::send::Process::open(pid) else {
        return;
    };
    assert!(
        grandchild
            .wait_ended(Some(Duration::from_secs(20)))
            .unwrap()
    );
}

#[test]
fn a_term_is_passed_on_and_the_command_ends_by_it() {
    use std::io::{BufRead, BufReader};
    use std::os::unix::process::ExitStatusExt;
    let mut child = tool(&["timeout", "30", "sh", "-c", "echo ready; exec sleep 30"])
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let pid = nix::unistd::Pid::from_raw(child.id() as i32);
    signals::send::to_process(pid, signals::signal::Signal::TERM).unwrap();
    assert_eq!(common::wait(&mut child).signal(), Some(15));
}

#[test]
fn it_says_what_it_sends_and_never_before_the_time() {
    let start = Instant::now();
    let output = tool(&["timeout", "-v", "0.3", "sleep", "30"])
        .output()
        .unwrap();
    assert!(start.elapsed() >= Duration::from_millis(300));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "signals: sending signal TERM to command \"sleep\"\n");
}

proptest! {
    #![proptest_config(common::cases(256))]

    #[test]
    fn any_text_is_a_length_or_an_error(text in ".{0,12}") {
        let _ = parse_duration(&text);
    }

    #[test]
    fn whole_seconds_are_exact(seconds in 0_u32.., unit in 0_usize..4) {
        let (name, factor) = [("", 1), ("m", 60), ("h", 3_600), ("d", 86_400)][unit];
        let expected = Duration::from_secs(u64::from(seconds) * factor);
        prop_assert_eq!(parse_duration(&format!("{seconds}{name}")), Ok(expected));
    }
}
