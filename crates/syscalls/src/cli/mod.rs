//! The commands of the tool. What they do is in the library; here are arguments and reports.

pub(crate) mod demo;
pub(crate) mod errno;
pub(crate) mod table;
pub(crate) mod trace;

use std::fmt::Display;
use std::io::{self, Write};

/// A line on standard error, in one `write(2)`: a traced program writes there too, and ours must not
/// be torn apart.
pub(crate) fn complain(what: impl Display) {
    let line = format!("syscalls: {what}\n");
    // Not eprintln!, which panics when standard error is closed.
    let _ = io::stderr().write_all(line.as_bytes());
}

/// What was done and why it failed, from the outermost cause to the innermost, without std's
/// ` (os error 2)`. A cause is left out when the one before has said it already.
pub(crate) fn causes(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain() {
        let text = cause.to_string();
        let text = match text.rfind(" (os error ") {
            Some(end) if text.ends_with(')') => &text[..end],
            _ => &text,
        };
        if !line.ends_with(text) {
            let separator = if line.is_empty() { "" } else { ": " };
            line.push_str(separator);
            line.push_str(text);
        }
    }
    line
}
