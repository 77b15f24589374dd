//! Writing to a person's terminal, or to whatever stands in its place.

use std::io::{self, IsTerminal, Write};
use std::process;

use anstyle::{AnsiColor, Style};
use anyhow::Result;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const ODD: Style = AnsiColor::Yellow.on_default();

/// Prints a line, without its colours where nobody would see them. A reader who has closed the pipe
/// (`cargo xtask list | head`) has seen enough: that ends the program quietly.
pub(crate) fn line(text: &str) -> Result<()> {
    let mut out = anstream::stdout().lock();
    match writeln!(out, "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => process::exit(0),
        result => Ok(result?),
    }
}

/// A line that the next one replaces; nothing at all when standard error is no terminal.
pub(crate) fn progress(text: &str) {
    if io::stderr().is_terminal() {
        let width = 78.min(text.len());
        anstream::eprint!(
            "\r\x1b[K{DIM}{}{DIM:#}",
            &text[..text.floor_char_boundary(width)]
        );
    }
}

/// Takes the progress line away.
pub(crate) fn clear_progress() {
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
}
