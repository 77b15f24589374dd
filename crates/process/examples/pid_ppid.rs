//! Every process has a number and knows that of the one which started it.
//!
//! The numbers are given in order and used again when they are free, so that a pid names a process
//! only as long as somebody keeps it: until its parent has asked how it ended. Only a parent can
//! therefore rely on a pid; for all others it may be somebody else's by the time they use it.

use std::env;
use std::error::Error;
use std::process::Command;

use process::id::Identity;

fn main() -> Result<(), Box<dyn Error>> {
    let me = Identity::current()?;
    if env::args().any(|argument| argument == "child") {
        println!("{} {}", me.pid, me.parent);
        return Ok(());
    }

    let mut command = Command::new(env::current_exe()?);
    let child = command
        .arg("child")
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    let number = child.id();
    let output = child.wait_with_output()?;
    let said = String::from_utf8(output.stdout)?;
    println!("I am {} and started {number}", me.pid);
    println!(
        "the child says that it is and that it was started by: {}",
        said.trim_end()
    );
    assert_eq!(said.trim_end(), format!("{number} {}", me.pid));
    assert_eq!(me.pid as u32, std::process::id());
    assert_eq!(me.parent as u32, std::os::unix::process::parent_id());
    Ok(())
}
