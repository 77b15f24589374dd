//! `signals watch` tells what `signals send` sends; `list` beside kill -l.

mod common;

use std::io::{BufRead, BufReader, Lines};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdout, Command, Stdio};

use common::{have, output_of, tool, wait};

fn watch(arguments: &[&str]) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut words = vec!["watch"];
    words.extend(arguments);
    let mut child = tool(&words).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert_eq!(first, format!("watching as process {}", child.id()));
    (child, lines)
}

#[test]
fn the_sender_is_named() {
    let (mut watch, mut lines) = watch(&["--count", "2"]);
    let pid = watch.id().to_string();
    let mut shell = Command::new("sh")
        .args(["-c", "kill -USR1 $0; read line", &pid])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let line = lines.next().unwrap().unwrap();
    assert!(
        line.contains(&format!("USR1     from {} (sh), user ", shell.id())),
        "{line}"
    );
    drop(shell.stdin.take());
    wait(&mut shell);
    output_of(&mut tool(&["send", "WINCH", &pid]));
    assert!(lines.next().unwrap().unwrap().contains("WINCH"));
    assert!(wait(&mut watch).success());
}

#[test]
fn the_second_wish_to_end_is_granted() {
    let (mut watch, mut lines) = watch(&[]);
    let pid = watch.id().to_string();
    for signal in ["INT", "TERM"] {
        output_of(&mut tool(&["send", signal, &pid]));
        assert!(lines.next().unwrap().unwrap().contains(signal));
    }
    assert!(wait(&mut watch).success());
}

#[test]
#[cfg(target_os = "linux")]
fn values_come_in_order() {
    let (mut watch, mut lines) = watch(&["RTMIN+1", "--count", "5"]);
    let pid = watch.id().to_string();
    for value in ["5", "4", "-3", "2", "1"] {
        output_of(&mut tool(&["send", "RTMIN+1", "--value", value, &pid]));
    }
    for value in ["5", "4", "-3", "2", "1"] {
        let line = lines.next().unwrap().unwrap();
        assert!(line.ends_with(&format!(", value {value}")), "{line}");
    }
    assert!(wait(&mut watch).success());
}

#[test]
fn who_ignores_a_term_is_killed_after_the_grace() {
    let mut shell = Command::new("sh")
        .args(["-c", "trap '' TERM; echo; while :; do sleep 0.05; done"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    BufReader::new(shell.stdout.take().unwrap())
        .read_line(&mut String::new())
        .unwrap();
    let pid = shell.id().to_string();
    let output = tool(&["send", "TERM", "--timeout", "0.2", &pid])
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        format!("signals: process {pid} needed KILL after 200ms\n")
    );
    assert_eq!(wait(&mut shell).signal(), Some(9));
}

#[test]
fn a_name_or_a_text_finds_its_processes_and_no_other() {
    let text = format!("{}.25", 100_000 + std::process::id());
    let mut sleep = Command::new("sleep").arg(&text).spawn().unwrap();
    let mut other = Command::new("sleep").arg("60").spawn().unwrap();
    let nobody = tool(&["send", "0", "--name", "no-such-name"])
        .output()
        .unwrap();
    assert_eq!(nobody.status.code(), Some(1));
    output_of(&mut tool(&[
        "send",
        "TERM",
        "--wait",
        "--full",
        &format!("sleep {text}"),
    ]));
    assert_eq!(wait(&mut sleep).signal(), Some(15));
    assert!(other.try_wait().unwrap().is_none());
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn a_group_is_told_as_a_whole() {
    use std::os::unix::process::CommandExt;
    let mut leader = Command::new("sleep")
        .arg("60")
        .process_group(0)
        .spawn()
        .unwrap();
    let group = leader.id();
    let mut member = Command::new("sleep")
        .arg("60")
        .process_group(i32::try_from(group).unwrap())
        .spawn()
        .unwrap();
    output_of(&mut tool(&["send", "--group", "INT", &group.to_string()]));
    assert_eq!(wait(&mut leader).signal(), Some(2));
    assert_eq!(wait(&mut member).signal(), Some(2));
}

#[test]
fn nobody_is_an_error_that_names_the_number() {
    let mut child = Command::new("true").spawn().unwrap();
    let pid = child.id();
    child.wait().unwrap();
    let output = tool(&["send", "0", &pid.to_string()]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, format!("signals: process {pid}: no such process\n"));
    // -1 would be everybody.
    let output = tool(&["send", "0", "--", "-1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn names_and_numbers_are_those_of_bash() {
    if !have("bash") {
        return;
    }
    for word in ["INT", "SIGTERM", "9", "130", "137", "RTMIN", "64", "1"] {
        if cfg!(not(target_os = "linux")) && ["RTMIN", "64"].contains(&word) {
            continue;
        }
        let ours = output_of(&mut tool(&["list", word]));
        let theirs = output_of(Command::new("bash").args(["-c", "kill -l $0", word]));
        assert_eq!(ours, theirs, "{word}");
    }
    let all = output_of(&mut tool(&["list", "--json"]));
    let all: Vec<serde_json::Value> = serde_json::from_slice(&all).unwrap();
    assert!(
        all.iter()
            .any(|one| one["name"] == "TSTP" && one["default"] == "stop")
    );
    let table = String::from_utf8(output_of(&mut tool(&["list"]))).unwrap();
    assert_eq!(table.lines().count(), all.len() + 1);
    assert_eq!(
        tool(&["list", "NONE"]).output().unwrap().status.code(),
        Some(1)
    );
}
