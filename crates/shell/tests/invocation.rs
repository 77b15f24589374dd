//! How a shell is started, as other programs start it.

mod common;

#[cfg(target_os = "linux")]
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::process::{Child, Command, Output, Stdio};

use common::{output_of, tool, wait};

fn printed(arguments: &[&str]) -> String {
    String::from_utf8(output_of(&mut tool(arguments))).expect("text")
}

fn with_input(arguments: &[&str], input: &str) -> Output {
    let mut child = tool(arguments)
        .stdin(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(input.as_bytes()).expect("it reads");
    drop(pipe);
    child.wait_with_output().expect("it ends")
}

#[test]
fn a_command_string() {
    assert_eq!(printed(&["-c", "echo $0 $#", "name", "a", "b"]), "name 2\n");
    assert!(printed(&["-ec", "echo $-"]).contains('e'));
    assert_eq!(
        printed(&["-c", "-u", "case $- in *u*) echo u;; esac"]),
        "u\n"
    );
    assert_eq!(printed(&["-o", "noglob", "-c", "echo *"]), "*\n");
    assert!(!printed(&["-f", "+f", "-c", "echo $-"]).contains('f'));
}

#[test]
fn a_file_and_its_arguments() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("script");
    fs::write(&file, "echo ${0##*/} $1 $#").expect("written");
    let file = file.to_str().expect("text");
    assert_eq!(printed(&[file, "a", "b"]), "script a 2\n");
    assert_eq!(printed(&["--", file]), "script 0\n");
    let missing = tool(&["/nonexistent/script"]).output().expect("it starts");
    assert_eq!(missing.status.code(), Some(127));
}

#[test]
fn standard_input_is_read_no_further_than_needed() {
    let script = "echo a\nread x\nfor read\necho \"[$x]\"\ncat\nleft\n";
    let output = with_input(&[], script);
    assert_eq!(output.stdout, b"a\n[for read]\nleft\n");

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("script");
    fs::write(&file, script).expect("written");
    let input = fs::File::open(&file).expect("it is there");
    let from_file = tool(&[]).stdin(input).output().expect("it starts");
    assert_eq!(from_file.stdout, output.stdout, "and so for a file");
    assert_eq!(with_input(&["-s", "a", "b"], "echo $2\n").stdout, b"b\n");
}

#[test]
fn the_loop_of_the_readme() {
    let output = with_input(&[], "for i in 1 2 3; do echo $i; done | wc -l");
    assert_eq!(output.stdout.trim_ascii(), b"3");
}

#[test]
fn misuse_is_status_2() {
    for arguments in [&["-Q"][..], &["--nonsense"], &["-c"], &["-o", "nonsense"]] {
        let output = tool(arguments).output().expect("it starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
    assert!(printed(&["--help"]).contains("Examples:"));
    assert!(printed(&["--version"]).starts_with("shell "));
    let unfinished = tool(&["-c", "if true"]).output().expect("it starts");
    assert_eq!(unfinished.status.code(), Some(2));
}

#[test]
fn an_interactive_shell_goes_on_after_an_error() {
    let script = "echo ${x?gone}\n)\nreadonly r=1\nr=2\necho alive\n";
    let output = with_input(&["-i", "+m"], script);
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("alive"),
        "{output:?}"
    );
    assert_eq!(with_input(&[], script).status.code(), Some(2));
}

#[test]
fn depth_has_a_bound() {
    let script = "f() { f; }; f; echo no";
    let output = tool(&["-c", script]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("too deep"));
    let nested = "eval ".repeat(3) + "'echo ok'";
    assert_eq!(printed(&["-c", &nested]), "ok\n");
}

#[test]
fn the_shell_is_ended_by_a_closed_pipe() {
    let mut child: Child = tool(&["-c", "while :; do echo y; done"])
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    assert!(!wait(&mut child).success());
}

/// What a program inherits: what the script opened, and nothing of the shell's own.
#[cfg(target_os = "linux")]
#[test]
fn no_descriptor_leaks() {
    let script = "exec 9>/dev/null; : >/dev/null; x=$(: | :); { ls /proc/self/fd | cat; } 7</dev/null \
                  <<E\ntext\nE\n";
    let numbers = |text: &str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    let through_shell = numbers(&printed(&["-c", script]));
    // Whoever runs this test may have left descriptors open.
    let direct = output_of(Command::new("ls").arg("/proc/self/fd").stdin(Stdio::null()));
    let mut expected = numbers(&String::from_utf8_lossy(&direct));
    expected.extend(["7", "9"].map(str::to_owned));
    assert_eq!(through_shell, expected);
}

/// A large here-document is a file without a name, and none is left.
#[test]
fn no_temporary_file_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "x".repeat(100_000);
    let script = format!("cat <<E | wc -c\n{text}\nE\n");
    let mut command: Command = tool(&["-c", &script]);
    let counted = output_of(command.env("TMPDIR", folder.path()));
    assert_eq!(counted.trim_ascii(), b"100001");
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 0);
}
