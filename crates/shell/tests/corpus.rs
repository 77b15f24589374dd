//! Scripts, case by case after the standard's text, run by our shell and by others.
//!
//! Each file of `corpus/` is a subject. A case is a title, the script, and what comes out:
//!
//! ```text
//! ### title
//! ## not dash mksh: why these two do otherwise
//! script
//! --- status
//! standard output
//! ```
//!
//! Ours has to give that, and so has each of the others that is not excused.

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

#[cfg(target_os = "linux")]
use common::have;

/// A script and what it comes to.
#[derive(Debug)]
struct Case {
    subject: String,
    title: String,
    script: String,
    excused: String,
    status: i32,
    output: String,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let files = fs::read_dir(folder).expect("the corpus is there");
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let subject = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("text");
        let text = format!("\n{text}");
        cases.extend(
            text.split("\n### ")
                .skip(1)
                .map(|case| read(&subject, case)),
        );
    }
    cases
}

fn read(subject: &str, text: &str) -> Case {
    let (title, rest) = text.split_once('\n').expect("a script after the title");
    let (script, result) = rest.split_once("\n--- ").expect("a result");
    let (excused, script) = match script.strip_prefix("## not ") {
        Some(rest) => rest.split_once('\n').expect("a script after the excuse"),
        None => ("", script),
    };
    let (status, output) = result.split_once('\n').unwrap_or((result, ""));
    Case {
        subject: subject.to_owned(),
        title: title.to_owned(),
        script: script.to_owned(),
        excused: excused.split(':').next().unwrap_or_default().to_owned(),
        status: status.parse().expect("a status is a number"),
        output: output.trim_end_matches('\n').to_owned(),
    }
}

/// Runs the case in a directory of its own and says how it differs from what is written.
fn difference(case: &Case, program: &[&str]) -> Option<String> {
    let directory = tempfile::tempdir().expect("a directory");
    let output = Command::new(program[0])
        .args(&program[1..])
        .args(["-c", &case.script, "script"])
        .current_dir(&directory)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", "/nonexistent")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .expect("the shell starts");
    let printed = String::from_utf8_lossy(&output.stdout);
    let printed = printed.trim_end_matches('\n');
    let status = output.status.code();
    let same = printed == case.output && status == Some(case.status);
    (!same).then(|| {
        let Case {
            subject,
            title,
            script,
            ..
        } = case;
        format!(
            "{subject}: {title}\n{script}\ngives {status:?}\n{printed}\ninstead of {}\n{}\n{}\n",
            case.status,
            case.output,
            String::from_utf8_lossy(&output.stderr),
        )
    })
}

#[track_caller]
fn check(name: &str, program: &[&str]) {
    let all = cases();
    let meant = all
        .iter()
        .filter(|case| !case.excused.split(' ').any(|excused| excused == name));
    let wrong: Vec<_> = meant.filter_map(|case| difference(case, program)).collect();
    assert!(
        wrong.is_empty(),
        "{} cases:\n\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn ours() {
    assert!(cases().len() >= 200);
    check("shell", &[env!("CARGO_BIN_EXE_shell")]);
}

// The versions that macOS has differ too much from those of today.
#[cfg(target_os = "linux")]
mod others {
    use super::check;
    use super::have;

    #[test]
    fn dash() {
        if have("dash") {
            check("dash", &["dash"]);
        }
    }

    #[test]
    fn bash() {
        if have("bash") {
            check("bash", &["bash", "--posix"]);
        }
    }

    #[test]
    fn yash() {
        if have("yash") {
            check("yash", &["yash", "--posixly-correct"]);
        }
    }

    #[test]
    fn mksh() {
        if have("mksh") {
            check("mksh", &["mksh"]);
        }
    }
}
