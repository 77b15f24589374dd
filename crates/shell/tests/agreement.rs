//! Snippets that this shell and others have to understand in the same way. Each is run in a subshell
//! of one script per shell; what it prints and whether it succeeds is compared. Where a shell is known
//! to differ, because POSIX leaves a choice or because it has a fault, the snippet says so.
//!
//! Only on Linux: what macOS calls bash is of 2007, and its C locale knows no UTF-8.
#![cfg(target_os = "linux")]

mod common;

#[path = "agreement/builtins.rs"]
mod builtins;
#[path = "agreement/expansion.rs"]
mod expansion;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use common::{have, tool};

pub(crate) struct Case {
    pub(crate) script: &'static str,
    /// The shells that do something else.
    pub(crate) unlike: &'static [&'static str],
}

/// Program, and what makes it a POSIX shell.
const SHELLS: [(&str, &[&str]); 5] = [
    ("dash", &[]),
    ("bash", &["--posix"]),
    ("yash", &["-o", "posixly-correct"]),
    ("mksh", &[]),
    ("busybox", &["sh"]),
];

/// Between the outputs of two snippets.
const MARK: &str = "=====";

/// Runs all snippets with `command`, in a directory with a few files; what each came to.
fn results(command: &mut Command, snippets: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a1", "b2", "c", "a*b", ".hid", "[x]"] {
        File::create(folder.path().join(name)).unwrap();
    }
    for name in ["dir", "dir2"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        File::create(folder.path().join(name).join("f")).unwrap();
    }
    symlink("dir", folder.path().join("ln")).unwrap();
    let mut script = String::new();
    for snippet in snippets {
        writeln!(
            script,
            "(\n{snippet}\n) && echo well || echo badly; echo {MARK}"
        )
        .unwrap();
    }
    let script_place = tempfile::NamedTempFile::new().unwrap();
    fs::write(script_place.path(), script).unwrap();
    let output = command
        .arg(script_place.path())
        .current_dir(folder.path())
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", "/home/me")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    output
        .split_terminator(&format!("{MARK}\n"))
        .map(str::to_owned)
        .collect()
}

#[track_caller]
fn compare(cases: &[Case]) {
    let snippets: Vec<&str> = cases.iter().map(|case| case.script).collect();
    let ours = results(&mut tool(&[]), &snippets);
    for (name, arguments) in SHELLS {
        if !have(name) {
            continue;
        }
        let theirs = results(Command::new(name).args(arguments), &snippets);
        for (index, case) in cases.iter().enumerate() {
            if !case.unlike.contains(&name) {
                assert_eq!(
                    ours.get(index),
                    theirs.get(index),
                    "{name}:\n{}",
                    case.script
                );
            }
        }
    }
}

#[test]
fn expansions_agree() {
    compare(expansion::CASES);
}

#[test]
fn built_ins_agree() {
    compare(builtins::CASES);
}

/// A piece of a word whose meaning POSIX leaves no doubt about.
fn piece() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["v", "w", "e", "u", "1", "2", "3", "9"]);
    let plain = prop::sample::select(vec!["a", "b:", "'c d'", "\\ ", "\"\"", "''", "x", "-"]);
    let pattern = prop::sample::select(vec!["?", "*", "a*", "*b", "[ab]", "'*'", ":"]);
    let leaf = prop_oneof![
        3 => plain.prop_map(str::to_owned),
        3 => name.clone().prop_map(|name| format!("${{{name}}}")),
        2 => name.clone().prop_map(|name| format!("\"${{{name}}}\"")),
        1 => Just("\"$*\"".to_owned()),
        2 => (name.clone(), pattern, prop::sample::select(vec!["#", "##", "%", "%%"]))
            .prop_map(|(name, pattern, sign)| format!("${{{name}{sign}{pattern}}}")),
        1 => name.clone().prop_map(|name| format!("${{#{name}}}")),
        1 => name.clone().prop_map(|name| format!("$(printf %s \"${{{name}}}\")")),
        1 => (0..9u8).prop_map(|number| format!("$(({number}*7))")),
    ];
    leaf.prop_recursive(2, 6, 2, move |inner| {
        let word = prop::collection::vec(inner, 1..3).prop_map(|pieces| pieces.concat());
        let sign = prop::sample::select(vec!["-", ":-", "+", ":+"]);
        (name.clone(), sign, word).prop_map(|(name, sign, word)| format!("${{{name}{sign}{word}}}"))
    })
}

/// Splitting is where shells differ least in words and most in mistakes: many words, many values. In a
/// few of them each of the others is alone (dash counts a delimiter twice that comes from two variables),
/// so that it takes two to outvote us.
#[test]
fn random_words_expand_as_in_other_shells() {
    let judges: Vec<_> = SHELLS.into_iter().take(3).collect();
    if !judges.iter().all(|(name, _)| have(name)) {
        return;
    }
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(common::cases(300), rng);
    let value = prop::collection::vec(
        prop::sample::select(vec!["a", "b", " ", ":", "  ", "c"]),
        0..6,
    );
    let value = value.prop_map(|pieces| pieces.concat());
    let word = prop::collection::vec(piece(), 1..4).prop_map(|pieces| pieces.concat());
    let ifs = prop::sample::select(vec![" ", ":", " :", "", "b", ": "]);
    let case = (ifs, prop::collection::vec(value, 4), word);
    let count = runner.config().cases;
    let snippets: Vec<String> = (0..count)
        .map(|_| {
            let (ifs, values, word) = case.new_tree(&mut runner).unwrap().current();
            let [v, w, one, two] = &values[..] else {
                unreachable!("four were asked for");
            };
            format!(
                "IFS='{ifs}'; v='{v}' w='{w}' e=; unset u; set -- '{one}' '{two}' ''; set -f\n\
                 printf '<%s>' {word}\nx={word}; printf '[%s]' \"$x\"\n\
                 case \"$v\" in {word}) echo yes;; *) echo no;; esac"
            )
        })
        .collect();
    let snippets: Vec<&str> = snippets.iter().map(String::as_str).collect();
    let ours = results(&mut tool(&[]), &snippets);
    assert_eq!(ours.len(), snippets.len());
    let theirs: Vec<_> = judges
        .iter()
        .map(|(name, arguments)| results(Command::new(name).args(*arguments), &snippets))
        .collect();
    for (index, snippet) in snippets.iter().enumerate() {
        let others: Vec<_> = theirs.iter().map(|results| results.get(index)).collect();
        let agree = others.iter().filter(|other| **other == ours.get(index));
        assert!(
            agree.count() >= 2,
            "{snippet}\n{:?}\n{others:#?}",
            ours[index]
        );
    }
}
