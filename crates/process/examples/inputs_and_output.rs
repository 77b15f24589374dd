//! In go arguments and an environment, out comes one byte, or the signal that killed it.
//!
//! Arguments are any strings without a NUL: empty ones and ones with blanks arrive as they are,
//! since the shell's quotes are gone before the program starts. What comes back is the low byte of
//! what `exit` was given: 259 arrives as 3, and -1 as 255. A panic of Rust's ends with 101, one of
//! Go's with 2. A process that a signal killed has no exit status at all; the 137 that a shell
//! shows is its own arithmetic, 128 and the signal.

use std::env;
use std::error::Error;
use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, raise};
use process::exit::Status;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some((what, rest)) = arguments.split_first() {
        return child(what, rest);
    }

    assert_eq!(run(&["exit", "0"])?, Status::Exited(0));
    assert_eq!(run(&["exit", "1"])?, Status::Exited(1));
    assert_eq!(run(&["exit", "259"])?, Status::Exited(3));
    assert_eq!(run(&["exit", "-1"])?, Status::Exited(255));
    assert_eq!(run(&["panic"])?, Status::Exited(101));
    assert_eq!(run(&["inputs", "", "two words", "*"])?, Status::Exited(0));
    let killed = run(&["signal"])?;
    assert_eq!(killed.signal(), Some(Signal::SIGTERM as i32));
    assert_eq!((killed.code(), killed.shell_code()), (None, 143));
    Ok(())
}

fn run(arguments: &[&str]) -> Result<Status, Box<dyn Error>> {
    let mut command = Command::new(env::current_exe()?);
    command
        .args(arguments)
        .env("COLOUR", "blue")
        .stderr(Stdio::null());
    let status = Status::from(command.status()?);
    println!(
        "{arguments:?}: {status}, in a shell {}",
        status.shell_code()
    );
    Ok(status)
}

fn child(what: &str, rest: &[String]) -> Result<(), Box<dyn Error>> {
    match what {
        "exit" => std::process::exit(rest[0].parse()?),
        "panic" => panic!("as asked for"),
        "signal" => raise(Signal::SIGTERM)?,
        _ => {
            assert_eq!(rest, ["", "two words", "*"]);
            assert_eq!(env::var("COLOUR")?, "blue");
        }
    }
    Ok(())
}
