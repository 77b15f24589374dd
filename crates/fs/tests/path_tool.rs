//! `fs path` from outside.

mod common;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;

use serde_json::{Value, json};

use common::{DEADLINE, output_of, tool};

fn printed(arguments: &[&str]) -> String {
    String::from_utf8(output_of(&mut tool(&[&["path"], arguments].concat()))).unwrap()
}

#[test]
fn a_result_a_line() {
    assert_eq!(printed(&["clean", "a/../b"]), "b\n");
    assert_eq!(printed(&["base", "a/b", "/", "c.d"]), "b\n/\nc.d\n");
    assert_eq!(printed(&["join", "a", "", "../b"]), "b\n");
    assert_eq!(printed(&["join"]), "\n");
    assert_eq!(printed(&["split", "a/b"]), "a/\nb\n");
    assert_eq!(printed(&["splitlist", "/bin::/sbin"]), "/bin\n\n/sbin\n");
    assert_eq!(printed(&["rel", "/a", "/a/b", "/c"]), "b\n../c\n");
    assert_eq!(printed(&["match", "-*", "-x", "y"]), "true\nfalse\n");
    assert_eq!(printed(&["path.clean", "/.."]), "/\n");
}

#[test]
fn bytes_go_in_and_out_as_they_are() {
    let mut command = tool(&["path", "dir"]);
    command.arg(OsStr::from_bytes(b"\xff/\xfe"));
    assert_eq!(output_of(&mut command), b"\xff\n");
}

#[test]
fn the_working_directory_and_the_environment_count() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("link");
    let real = folder.path().join("real");
    std::fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let abs = |named: &std::path::Path| {
        let mut command = tool(&["path", "abs", "x"]);
        command.current_dir(&real).env("PWD", named);
        String::from_utf8(output_of(&mut command)).unwrap()
    };
    assert_eq!(abs(&link), format!("{}/x\n", link.display()));
    let real = std::fs::canonicalize(&real).unwrap();
    assert_eq!(abs(folder.path()), format!("{}/x\n", real.display()));

    let mut command = tool(&["path", "expand", "${ONE}$TWO/$THREE"]);
    command.env("ONE", "1").env("TWO", "2").env_remove("THREE");
    assert_eq!(output_of(&mut command), b"12/\n");
    let mut command = tool(&["path", "tilde", "~/a"]);
    command.env("HOME", "/somewhere");
    assert_eq!(output_of(&mut command), b"/somewhere/a\n");
}

#[test]
fn errors_are_told_and_the_rest_is_done() {
    let output = tool(&["path", "rel", "/a", "b", "/a/c"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"c\n");
    assert_eq!(output.stderr, b"fs: Rel: can't make b relative to /a\n");
}

#[test]
fn wrong_usage_is_status_2() {
    for arguments in [
        &["path"][..],
        &["path", "nothing"],
        &["path", "clean"],
        &["path", "rel", "a"],
        &["path", "walk", "a", "b", "c", "d"],
        &["path", "--batch", "clean"],
    ] {
        let output = tool(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty());
    }
}

/// What `--batch` answers to these lines.
fn answers(input: &[u8]) -> Vec<Value> {
    let mut child = tool(&["path", "--batch"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    let lines = output
        .stdout
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

#[test]
fn a_batch_answers_every_line() {
    let input = b"{\"op\": \"clean\", \"args\": [\"a/../b\"]}\n\
        nonsense\n\
        \n\
        \xff\n\
        {\"op\": \"fly\"}\n\
        {\"op\": \"rel\", \"args\": [\"a\"]}\n\
        {\"op\": \"base\", \"args\": [1]}\n\
        {\"op\": \"base\", \"args\": [\"?\"], \"b64\": true}\n\
        {\"op\": \"match\", \"args\": [\"[\", \"\"]}\n\
        {\"op\": \"glob\", \"args\": [\"no such*\"], \"more\": 0}\n\
        {\"op\": \"ext\", \"args\": [\"LmH/\"], \"b64\": true}";
    let answers = answers(input);
    let told: Vec<_> = answers
        .iter()
        .map(|answer| answer.get("r").is_some())
        .collect();
    let expected = [
        true, false, false, false, false, false, false, false, false, true, true,
    ];
    assert_eq!(told, expected, "{answers:?}");
    assert_eq!(answers[0], json!({"r": "b"}));
    assert_eq!(answers[5], json!({"err": "rel takes 2 arguments, not 1"}));
    assert_eq!(answers[8], json!({"err": "syntax error in pattern"}));
    assert_eq!(answers[9], json!({"r": []}));
    assert_eq!(answers[10], json!({"r": "LmH/"}));
}

/// Requests that come in pieces, an answer after each; and then many at once.
#[test]
fn a_batch_answers_when_the_line_is_whole() {
    let mut child = tool(&["path", "--batch"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut requests = child.stdin.take().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (sender, answers) = mpsc::channel();
    let reader = thread::spawn(move || lines.for_each(|line| sender.send(line.unwrap()).unwrap()));
    let next = || answers.recv_timeout(DEADLINE).expect("an answer in time");
    for round in 0..20 {
        // The second line's beginning comes along with the first.
        let (one, other) = (
            json!({"op": "ext", "args": ["a.b"]}),
            json!({"op": "isabs", "args": ["/"]}),
        );
        let text = format!("{one}\n{other}\n");
        let (head, tail) = text.split_at(one.to_string().len() + 1 + round);
        requests.write_all(head.as_bytes()).unwrap();
        assert_eq!(next(), r#"{"r":".b"}"#);
        requests.write_all(tail.as_bytes()).unwrap();
        assert_eq!(next(), r#"{"r":true}"#);
    }
    let writer = thread::spawn(move || {
        for number in 0..20_000 {
            let request = json!({"op": "join", "args": ["a", number.to_string()]});
            writeln!(requests, "{request}").unwrap();
        }
    });
    for number in 0..20_000 {
        let expected = json!({"r": format!("a/{number}")}).to_string();
        assert_eq!(next(), expected);
    }
    writer.join().unwrap();
    reader.join().unwrap();
    assert!(answers.try_recv().is_err(), "an answer to no request");
    assert!(child.wait().unwrap().success());
}
