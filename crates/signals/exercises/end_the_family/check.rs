//! Whether a grandchild survives the end of its family.
//!
//! ```syscalls
//! setpgid(0, 0) = 0
//! kill(-$child, SIGKILL) = 0
//! wait4($child, *WTERMSIG(s) == SIGKILL*, *) = $child
//! ```

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use super::exercise;

/// A shell with a child that repeats what it reads.
const SCRIPT: &str = "exec 3<&0; cat <&3 & exec 3<&-; echo started; wait";

pub fn main() {
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = exercise::start(&mut command).expect("sh starts");
    let mut input = child.stdin.take().expect("it is a pipe");
    let mut output = BufReader::new(child.stdout.take().expect("it is a pipe"));
    let mut line = String::new();
    output.read_line(&mut line).expect("the shell speaks");
    assert_eq!(line, "started\n");
    input.write_all(b"hello\n").expect("the grandchild reads");
    line.clear();
    output.read_line(&mut line).expect("the grandchild speaks");
    assert_eq!(line, "hello\n", "the grandchild repeats what it reads");

    let status = exercise::end(child).expect("the family can be ended");
    // Either somebody repeats this, or the output is at its end: nobody has it open any more. (A write
    // that fails says the same.)
    let _ = input.write_all(b"I am still here\n");
    drop(input);
    line.clear();
    output
        .read_to_string(&mut line)
        .expect("a pipe can be read");
    assert_eq!(
        line, "",
        "after the end of the family the grandchild said this"
    );
    println!("✓ the grandchild is gone as well");

    assert_eq!(
        status.signal(),
        Some(9),
        "the command was killed and waited for; its status is {status:?}"
    );
    println!("✓ the command was killed, and you were not");
}
