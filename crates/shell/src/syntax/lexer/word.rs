//! Words: what ends them, and what is special in them.

use super::tilde;
use crate::syntax::ast::{Bytes, Part, Position, Word};
use crate::syntax::error::{ErrorKind, SyntaxError};
use crate::syntax::parser::{Grammar, Result};

/// What surrounds the text that is read: it decides what ends it and what is special in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Context {
    /// A word of a command, up to a blank or an operator.
    Word,
    /// The word of `${x:-word}`, up to `}`.
    Braces,
    /// Between double quotes.
    Double,
    /// The word of `"${x:-word}"`.
    DoubleBraces,
    /// The lines of a here-document.
    Here,
    /// Between `$((` and `))`.
    Arithmetic,
}

impl Context {
    /// Whether text here is as if between double quotes.
    pub(in crate::syntax) fn is_double(self) -> bool {
        !matches!(self, Self::Word | Self::Braces)
    }

    fn ends_at(self, byte: u8) -> bool {
        match self {
            Self::Word => matches!(
                byte,
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')'
            ),
            Self::Braces | Self::DoubleBraces => byte == b'}',
            Self::Double => byte == b'"',
            Self::Here => false,
            // Parentheses are counted where they are read.
            Self::Arithmetic => false,
        }
    }
}

/// The parts of a word, those of one kind put together.
#[derive(Debug, Default)]
pub(super) struct Parts(Vec<Part>);

impl Parts {
    pub(super) fn literal(&mut self, byte: u8) {
        match self.0.last_mut() {
            Some(Part::Literal(text)) => text.push(byte),
            _ => self.0.push(Part::Literal(vec![byte])),
        }
    }

    pub(super) fn quoted(&mut self, more: Bytes) {
        match self.0.last_mut() {
            Some(Part::Quoted(text)) => text.extend(more),
            _ => self.0.push(Part::Quoted(more)),
        }
    }

    pub(super) fn push(&mut self, part: Part) {
        self.0.push(part);
    }
}

impl Grammar<'_> {
    /// The word that begins here.
    pub(super) fn word(&mut self) -> Result<Word> {
        let position = self.cursor.position();
        let parts = self.parts(Context::Word)?;
        Ok(Word { parts, position })
    }

    /// The word after an operator of `${…}`, up to its `}`, which stays.
    pub(super) fn word_in_braces(&mut self, context: Context) -> Result<Word> {
        let position = self.cursor.position();
        let mut word = Word {
            parts: self.parts(context)?,
            position,
        };
        if context == Context::Braces {
            tilde::mark(&mut word.parts);
        }
        Ok(word)
    }

    /// What stands here until the context ends. Its end is not taken.
    pub(super) fn parts(&mut self, context: Context) -> Result<Vec<Part>> {
        let mut parts = Parts::default();
        let mut open = 0_usize;
        while let Some(byte) = self.byte() {
            if context.ends_at(byte) {
                break;
            }
            if context == Context::Arithmetic {
                match byte {
                    b'(' => open += 1,
                    b')' if open == 0 => break,
                    b')' => open -= 1,
                    _ => {}
                }
            }
            self.part(byte, context, &mut parts)?;
        }
        Ok(parts.0)
    }

    fn part(&mut self, byte: u8, context: Context, parts: &mut Parts) -> Result<()> {
        let quotes = !matches!(context, Context::Here | Context::Arithmetic);
        match byte {
            b'\\' => self.backslash(context, parts),
            b'\'' if !context.is_double() => parts.quoted(self.single_quotes()?),
            b'"' if quotes => {
                let inside = self.nested(Self::double_quotes)?;
                parts.push(Part::DoubleQuoted(inside));
            }
            b'$' => self.dollar(context, parts)?,
            b'`' => parts.push(self.back_quotes(context)?),
            _ => {
                self.cursor.bump();
                parts.literal(byte);
            }
        }
        Ok(())
    }

    /// A quote or an expansion that has no end.
    pub(super) fn unterminated(&self, what: &'static str, opened: Position) -> SyntaxError {
        SyntaxError {
            incomplete: true,
            ..self.error(ErrorKind::Unterminated { what, opened })
        }
    }
}
