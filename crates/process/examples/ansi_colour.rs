//! Colour is text: `ESC [ 34 m` makes what follows blue, and only a terminal should get it.
//!
//! A terminal draws what it reads, except for sequences that begin with the byte 27 (`ESC`): these move the
//! cursor, clear lines and choose colours (ECMA-48 names them). There is no call for it: a program writes
//! the bytes. In a file or a pipe they are rubbish, so a program first looks where it writes, and whether
//! the user has set [`NO_COLOR`](https://no-color.org).

use std::env;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use anstyle::{AnsiColor, Color, Style};
use process::pty::{Pty, Strip};
use process::spawn::Spawn;
use process::terminal::{self, Size};

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).as_deref() == Some("paint") {
        return paint();
    }
    let blue = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Blue)));
    assert_eq!(format!("{blue}sea{blue:#}"), "\x1b[34msea\x1b[0m");

    let to_terminal = in_terminal(None)?;
    println!("a terminal is given {to_terminal:?}");
    assert_eq!(to_terminal, "\x1b[34msea\x1b[0m\r\n");

    let forbidden = in_terminal(Some("1"))?;
    println!("with NO_COLOR set   {forbidden:?}");
    assert_eq!(forbidden, "sea\r\n");

    let (mut reads, writes) = io::pipe()?;
    let mut child = painter()?;
    let mut child = child.fd(1, writes.as_fd()).spawn()?;
    drop(writes);
    let mut to_pipe = String::new();
    reads.read_to_string(&mut to_pipe)?;
    println!("a pipe is given     {to_pipe:?}");
    assert!(child.wait()?.success());
    assert_eq!(to_pipe, "sea\n");

    // Whoever has got them into a file can take them out again.
    let mut bytes = to_terminal.into_bytes();
    Strip::new().retain_text(&mut bytes);
    assert_eq!(bytes, b"sea\r\n");
    Ok(())
}

fn paint() -> anyhow::Result<()> {
    let (no_color, term) = (env::var("NO_COLOR").ok(), env::var("TERM").ok());
    let mut out = io::stdout();
    match terminal::wants_colour(
        terminal::is_terminal(&out),
        no_color.as_deref(),
        term.as_deref(),
    ) {
        true => writeln!(out, "\x1b[34msea\x1b[0m")?,
        false => writeln!(out, "sea")?,
    }
    Ok(())
}

fn painter() -> io::Result<Spawn> {
    let mut painter = Spawn::new(env::current_exe()?);
    painter
        .arg("paint")
        .env("TERM", "xterm")
        .env("NO_COLOR", "");
    Ok(painter)
}

fn in_terminal(no_color: Option<&str>) -> anyhow::Result<String> {
    let mut painter = painter()?;
    painter.env("NO_COLOR", no_color.unwrap_or_default());
    let mut session = Pty::open(Size::default())?.spawn(&painter)?;
    let mut bytes = Vec::new();
    // Linux ends a terminal that nobody holds with EIO.
    let _ = session.controller.read_to_end(&mut bytes);
    assert!(session.child.wait()?.success());
    Ok(String::from_utf8(bytes)?)
}
