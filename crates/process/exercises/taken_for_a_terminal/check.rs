//! Whether a script finds a terminal, and whether all that it prints there arrives.
//!
//! ```syscalls
//! openat(AT_FDCWD, "/dev/ptmx", *) = $controller
//! setsid() = $child
//! ioctl(*, TIOCSCTTY, *) = 0
//! execve("/bin/sh", *) = 0
//! wait4($child, *) = $child
//! ```

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::wait::{WaitPidFlag, waitpid};

use super::exercise;

pub fn main() {
    let looked = output("if [ -t 1 ]; then echo a terminal; else echo no terminal; fi");
    assert_eq!(
        looked, "a terminal\n",
        "the script looks at its standard output"
    );
    println!("✓ the script finds a terminal");

    let script = "i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done";
    let expected: String = (0..5000).map(|number| format!("line {number}\n")).collect();
    let long = output(script);
    assert_eq!(
        long.len(),
        expected.len(),
        "5000 lines, each ended by one \\n: expected so many bytes"
    );
    assert!(
        long == expected,
        "the lines are not those that were written"
    );
    println!("✓ 5000 lines arrive, and then comes the end");

    assert_eq!(
        waitpid(None, Some(WaitPidFlag::WNOHANG)),
        Err(Errno::ECHILD),
        "a child has not been waited for"
    );
    println!("✓ no zombie is left");
}

fn output(script: &'static str) -> String {
    let (told, result) = mpsc::channel();
    thread::spawn(move || told.send(exercise::output(script)));
    let result = result.recv_timeout(Duration::from_secs(20));
    let output = result.expect("the output comes to its end within 20 seconds");
    output.expect("the end of the output is no error")
}
