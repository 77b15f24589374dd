//! Names from a file as text for a terminal.

use std::fmt::{self, Write};

/// Bytes shown as UTF-8. What is none of it, and control characters, which could command the terminal, are
/// shown as escapes.
#[derive(Debug, Clone, Copy)]
pub struct Printable<'d>(pub &'d [u8]);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Ok(text) = std::str::from_utf8(self.0)
            && !text.contains(char::is_control)
        {
            return formatter.pad(text);
        }
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                if character.is_control() {
                    write!(formatter, "{}", character.escape_default())?;
                } else {
                    formatter.write_char(character)?;
                }
            }
            for byte in chunk.invalid() {
                write!(formatter, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}
