//! Lines in a colour, for a terminal.

use std::fmt;

pub(super) const DIM: &str = "\x1b[2m";
pub(super) const CYAN: &str = "\x1b[36m";
pub(super) const RED: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";

/// Writes lines in a colour, or without any.
#[derive(Clone, Copy)]
pub(super) struct Painter {
    pub(super) colours: bool,
}

impl Painter {
    pub(super) fn line(self, f: &mut fmt::Formatter<'_>, colour: &str, text: &str) -> fmt::Result {
        if self.colours && !text.is_empty() {
            writeln!(f, "{colour}{text}{PLAIN}")
        } else {
            writeln!(f, "{text}")
        }
    }
}
