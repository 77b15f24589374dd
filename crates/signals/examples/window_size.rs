//! When a terminal's size changes, the programs in its foreground get WINCH, and ask for the new one.
//!
//! The signal says only that there is news. The size is in the kernel, beside the terminal, where the
//! terminal emulator has put it. That is how an editor redraws itself when its window is pulled.
//!
//! Sound: each ioctl gets a whole `winsize` of ours, or numbers.
#![allow(unsafe_code)]

use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::process::{Command, Stdio};

use nix::errno::Errno;
use nix::libc;
use nix::pty::{Winsize, openpty};
use nix::unistd::setsid;
use signals::signal::Signal;
use signals::stream::Incoming;

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).is_some() {
        return child();
    }
    let terminal = openpty(Some(&size(24, 80)), None)?;
    let mut child = Command::new(env::current_exe()?)
        .arg("child")
        .stdin(Stdio::from(terminal.slave))
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = BufReader::new(child.stdout.take().ok_or("no pipe")?).lines();
    let before = said.next().ok_or("no line")??;
    println!("{before}");
    assert_eq!(before, "at first: 24 rows, 80 columns");

    let larger = size(50, 132);
    // SAFETY: the master is open, and TIOCSWINSZ reads one winsize.
    let result = unsafe { libc::ioctl(terminal.master.as_raw_fd(), libc::TIOCSWINSZ, &larger) };
    Errno::result(result)?;

    let after = said.next().ok_or("no line")??;
    println!("{after}");
    assert_eq!(after, "WINCH: 50 rows, 132 columns");
    assert!(child.wait()?.success());
    Ok(())
}

fn child() -> Result<(), Box<dyn Error>> {
    setsid()?;
    // SAFETY: descriptor 0 is the terminal that we were started with, to be our session's own.
    unsafe { libc::ioctl(0, libc::TIOCSCTTY as _, 0) };
    let mut incoming = Incoming::new([Signal::WINCH])?;
    let input = io::stdin();
    println!("at first: {}", ask(input.as_fd())?);
    let received = incoming.next().ok_or("no signal")??;
    println!("{}: {}", received.signal, ask(input.as_fd())?);
    Ok(())
}

fn ask(terminal: BorrowedFd) -> nix::Result<String> {
    let mut size = size(0, 0);
    // SAFETY: the descriptor is borrowed, and TIOCGWINSZ writes one winsize to a place of ours.
    let result = unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCGWINSZ, &mut size) };
    Errno::result(result)?;
    Ok(format!("{} rows, {} columns", size.ws_row, size.ws_col))
}

fn size(rows: u16, columns: u16) -> Winsize {
    Winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}
