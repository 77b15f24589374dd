//! Rust ignores SIGPIPE: `println!` into a closed pipe panics; at its default the signal kills.
//!
//! Writing to a pipe that has no reader fails with EPIPE, and the kernel also sends SIGPIPE, whose
//! default is to kill the writer. That is what ends `yes` in `yes | head -1`. Rust's start-up code
//! sets SIGPIPE to ignored, so that a server is not killed by a client that hangs up; the price is
//! that a filter sees an error, and `println!` panics at every error. A filter writes with
//! `writeln!` and treats `BrokenPipe` as the end of its work, or gives SIGPIPE its default back.
//!
//! Go splits the difference: EPIPE on descriptors 1 and 2 kills by SIGPIPE, on others it is an error.
//!
//! ```syscalls
//! write(1, "hello\n", 6) = -1 EPIPE (*)
//! wait4(*WEXITSTATUS(s) == 101*)
//! rt_sigaction(SIGPIPE, {sa_handler=SIG_DFL, *)
//! write(1, "hello\n", 6) = -1 EPIPE (*)
//! wait4(*WTERMSIG(s) == SIGPIPE*)
//! write(1, "hello\n", 6) = -1 EPIPE (*)
//! wait4(*WEXITSTATUS(s) == 0*)
//! ```

// Changing a signal's disposition is unsafe in general; here it is back to the default.
#![allow(unsafe_code)]

use std::env;
use std::io::{self, ErrorKind, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

use nix::sys::signal::{SigHandler, Signal, signal};

/// Runs this program as a child that writes in the way named into a pipe that nobody reads.
fn into_closed_pipe(way: &str) -> io::Result<Output> {
    let (reader, writer) = io::pipe()?;
    drop(reader);
    Command::new(env::current_exe()?)
        .arg(way)
        .stdout(writer)
        .output()
}

fn write_as_told(way: &str) -> io::Result<()> {
    if way == "SIGPIPE at default" {
        // SAFETY: the default disposition runs no code of ours.
        unsafe { signal(Signal::SIGPIPE, SigHandler::SigDfl) }?;
    }
    if way == "writeln!" {
        return match writeln!(io::stdout(), "hello") {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => panic!("expected a broken pipe, got {other:?}"),
        };
    }
    println!("hello");
    Ok(())
}

fn main() -> io::Result<()> {
    if let Some(way) = env::args().nth(1) {
        return write_as_told(&way);
    }

    let panicked = into_closed_pipe("println!")?;
    let message = String::from_utf8_lossy(&panicked.stderr);
    println!("println!:            {}", panicked.status);
    assert_eq!(panicked.status.code(), Some(101));
    assert!(message.contains("Broken pipe"), "{message}");

    let killed = into_closed_pipe("SIGPIPE at default")?;
    println!("SIGPIPE at default:  {}", killed.status);
    assert_eq!(killed.status.signal(), Some(Signal::SIGPIPE as i32));
    assert_eq!(Signal::SIGPIPE as i32, 13);
    assert!(killed.stderr.is_empty(), "a signal kills without a word");

    let handled = into_closed_pipe("writeln!")?;
    println!("writeln!, handled:   {}", handled.status);
    assert!(
        handled.status.success(),
        "{}",
        String::from_utf8_lossy(&handled.stderr)
    );
    Ok(())
}
