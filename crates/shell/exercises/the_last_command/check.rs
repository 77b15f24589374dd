//! Which process runs the last command, and what its parent learns.
//!
//! ```syscalls
//! clone*(*) = $shell
//! execve("*/sh", ["sh", "-c", "echo $$"], *) = 0
//! clone* x4
//! ```

use std::env;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio, exit};

use super::exercise;

/// Set in a copy of this program that plays the shell: its last command.
const ROLE: &str = "THE_LAST_COMMAND";

pub fn main() {
    if let Ok(command) = env::var(ROLE) {
        let words: Vec<&str> = command.splitn(3, ' ').collect();
        exit(exercise::run_last(words[0], &words[1..]));
    }

    let shell = shell("sh -c echo $$");
    let pid = shell.id();
    let output = shell.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert_eq!(
        said,
        pid.to_string(),
        "the command says its own number; the shell that ran it as its last has the other"
    );
    println!("✓ the command is the process that was the shell");

    let status = shell_status("sh -c kill -TERM $$");
    assert_eq!(
        status.signal(),
        Some(15),
        "the command was killed, and so the shell was: {status}"
    );
    println!("✓ its end is the shell's end");

    assert_eq!(
        shell_status("no-such-program").code(),
        Some(127),
        "there is no such program"
    );
    assert_eq!(
        shell_status("/dev/null").code(),
        Some(126),
        "it may not be executed"
    );
    println!("✓ 127 and 126 if it cannot be");
}

fn shell(command: &str) -> Child {
    let mut copy = Command::new(env::current_exe().expect("this program"));
    copy.args(env::args_os().skip(1)).env(ROLE, command);
    copy.stdout(Stdio::piped()).spawn().expect("it starts")
}

fn shell_status(command: &str) -> std::process::ExitStatus {
    let output = shell(command).wait_with_output();
    output.expect("it ends").status
}
