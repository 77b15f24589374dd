//! A line editor sets the terminal back whatever happens, because a destructor does it.
//!
//! To see each key as it comes, an editor puts the terminal into *raw* mode: no lines, no echo, no
//! signals from Ctrl-C. The mode belongs to the terminal and not to the program, so it stays when the
//! program ends, and the person is left with a terminal that does not show what is typed. So the old
//! modes are put back by the `drop` of a guard, which runs on a return, on `?`, and when a panic unwinds.
//! It does not run on `process::exit` and cannot on SIGKILL; that is why a shell itself sets the modes again
//! before it prints its prompt.
//!
//! This program runs itself in a pseudo-terminal and looks at the modes before, during and after.

use std::io::{Read, Write, stdin, stdout};
use std::os::fd::AsFd;

use nix::sys::termios::{LocalFlags, SetArg, Termios, cfmakeraw, tcgetattr, tcsetattr};
use process::exit::Status;
use process::pty::Pty;
use process::spawn::Spawn;
use process::terminal::Size;

/// The modes from before, set again when this is dropped.
struct RawMode(Termios);

impl RawMode {
    fn enter() -> nix::Result<Self> {
        let before = tcgetattr(stdin())?;
        let mut raw = before.clone();
        cfmakeraw(&mut raw);
        tcsetattr(stdin(), SetArg::TCSADRAIN, &raw)?;
        Ok(Self(before))
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        let _ = tcsetattr(stdin(), SetArg::TCSADRAIN, &self.0);
    }
}

fn main() -> anyhow::Result<()> {
    if std::env::var_os("EDIT").is_some() {
        return edit();
    }
    for (key, ends) in [
        ("q", Status::Exited(0)),
        ("e", Status::Exited(1)),
        ("p", Status::Exited(101)),
    ] {
        let pty = Pty::open(Size::default())?;
        let terminal = pty.terminal().try_clone_to_owned()?;
        let before = tcgetattr(&terminal)?;
        assert!(is_usual(&terminal)?);

        let mut session = pty.spawn(Spawn::new(std::env::current_exe()?).env("EDIT", "1"))?;
        let mut byte = [0];
        session.controller.read_exact(&mut byte)?;
        assert!(!is_usual(&terminal)?, "the editor sees single keys");

        session.controller.write_all(key.as_bytes())?;
        assert_eq!(session.child.wait()?, ends);
        assert_eq!(tcgetattr(&terminal)?, before);
        println!("{key}: {ends:?}, and the terminal is as it was");
    }
    Ok(())
}

/// An editor of one key.
fn edit() -> anyhow::Result<()> {
    let _raw = RawMode::enter()?;
    stdout().write_all(b">")?;
    stdout().flush()?;
    let mut key = [0];
    stdin().read_exact(&mut key)?;
    match key[0] {
        b'p' => panic!("the editor has an error"),
        b'e' => anyhow::bail!("the editor gives up"),
        _ => Ok(()),
    }
}

fn is_usual(terminal: impl AsFd) -> nix::Result<bool> {
    let usual = LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::ISIG;
    Ok(tcgetattr(terminal)?.local_flags.contains(usual))
}
