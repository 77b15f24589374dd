//! To which session and directory a detached child belongs, and what it reads.
//!
//! ```syscalls
//! setsid() = $child
//! execve("/bin/sh", *) = 0
//! wait4($child, *WIFEXITED(s) && WEXITSTATUS(s) == 7*, *) = $child
//! ```

use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use nix::unistd::{getpgid, getsid};
use process::exit::Status;
use process::spawn::Spawn;

use super::exercise;

/// Says where it is and what it can read, then waits on descriptor 5.
const SCRIPT: &str = "pwd; read line || echo nothing to read; read line <&5; exit 7";

pub fn main() {
    let (mut said, child_out) = io::pipe().expect("a pipe");
    let (child_waits, mut go_on) = io::pipe().expect("a pipe");
    // A standard input that has something, so that inheriting it shows.
    let (unwanted_in, mut unwanted) = io::pipe().expect("a pipe");
    unwanted
        .write_all(b"unwanted\n")
        .expect("the pipe has room");

    let mut command = Spawn::new("/bin/sh");
    command.args(["-c", SCRIPT]);
    command.fd(0, unwanted_in.as_fd()).fd(1, child_out.as_fd());
    command.fd(5, child_waits.as_fd());
    let mut child = exercise::detached(&mut command).expect("sh starts");
    drop((child_out, child_waits));

    let pid = child.id();
    assert_eq!(
        getsid(Some(pid)),
        Ok(pid),
        "the session of child {pid} should be its own; yours is {:?}",
        getsid(None)
    );
    assert_eq!(
        getpgid(Some(pid)),
        Ok(pid),
        "who leads a session leads a group"
    );
    println!("✓ it leads a session and a group");

    go_on.write_all(b"\n").expect("the child waits");
    let mut text = String::new();
    said.read_to_string(&mut text).expect("it speaks");
    assert_eq!(
        text, "/\nnothing to read\n",
        "the child's directory is / and its standard input is at its end"
    );
    println!("✓ it is at / and has nothing to read");

    assert_eq!(
        child.wait(),
        Ok(Status::Exited(7)),
        "it is still a child of ours"
    );
    println!("✓ it can be waited for");
}
