//! A child that is given a pseudo-terminal says "terminal", and behaves so; given a pipe, it does not.
//!
//! Programs change when their output is a pipe: no colours, no columns, and lines kept back until 4 KiB
//! are full. A pseudo-terminal is a pipe that passes the test. The parent holds one end, the *controller*;
//! the child has the other as its standard descriptors and as the terminal of its session, so that even
//! control-C works: it is a byte that the parent writes.
//!
//! ```syscalls
//! openat(AT_FDCWD, "/dev/ptmx", *) = $controller
//! openat(AT_FDCWD, "/dev/pts/*", *) = $terminal
//! setsid() = *
//! ioctl($terminal, TIOCSCTTY, 0) = 0
//! dup*($terminal, 1*) = 1
//! execve("/bin/sh", *) = 0
//! write($controller, "\3", 1) = 1
//! ```

use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use nix::sys::signal::Signal;
use process::pty::{Pty, Session};
use process::spawn::Spawn;
use process::terminal::Size;

const LOOK: &str = "test -t 1 && echo terminal || echo pipe";

fn main() -> anyhow::Result<()> {
    let (mut reads, writes) = io::pipe()?;
    let mut child = sh(LOOK).fd(1, writes.as_fd()).spawn()?;
    drop(writes);
    let mut said = String::new();
    reads.read_to_string(&mut said)?;
    println!("with a pipe it says {said:?}");
    assert_eq!(said, "pipe\n");
    assert!(child.wait()?.success());

    let size = Size {
        rows: 25,
        columns: 132,
    };
    let script = format!("{LOOK}; stty size; exec sleep 60");
    let Session {
        mut controller,
        mut child,
    } = Pty::open(size)?.spawn(&sh(&script))?;
    let mut said = Vec::new();
    while !said.ends_with(b"132\r\n") {
        let mut bytes = [0; 64];
        let count = controller.read(&mut bytes)?;
        said.extend(&bytes[..count]);
    }
    let said = String::from_utf8(said)?;
    println!("with a pty it says  {said:?}");
    assert_eq!(said, "terminal\r\n25 132\r\n");

    // What is typed there as control-C is a signal for the child, as at a real terminal.
    controller.write_all(b"\x03")?;
    let ended = child.wait()?;
    println!("after control-C     {ended:?}");
    assert_eq!(ended.shell_code(), 128 + Signal::SIGINT as i32);
    Ok(())
}

fn sh(script: &str) -> Spawn {
    let mut spawn = Spawn::new("/bin/sh");
    spawn.args(["-c", script]);
    spawn
}
