//! The test program of a chapter's exercises: each starter compiles and fails its check, each
//! solution passes it.
//!
//! A chapter's `exercises/main.rs` takes this file in, with the list of its exercises. Each starter
//! and each solution runs in a process of its own, so that one which hangs or crashes fails alone.
//! With the arguments `NAME starter` or `NAME solution` the program is that one: `main` goes straight
//! to the check, without a system call on the way, because a tracer that looks from `main` on sees
//! the exercise alone (`cargo xtask learn --prove` does).
//!
//! Where a starter does the right thing in the wrong way, its check passes, and the calls that the
//! kernel saw decide. The header of its `check.rs` says so: "The calls decide: …".

use std::env;
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a check may take, on whatever machine.
const DEADLINE: Duration = Duration::from_secs(30);

/// The status of a process whose main thread has panicked.
const PANICKED: i32 = 101;

/// One exercise, and its check of either file.
pub(crate) struct Exercise {
    /// The folder's name.
    pub(crate) folder: &'static str,
    pub(crate) starter: fn(),
    pub(crate) solution: fn(),
}

/// `exercises![one, other]`: the exercises of these modules. A module may have an attribute that says
/// on which system it is there.
macro_rules! exercises {
    ($($(#[$attribute:meta])* $module:ident),* $(,)?) => {
        &[$($(#[$attribute])* $crate::harness::Exercise {
            folder: stringify!($module),
            starter: $module::starter::check::main,
            solution: $module::solution::check::main,
        }),*]
    };
}
pub(crate) use exercises;

/// Runs the one that the arguments name, or proves all. `chapter` is the chapter's folder.
pub(crate) fn main(chapter: &str, exercises: &[Exercise]) -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [name, file] = arguments.as_slice()
        && let Some(exercise) = exercises
            .iter()
            .find(|e| e.name() == name.replace('_', "-"))
    {
        match file.as_str() {
            "starter" => (exercise.starter)(),
            "solution" => (exercise.solution)(),
            _ => {
                eprintln!("{name} has a starter and a solution, and no {file}");
                return ExitCode::from(2);
            }
        }
        return ExitCode::SUCCESS;
    }
    // The flags of libtest change nothing here; a word selects by name, as it does there.
    let words: Vec<&String> = arguments.iter().filter(|a| !a.starts_with('-')).collect();
    let (mut passed, mut failed) = (0, 0);
    for exercise in exercises {
        let name = exercise.name();
        if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let starter_passes = calls_decide(chapter, exercise);
        let starter = if starter_passes {
            "its starter behaves, the calls decide"
        } else {
            "its starter fails"
        };
        for (file, what, passes) in [
            ("starter", starter, starter_passes),
            ("solution", "its solution passes", true),
        ] {
            let verdict = run(&name, file);
            let expected = if passes { 0 } else { PANICKED };
            if verdict.status == Some(expected) {
                println!("test {name}: {what} ... ok");
                passed += 1;
            } else {
                println!("{}", verdict.text);
                println!("test {name}: {what} ... FAILED");
                failed += 1;
            }
        }
    }
    let result = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {result}. {passed} passed; {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

impl Exercise {
    /// As on the command line.
    fn name(&self) -> String {
        self.folder.replace('_', "-")
    }
}

/// Whether the starter is to pass its check, and to fail by its calls.
fn calls_decide(chapter: &str, exercise: &Exercise) -> bool {
    let check = Path::new(chapter)
        .join("exercises")
        .join(exercise.folder)
        .join("check.rs");
    let source = fs::read_to_string(&check)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", check.display()));
    source
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .any(|line| line.starts_with("//! The calls decide: "))
}

/// What a process did.
struct Verdict {
    /// None when a signal ended it, the deadline's among them.
    status: Option<i32>,
    /// What it printed, and how it ended.
    text: String,
}

/// This program again, for one file of one exercise.
fn run(name: &str, file: &str) -> Verdict {
    let (reader, writer) = io::pipe().expect("a pipe");
    let child = Command::new(env::current_exe().expect("this program"))
        .args([name, file])
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(writer.try_clone().expect("the pipe's other end"))
        .stderr(writer)
        .spawn()
        .expect("this program, once more");
    watch(child, reader)
}

/// Waits for the end of what the child prints; that ends with the child and all that it started.
fn watch(mut child: Child, mut printed: io::PipeReader) -> Verdict {
    let (ended, end) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let result = printed.read_to_end(&mut bytes).map(|_| bytes);
        // Whoever waits for it may have given up.
        let _ = ended.send(result);
    });
    let output = match end.recv_timeout(DEADLINE) {
        Ok(bytes) => String::from_utf8_lossy(&bytes.expect("its output")).into_owned(),
        Err(_) => {
            child.kill().expect("a child can be killed");
            format!("had not ended after {} s", DEADLINE.as_secs())
        }
    };
    let status = child.wait().expect("a child can be waited for");
    Verdict {
        status: status.code(),
        text: format!("{output}{status}"),
    }
}
