//! `$(…)`, `` `…` `` and `$((…))`: POSIX.1-2024, 2.6.3 and 2.6.4.

use std::rc::Rc;

use super::token::Op;
use super::word::Context;
use crate::syntax::ast::{Arithmetic, Bytes, List, Part, Position, Substitution, Word};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::SyntaxError;
use crate::syntax::parser::{Grammar, Result};

impl Grammar<'_> {
    /// `$(` or `$((`, from the first parenthesis on.
    ///
    /// `$((` begins arithmetic if what follows can be that, up to `))`; otherwise it is a subshell in
    /// a command. Both are tried, in this order.
    pub(super) fn parentheses(&mut self, position: Position) -> Result<Part> {
        self.cursor.bump();
        if self.byte() != Some(b'(') || self.commands.contains(&self.cursor.key()) {
            return self.dollar_command(position);
        }
        let begin = self.cursor.mark();
        let key = self.cursor.key();
        self.cursor.bump();
        match self.arithmetic(position) {
            Ok(Some(arithmetic)) => return Ok(Part::Arithmetic(Rc::new(arithmetic))),
            // Not even a command when the text ends before its parentheses close.
            Err(error) if error.incomplete => return Err(error),
            Ok(None) | Err(_) => {}
        }
        self.cursor.reset(begin);
        self.commands.insert(key);
        self.dollar_command(position)
    }

    /// None if a lone `)` ends it.
    fn arithmetic(&mut self, position: Position) -> Result<Option<Arithmetic>> {
        let text = Word {
            position: self.cursor.position(),
            parts: self.parts(Context::Arithmetic)?,
        };
        if self.byte().is_none() {
            return Err(self.unterminated("`$((`", position));
        }
        self.cursor.bump();
        Ok(self.accept(b')').then_some(Arithmetic {
            text,
            position,
            compiled: crate::arithmetic::Compiled::default(),
        }))
    }

    /// The commands of `$(…)`. Here-documents in it have their lines in it; those of the command
    /// around it still wait for theirs.
    fn dollar_command(&mut self, position: Position) -> Result<Part> {
        let outer = std::mem::take(&mut self.pending);
        let body = self.list()?;
        let end = self.take()?;
        if !end.is(Op::Close) {
            return Err(self.unclosed("`$(`", position, &end, "`)`"));
        }
        // Without a newline inside, the lines come after that of the command around it.
        let inner = std::mem::replace(&mut self.pending, outer);
        self.pending.extend(inner);
        Ok(Part::Command(Rc::new(Substitution {
            body,
            back_quoted: false,
        })))
    }

    /// `` `…` ``: the text is cut out first, its backslashes undone, and read afterwards.
    pub(super) fn back_quotes(&mut self, context: Context) -> Result<Part> {
        let opened = self.cursor.position();
        self.cursor.bump();
        let position = self.cursor.position();
        let text = self.back_quoted_text(context, opened)?;
        let body = self.nested(|this| this.commands_of(text, position))?;
        Ok(Part::Command(Rc::new(Substitution {
            body,
            back_quoted: true,
        })))
    }

    fn back_quoted_text(&mut self, context: Context, opened: Position) -> Result<Bytes> {
        let mut text = Bytes::new();
        loop {
            let Some(byte) = self.raw() else {
                return Err(self.unterminated("`` ` ``", opened));
            };
            self.cursor.bump();
            match byte {
                b'`' => return Ok(text),
                b'\\' => {
                    let Some(next) = self.raw() else { continue };
                    self.cursor.bump();
                    let quote = next == b'"' && context == Context::Double;
                    if !quote && !matches!(next, b'$' | b'`' | b'\\') {
                        text.push(b'\\');
                    }
                    text.push(next);
                }
                _ => text.push(byte),
            }
        }
    }

    /// The commands in a text of its own.
    fn commands_of(&mut self, text: Bytes, position: Position) -> Result<List> {
        let cursor = Cursor::new(text, position);
        let mut inner = Grammar::new(cursor, &mut *self.host, self.depth);
        inner.all_commands().map_err(SyntaxError::complete)
    }
}
