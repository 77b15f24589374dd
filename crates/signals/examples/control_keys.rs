//! Ctrl-C, ctrl-\ and ctrl-Z are bytes that the terminal turns into signals, and others can be chosen.
//!
//! The program never sees the byte: the line discipline takes it out and sends INT, QUIT or TSTP to the
//! foreground group. Which byte means what is in the terminal's settings (`stty -a` shows them).
//!
//! Sound: the one unsafe call takes three numbers.
#![allow(unsafe_code)]

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use nix::libc;
use nix::pty::openpty;
use nix::sys::termios::{SetArg, SpecialCharacterIndices, tcgetattr, tcsetattr};
use nix::unistd::setsid;
use signals::signal::Signal;
use signals::stream::Incoming;

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).is_some() {
        return child();
    }
    let terminal = openpty(None, None)?;
    let mut keyboard = File::from(terminal.master);
    let mut child = Command::new(env::current_exe()?)
        .arg("child")
        .stdin(Stdio::from(terminal.slave))
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = BufReader::new(child.stdout.take().ok_or("no pipe")?).lines();
    let mut next = || said.next().ok_or("the child has ended");
    assert_eq!(next()??, "ready");

    for (key, shown, signal) in [
        (3, "^C", "INT"),
        (0x1c, "^\\", "QUIT"),
        (0x1a, "^Z", "TSTP"),
    ] {
        keyboard.write_all(&[key])?;
        let told = next()??;
        println!("{shown}: {told}");
        assert_eq!(told, signal);
    }

    let mut settings = tcgetattr(&keyboard)?;
    settings.control_chars[SpecialCharacterIndices::VINTR as usize] = 1;
    tcsetattr(&keyboard, SetArg::TCSANOW, &settings)?;
    keyboard.write_all(&[1])?;
    let told = next()??;
    println!("^A, after `stty intr ^A`: {told}");
    assert_eq!(told, "INT");
    assert!(child.wait()?.success());
    Ok(())
}

fn child() -> Result<(), Box<dyn Error>> {
    setsid()?;
    // SAFETY: descriptor 0 is the terminal that we were started with, to be our session's own.
    unsafe { libc::ioctl(0, libc::TIOCSCTTY as _, 0) };
    let incoming = Incoming::new([Signal::INT, Signal::QUIT, Signal::TSTP])?;
    println!("ready");
    for received in incoming.take(4) {
        println!("{}", received?.signal);
    }
    Ok(())
}
