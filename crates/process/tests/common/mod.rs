//! The small vocabulary of this crate's tests.

// Each test program compiles this file for itself and none uses all of it.
#![allow(dead_code, unreachable_pub)]

use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Tries a property so often, or as often as PROPTEST_CASES says if that is more. A failure is
/// printed, and written nowhere.
pub fn cases(cases: u32) -> proptest::test_runner::Config {
    let asked_for = std::env::var("PROPTEST_CASES").ok();
    let asked_for = asked_for.and_then(|number| number.parse().ok());
    proptest::test_runner::Config {
        cases: asked_for.unwrap_or(0).max(cases),
        failure_persistence: None,
        ..Default::default()
    }
}

/// No test waits longer than this for one event.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Whether `program` is on the PATH. In CI its absence is a failure: nothing is skipped there.
pub fn have(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|directory| directory.join(program).is_file());
    if !found {
        let test = thread::current().name().unwrap_or("a test").to_owned();
        assert!(
            std::env::var_os("CI").is_none(),
            "{test} needs {program}; run cargo xtask doctor --install"
        );
        println!("skipped: {test} needs {program}");
    }
    found
}

/// The tool, with pipes for its output and nothing to read.
pub fn tool(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_process"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What `command` prints; it has to succeed.
#[track_caller]
pub fn output_of(command: &mut Command) -> Vec<u8> {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the program starts");
    assert!(
        status.success(),
        "{command:?}: {status}: {}",
        String::from_utf8_lossy(&stderr)
    );
    stdout
}

/// Waits for `child` to end; kills it after [`DEADLINE`].
#[track_caller]
pub fn wait(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            return status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("the child did not end by itself");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Writes a program that is to be run, by a process of its own. Were the file open for writing in
/// this one, a child that another test starts just then would have it open, too, and until its
/// `execve` the kernel would refuse to run the program (ETXTBSY).
pub fn write_program(path: &std::path::Path, contents: &[u8], mode: u32) {
    let mut writer = Command::new("sh")
        .args(["-c", "cat >\"$0\" && chmod \"$1\" \"$0\""])
        .arg(path)
        .arg(format!("{mode:o}"))
        .stdin(Stdio::piped())
        .spawn()
        .expect("sh starts");
    let mut input = writer.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut input, contents).expect("it reads");
    drop(input);
    assert!(writer.wait().expect("our child").success());
}
