//! Number 0 sends nothing and only asks; ESRCH says that there is nobody of that number any more.
//!
//! A child that has ended is there until its parent has waited for it: a zombie can still be asked
//! for.

use std::error::Error;
use std::process::Command;

use nix::unistd::Pid;
use signals::send::{Message, SendError, exists, to_process};
use signals::signal::Signal;

fn main() -> Result<(), Box<dyn Error>> {
    let mut other = Command::new("sleep").arg("60").spawn()?;
    let pid = Pid::from_raw(other.id() as i32);
    to_process(pid, Message::Ask)?;
    println!("{pid}: is there");

    to_process(pid, Signal::TERM)?;
    assert!(exists(pid), "ended or not, it has not been waited for");
    other.wait()?;

    let gone = to_process(pid, Message::Ask);
    println!("after wait: {gone:?}");
    assert!(matches!(gone, Err(SendError::NoSuchProcess(_))));

    // A number that would mean more than one process is refused before the kernel sees it.
    let everybody = to_process(Pid::from_raw(-1), Signal::TERM);
    println!("-1: {everybody:?}");
    assert!(matches!(everybody, Err(SendError::NotANumber(-1))));
    Ok(())
}
