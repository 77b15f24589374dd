//! Somebody who sits at a terminal with the shell in it.

#![allow(dead_code, unreachable_pub)]

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::tcgetpgrp;
use process::exit::Status;
use process::pty::{Pty, Session, Strip};
use process::spawn::Spawn;
use process::terminal::Size;

/// No test waits longer than this for one event.
const DEADLINE: Duration = Duration::from_secs(60);

/// The prompt of these sessions: nothing else prints it.
pub const PROMPT: &str = "@@ ";

const SIZE: Size = Size {
    rows: 40,
    columns: 160,
};

/// A shell in a pseudo-terminal, and what it has printed and nobody has looked at.
pub struct Person {
    session: Session,
    strip: Strip,
    seen: String,
}

impl Person {
    /// Sits down: `home` is the home directory, and holds the history.
    #[track_caller]
    pub fn new(home: &Path) -> Self {
        Self::with(home, &[])
    }

    #[track_caller]
    pub fn with(home: &Path, variables: &[(&str, &str)]) -> Self {
        let mut program = Spawn::new(env!("CARGO_BIN_EXE_shell"));
        program.env_clear().current_dir(home).env("HOME", home);
        program.env("PATH", "/usr/local/bin:/usr/bin:/bin");
        program
            .env("PS1", PROMPT)
            .env("PS2", "more> ")
            .env("TERM", "xterm");
        for (name, value) in variables {
            program.env(name, value);
        }
        let session = Pty::open(SIZE).expect("a pty").spawn(&program);
        let mut person = Self {
            session: session.expect("it starts"),
            strip: Strip::new(),
            seen: String::new(),
        };
        person.prompt();
        person
    }

    /// Presses keys.
    #[track_caller]
    pub fn keys(&mut self, keys: &str) {
        self.session
            .controller
            .write_all(keys.as_bytes())
            .expect("somebody reads");
    }

    /// Waits until `text` is there. Gives what came before it, and forgets both.
    #[track_caller]
    pub fn until(&mut self, text: &str) -> String {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(at) = self.seen.find(text) {
                let before = self.seen[..at].to_owned();
                self.seen.drain(..at + text.len());
                return before;
            }
            assert!(Instant::now() < deadline, "no {text:?} in {:?}", self.seen);
            assert!(self.read(), "ended without {text:?}: {:?}", self.seen);
        }
    }

    /// Waits for the prompt, and until the editor listens: keys that come earlier are those of a cooked
    /// terminal, in which Ctrl-C is a signal.
    #[track_caller]
    pub fn prompt(&mut self) -> String {
        let before = self.until(PROMPT);
        self.until_modes(false);
        before
    }

    /// Enters a line and gives what it prints, up to the next prompt.
    #[track_caller]
    pub fn line(&mut self, line: &str) -> String {
        self.keys(line);
        self.keys("\r");
        // The editor may draw the line, and the prompt before it, several times; then it ends it.
        self.until("\r\n");
        let output = self.prompt().replace("\r\n", "\n");
        output.trim_end_matches('\r').to_owned()
    }

    /// Waits until the terminal hands over whole lines, or single keys.
    #[track_caller]
    pub fn until_modes(&mut self, lines: bool) {
        let deadline = Instant::now() + DEADLINE;
        while self.hands_over_lines() != lines {
            assert!(
                Instant::now() < deadline,
                "the terminal's modes have not changed"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until another group than the shell's has the terminal: keys before that would be lost.
    #[track_caller]
    pub fn until_job(&mut self) {
        let deadline = Instant::now() + DEADLINE;
        let shell = self.session.child.id();
        while tcgetpgrp(&self.session.controller) == Ok(shell) {
            assert!(Instant::now() < deadline, "no job gets the terminal");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn hands_over_lines(&self) -> bool {
        let modes = tcgetattr(&self.session.controller).expect("a terminal");
        modes
            .local_flags
            .contains(LocalFlags::ICANON | LocalFlags::ECHO)
    }

    /// The shell's exit status.
    #[track_caller]
    pub fn status(mut self) -> Status {
        while self.read() {}
        self.session.child.wait().expect("it is ours")
    }

    /// False at the end.
    fn read(&mut self) -> bool {
        let mut fds = [PollFd::new(
            self.session.controller.as_fd(),
            PollFlags::POLLIN,
        )];
        let ready = poll(&mut fds, PollTimeout::from(1000_u16)).expect("poll works");
        if ready == 0 {
            return true;
        }
        let mut block = vec![0; 4096];
        match self.session.controller.read(&mut block) {
            Ok(count @ 1..) => {
                block.truncate(count);
                self.strip.retain_text(&mut block);
                self.seen.push_str(&String::from_utf8_lossy(&block));
                true
            }
            _ => false,
        }
    }
}
