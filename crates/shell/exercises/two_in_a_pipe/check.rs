//! What a pipeline of two prints, how both ended, and who got the ends of the pipe.
//!
//! ```syscalls
//! pipe2([$read, $write], O_CLOEXEC) = 0
//! dup*($write, 1*) = 1
//! dup*($read, 0*) = 0
//! ```

use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::exercise::{self, Ended};

pub fn main() {
    let sorted = pipe("printf 'pear\\napple\\n'; exit 3", "sort");
    assert_eq!(
        sorted.output, "apple\npear\n",
        "the right command sorts what the left one prints"
    );
    assert_eq!(
        (sorted.left.code(), sorted.right.code()),
        (Some(3), Some(0)),
        "left ends with 3"
    );
    println!("✓ the output of the left is the input of the right");

    let last = pipe("exec seq 1 300000", "tail -n 1");
    assert_eq!(
        last.output, "300000\n",
        "two megabytes go through, and then comes the end"
    );
    println!("✓ two megabytes go through, and then comes the end");

    let first = pipe("exec seq 1 300000", "head -n 1; exit 5");
    assert_eq!(
        (&*first.output, first.right.code()),
        ("1\n", Some(5)),
        "the first line, and the right status"
    );
    assert_eq!(
        first.left.signal(),
        Some(13),
        "head has ended after one line, so that seq, which writes two megabytes, ends by SIGPIPE (13); it ended by {}",
        first.left
    );
    println!("✓ when the right has read enough, the left is told");
}

fn pipe(left: &'static str, right: &'static str) -> Ended {
    let (told, result) = mpsc::channel();
    thread::spawn(move || {
        let shell = |script| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        told.send(exercise::pipe(&mut shell(left), &mut shell(right)))
    });
    let ended = result.recv_timeout(Duration::from_secs(10));
    let ended =
        ended.unwrap_or_else(|_| panic!("{left} | {right} does not end: who has the pipe open?"));
    ended.expect("both start")
}
