//! The same INT ends a program, and does nothing once the program ignores it.
//!
//! To ignore is a disposition, kept by the kernel: the signal is thrown away when it is sent, and no code of
//! the program runs. The child says with a line when it is ready, and ends when its input does.

use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};

use nix::unistd::Pid;
use signals::action::{self, Disposition};
use signals::send::to_process;
use signals::signal::Signal;

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(phase) = env::args().nth(1) {
        return child(&phase);
    }
    let first = interrupted("default")?;
    println!("by default: {first}");
    assert_eq!(first.signal(), Some(Signal::INT.number()));

    let second = interrupted("ignore")?;
    println!("ignoring:   {second}");
    assert_eq!(second.code(), Some(0));
    Ok(())
}

fn child(phase: &str) -> Result<(), Box<dyn Error>> {
    if phase == "ignore" {
        action::set(Signal::INT, Disposition::Ignore)?;
    }
    println!("ready");
    io::stdout().flush()?;
    io::stdin().read_line(&mut String::new())?;
    Ok(())
}

fn interrupted(phase: &str) -> Result<ExitStatus, Box<dyn Error>> {
    let mut child = Command::new(env::current_exe()?)
        .arg(phase)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = BufReader::new(child.stdout.take().ok_or("no pipe")?);
    said.read_line(&mut String::new())?;
    to_process(Pid::from_raw(child.id() as i32), Signal::INT)?;
    // wait() closes the child's input first.
    Ok(child.wait()?)
}
