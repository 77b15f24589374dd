//! Here-documents: POSIX.1-2024, 2.7.4.
//!
//! `<<END` stands in the middle of a line and its text begins after that line, so a body is known only
//! after the command around it has been read. Until then the tree holds an empty body with a number
//! in the place of its position, and [`fill`](crate::syntax::lexer::fill) puts them in at the end.

use crate::syntax::ast::{Bytes, Part, Position, Word};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{ErrorKind, SyntaxError};
use crate::syntax::parser::{Grammar, Result};

use super::word::Context;

/// A here-document whose lines have not come yet.
#[derive(Debug, Clone)]
pub(in crate::syntax) struct Pending {
    pub(in crate::syntax) number: usize,
    pub(in crate::syntax) delimiter: Bytes,
    pub(in crate::syntax) quoted: bool,
    pub(in crate::syntax) strip_tabs: bool,
}

/// What stands for the body with this number.
pub(in crate::syntax) fn placeholder(number: usize) -> Word {
    let column = u32::try_from(number).expect("fewer than 2^32 here-documents");
    Word {
        parts: Vec::new(),
        position: Position { line: 0, column },
    }
}

impl Grammar<'_> {
    /// The delimiter after `<<`, and whether any of it was quoted. Nothing in it is expanded.
    pub(in crate::syntax) fn delimiter(&mut self) -> Result<Option<(Bytes, bool)>> {
        while matches!(self.byte(), Some(b' ' | b'\t')) {
            self.cursor.bump();
        }
        let mut text = Bytes::new();
        let mut quoted = false;
        let mut any = false;
        while let Some(byte) = self.byte()
            && !b" \t\n;&|<>()".contains(&byte)
        {
            any = true;
            quoted |= matches!(byte, b'\\' | b'\'' | b'"');
            match byte {
                b'\'' => text.extend(self.single_quotes()?),
                b'"' => self.quoted_delimiter(&mut text)?,
                b'\\' => {
                    self.cursor.bump();
                    text.extend(self.raw());
                    self.cursor.bump();
                }
                _ => {
                    self.cursor.bump();
                    if byte == b'$' && self.byte() == Some(b'\'') {
                        text.extend(self.dollar_quotes()?);
                        quoted = true;
                    } else {
                        text.push(byte);
                    }
                }
            }
        }
        if text.contains(&b'\n') {
            return Err(self.error(ErrorKind::BadDelimiter));
        }
        Ok(any.then_some((text, quoted)))
    }

    fn quoted_delimiter(&mut self, text: &mut Bytes) -> Result<()> {
        let opened = self.cursor.position();
        self.cursor.bump();
        while let Some(byte) = self.byte() {
            self.cursor.bump();
            match byte {
                b'"' => return Ok(()),
                b'\\' if matches!(self.raw(), Some(b'$' | b'`' | b'"' | b'\\')) => {
                    text.extend(self.raw());
                    self.cursor.bump();
                }
                _ => text.push(byte),
            }
        }
        Err(self.unterminated("`\"`", opened))
    }

    /// The lines of those that wait, after the newline.
    pub(super) fn read_here_documents(&mut self) -> Result<()> {
        for pending in std::mem::take(&mut self.pending) {
            let position = self.cursor.position();
            let text = self.lines_until(&pending);
            let parts = match pending.quoted {
                true if text.is_empty() => Vec::new(),
                true => vec![Part::Literal(text)],
                false => self.nested(|this| this.here_parts(text, position))?,
            };
            self.bodies[pending.number] = Word { parts, position };
        }
        Ok(())
    }

    fn here_parts(&mut self, text: Bytes, position: Position) -> Result<Vec<Part>> {
        let cursor = Cursor::new(text, position);
        let mut inner = Grammar::new(cursor, &mut *self.host, self.depth);
        inner.here_document().map_err(SyntaxError::complete)
    }

    /// As other shells have it, the end of the text is the end of a here-document as well.
    fn lines_until(&mut self, pending: &Pending) -> Bytes {
        let mut text = Bytes::new();
        while self.raw().is_some() {
            let begin = text.len();
            self.line(pending, &mut text);
            let line = &text[begin..];
            if line.strip_suffix(b"\n") == Some(pending.delimiter.as_slice()) {
                text.truncate(begin);
                break;
            }
        }
        text
    }

    /// One line with its newline, joined with the next where a backslash says so. An end of the text
    /// counts as a newline.
    fn line(&mut self, pending: &Pending, text: &mut Bytes) {
        while pending.strip_tabs && self.raw() == Some(b'\t') {
            self.cursor.bump();
        }
        while let Some(byte) = self.raw() {
            self.cursor.bump();
            match byte {
                b'\n' => break,
                b'\\' if !pending.quoted => match self.raw() {
                    Some(b'\n') => self.cursor.bump(),
                    None => {}
                    next => {
                        text.push(byte);
                        // The pair stays together, so that `\\` does not join lines.
                        if next == Some(b'\\') {
                            self.cursor.bump();
                            text.push(b'\\');
                        }
                    }
                },
                _ => text.push(byte),
            }
        }
        text.push(b'\n');
    }

    /// The text of a here-document as parts.
    fn here_document(&mut self) -> Result<Vec<Part>> {
        let mut parts = self.parts(Context::Here)?;
        super::fill::parts(&mut parts, &self.bodies);
        Ok(parts)
    }
}
