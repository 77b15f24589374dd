//! Command lines of Windows: there and back, and by another's quoting.

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use common::{cases, have};
use process::quote::{QuoteError, join, quote, split};
use proptest::prelude::*;

/// Mostly what quoting is about.
fn argument() -> impl Strategy<Value = String> {
    "[ab \\t\\n\"\\\\é]{0,12}"
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn what_is_joined_is_split_again(
        program in "[a-z \\\\:é]{0,8}",
        arguments in prop::collection::vec(argument(), 0..6),
    ) {
        let line = join(&program, arguments.iter().map(String::as_str)).unwrap();
        let mut expected = vec![program];
        expected.extend(arguments);
        prop_assert_eq!(split(&line), expected, "{}", line);
    }

    #[test]
    fn any_line_is_split(line in "[ab \\t\"\\\\]{0,40}") {
        let arguments = split(&line);
        prop_assert_eq!(arguments.is_empty(), line.is_empty());
        // Nothing is made up.
        let length: usize = arguments.iter().map(String::len).sum();
        prop_assert!(length <= line.len());
    }

    #[test]
    fn quoting_changes_only_what_needs_it(argument in "[a-zA-Z0-9/\\\\:.,=-]{1,20}") {
        prop_assert_eq!(quote(&argument), argument);
    }
}

/// Microsoft's own examples, and what its parser does with several quotes in a row.
#[test]
fn documented_lines() {
    let table: [(&str, &[&str]); 8] = [
        (r#""a b c" d e"#, &["a b c", "d", "e"]),
        (r#"x "ab\"c" "\\" d"#, &["x", r#"ab"c"#, r"\", "d"]),
        (r#"x a\\\b d"e f"g h"#, &["x", r"a\\\b", "de fg", "h"]),
        (r#"x a\\\"b c d"#, &["x", r#"a\"b"#, "c", "d"]),
        (r#"x a\\\\"b c" d e"#, &["x", r"a\\b c", "d", "e"]),
        // Four: open, close, a character that closes, open.
        (r#"x """" y"#, &["x", "\" y"]),
        // The program knows no backslash: its name ends at the next quote.
        (r#""a\"b" c"#, &[r"a\", "b c"]),
        ("", &[]),
    ];
    for (line, expected) in table {
        assert_eq!(split(line), expected, "{line}");
    }
}

#[test]
fn what_cannot_be_passed_is_refused() {
    assert_eq!(
        join("a\"", []),
        Err(QuoteError::QuoteInProgram("a\"".into()))
    );
    assert_eq!(join("a", ["b\0"]), Err(QuoteError::Nul("b\0".into())));
}

/// Python quotes by the same rules, in code of its own.
#[test]
fn what_python_joins_is_split_again() {
    if !have("python3") {
        return;
    }
    let pieces = ["", "a", " ", "\t", "\\", "\"", "\\\"", "\\\\", "é"];
    let mut arguments = Vec::new();
    for first in pieces {
        for second in pieces {
            for third in pieces {
                arguments.push(format!("{first}{second}{third}"));
            }
        }
    }
    let script = "import json, subprocess, sys\n\
                  print(subprocess.list2cmdline(['prog'] + json.load(sys.stdin)), end='')";
    let mut python = Command::new("python3")
        .args(["-c", script])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let json = serde_json::to_vec(&arguments).unwrap();
    python.stdin.take().unwrap().write_all(&json).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    let line = String::from_utf8(output.stdout).unwrap();
    assert_eq!(split(&line)[1..], arguments);
}
