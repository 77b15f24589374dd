//! Where the picture goes: drawn again in place on a terminal, a few frames elsewhere.

use std::io::{self, IsTerminal, StdoutLock, Write};
use std::thread;
use std::time::Duration;

use channels::Inspection;

use super::picture::{self, HEIGHT};

/// 18 steps of it stay under three seconds.
const FRAME: Duration = Duration::from_millis(130);
/// Clears from the cursor to the end of the screen.
const CLEAR_BELOW: &str = "\x1b[J";

/// How much a step matters to somebody who gets frames on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// Shown everywhere, with the picture.
    Key,
    /// A line without a picture, where nothing moves.
    Between,
}

pub(super) struct Screen {
    out: StdoutLock<'static>,
    is_terminal: bool,
    /// There is a picture right above the cursor.
    is_drawn: bool,
}

impl Screen {
    pub(super) fn new(out: StdoutLock<'static>) -> Self {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        Self {
            is_terminal: out.is_terminal() && !is_dumb,
            is_drawn: false,
            out,
        }
    }

    /// Shows what happened last, and the channel after it.
    pub(super) fn show(
        &mut self,
        frame: Frame,
        channel: &Inspection,
        happened: &str,
    ) -> io::Result<()> {
        if self.is_terminal && self.is_drawn {
            // What happened stays, line under line; the picture moves down below it.
            write!(self.out, "\x1b[{}A\r{CLEAR_BELOW}", HEIGHT + 1)?;
        }
        writeln!(self.out, "{}  {happened}", picture::brief(channel))?;
        if self.is_terminal || frame == Frame::Key {
            self.draw(channel)?;
        }
        self.out.flush()?;
        if self.is_terminal {
            thread::sleep(FRAME);
        }
        Ok(())
    }

    /// Shows text below all.
    pub(super) fn end(mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    fn draw(&mut self, channel: &Inspection) -> io::Result<()> {
        self.is_drawn = true;
        writeln!(self.out)?;
        for line in picture::whole(channel) {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }
}
