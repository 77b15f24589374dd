//! A line from something that is no terminal, or from one that can do nothing.

use nix::errno::Errno;

use super::prompt::Prompt;
use super::{Line, say};
use crate::exec::{descriptor, signal};

/// One line, byte by byte: what follows it belongs to the command.
pub(super) fn read(prompt: &Prompt) -> Line {
    say(&prompt.shown);
    let mut line = Vec::new();
    loop {
        let mut byte = [0];
        match descriptor::read(0, &mut byte) {
            Err(Errno::EINTR) if signal::is_noted(nix::libc::SIGINT) => {
                signal::forget();
                say("\n");
                return Line::Interrupt;
            }
            Err(Errno::EINTR) => {}
            Ok(1..) if byte != *b"\n" => line.extend(byte),
            Ok(0) | Err(_) if line.is_empty() => return Line::End,
            _ => return Line::Text(String::from_utf8_lossy(&line).into_owned()),
        }
    }
}
