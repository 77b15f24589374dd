//! At a prompt Ctrl-C gives up the line, Ctrl-D on an empty line ends the shell, Enter asks again.
//!
//! All three are bytes that a terminal sends: 3, 4 and 13. What they do is up to who reads. In the usual
//! mode the kernel edits the line and turns Ctrl-C into the signal `SIGINT` and Ctrl-D into an end of
//! file; a shell with a line editor takes the bytes as they are and does the same by itself. So a line
//! that is given up has the status that the signal would have given: 128 + 2.
//!
//! Here the shell sits at a pseudo-terminal and this program types. It looks for the shell beside itself,
//! where `cargo` puts the programs of the examples' package.

use std::fs::File;
use std::io::{Read, Write};

use process::exit::Status;
use process::pty::{Pty, Session};
use process::spawn::Spawn;
use process::terminal::Size;

fn main() -> anyhow::Result<()> {
    let example = std::env::current_exe()?;
    let shell = example.parent().and_then(|folder| folder.parent());
    let Some(shell) = shell
        .map(|folder| folder.join("shell"))
        .filter(|shell| shell.is_file())
    else {
        println!("skipped: the shell is not built; run cargo build -p shell");
        return Ok(());
    };
    let mut program = Spawn::new(shell);
    program
        .env_clear()
        .env("TERM", "xterm")
        .env("PS1", "ready> ")
        .env("HISTFILE", "");
    let Session {
        mut controller,
        mut child,
    } = Pty::open(Size::default())?.spawn(&program)?;

    until(&mut controller, "ready> ")?;
    controller.write_all(b"\r")?;
    let nothing = until(&mut controller, "ready> ")?;
    assert!(
        !nothing.contains("not found"),
        "an empty line is no command: {nothing:?}"
    );

    controller.write_all(b"echo never\x03")?;
    until(&mut controller, "ready> ")?;
    controller.write_all(b"echo \"[$?]\"\r")?;
    let output = until(&mut controller, "\n[130]")?;
    assert!(
        !output.contains("\nnever"),
        "the line was given up: {output:?}"
    );
    println!("Ctrl-C: the line is gone, and $? is 130");

    until(&mut controller, "ready> ")?;
    controller.write_all(b"true\r")?;
    until(&mut controller, "ready> ")?;
    controller.write_all(b"\x04")?;
    assert_eq!(child.wait()?, Status::Exited(0));
    println!("Ctrl-D: the shell ends with the status of the last command, 0");
    Ok(())
}

/// What comes up to `text`. When the prompt is there, the shell listens.
fn until(controller: &mut File, text: &str) -> anyhow::Result<String> {
    let mut seen = String::new();
    let mut byte = [0];
    while !seen.ends_with(text) {
        controller.read_exact(&mut byte)?;
        seen.push(char::from(byte[0]));
    }
    Ok(seen)
}
