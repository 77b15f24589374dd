//! Lists, and-or lists and pipelines.

use crate::syntax::ast::{AndOr, Connector, Item, List, Pipeline, Position};
use crate::syntax::error::{ErrorKind, SyntaxError};
use crate::syntax::lexer::fill;
use crate::syntax::lexer::token::{Kind, Op, Reserved, Token};

use super::{Grammar, Result};

impl Grammar<'_> {
    /// Everything up to the newline that ends a command, or to the end of the text.
    pub(in crate::syntax) fn complete_command(&mut self) -> Result<Option<List>> {
        let mut list = List::new();
        loop {
            self.start()?;
            let token = self.peek()?;
            match token.kind {
                Kind::End if list.is_empty() => return Ok(None),
                Kind::End => break,
                Kind::Newline => {
                    self.take()?;
                    break;
                }
                _ => self.item(&mut list)?,
            }
            let token = self.peek()?;
            if !matches!(token.kind, Kind::End | Kind::Newline) && ends_a_list(token) {
                let token = self.take()?;
                return Err(self.unexpected(&token, None));
            }
        }
        fill::commands(&mut list, &self.bodies);
        Ok(Some(list))
    }

    /// All that a text of its own holds.
    pub(in crate::syntax) fn all_commands(&mut self) -> Result<List> {
        let mut list = self.list()?;
        let token = self.take()?;
        match token.kind {
            Kind::End => {
                fill::commands(&mut list, &self.bodies);
                Ok(list)
            }
            _ => Err(self.unexpected(&token, None)),
        }
    }

    /// Commands up to something that ends a list of them, which stays. May be empty.
    pub(in crate::syntax) fn list(&mut self) -> Result<List> {
        let mut list = List::new();
        loop {
            self.skip_newlines()?;
            self.start()?;
            if ends_a_list(self.peek()?) {
                return Ok(list);
            }
            self.item(&mut list)?;
        }
    }

    /// A list with something in it, up to `end`, which is taken.
    pub(super) fn body(&mut self, opening: &Opening, end: Reserved) -> Result<List> {
        let list = self.filled_list(end.quoted())?;
        self.close(opening, end)?;
        Ok(list)
    }

    pub(super) fn filled_list(&mut self, expected: &'static str) -> Result<List> {
        let list = self.list()?;
        if list.is_empty() {
            let token = self.take()?;
            let expected = token
                .reserved()
                .is_none_or(|found| found.quoted() != expected);
            let expected = expected.then_some("a command");
            return Err(self.unexpected(&token, expected));
        }
        Ok(list)
    }

    /// The reserved word that is next.
    pub(super) fn close(&mut self, opening: &Opening, end: Reserved) -> Result<()> {
        let token = self.take()?;
        if token.reserved() == Some(end) {
            return Ok(());
        }
        Err(self.unclosed(opening.what, opening.position, &token, end.quoted()))
    }

    /// One and-or list and what separates it from the next.
    fn item(&mut self, list: &mut List) -> Result<()> {
        let and_or = self.and_or()?;
        let token = self.peek()?;
        let background = token.is(Op::And);
        if background || token.is(Op::Semicolon) {
            self.take()?;
        } else if !ends_a_list(token) && !matches!(token.kind, Kind::Newline) {
            let token = self.take()?;
            return Err(self.unexpected(&token, None));
        }
        list.push(Item { and_or, background });
        Ok(())
    }

    fn and_or(&mut self) -> Result<AndOr> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            let token = self.peek()?;
            let connector = match token.kind {
                Kind::Op(Op::AndAnd) => Connector::And,
                Kind::Op(Op::OrOr) => Connector::Or,
                _ => return Ok(AndOr { first, rest }),
            };
            self.take()?;
            self.skip_newlines()?;
            rest.push((connector, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline> {
        self.start()?;
        let negated = self.peek()?.reserved() == Some(Reserved::Bang);
        if negated {
            self.take()?;
        }
        let mut commands = vec![self.command()?];
        while self.peek()?.is(Op::Pipe) {
            self.take()?;
            self.skip_newlines()?;
            commands.push(self.command()?);
        }
        Ok(Pipeline { negated, commands })
    }

    pub(super) fn skip_newlines(&mut self) -> Result<()> {
        while matches!(self.peek()?.kind, Kind::Newline) {
            self.take()?;
        }
        Ok(())
    }

    /// Where a command may begin: replaces the word that is next while it is an alias.
    pub(super) fn start(&mut self) -> Result<()> {
        loop {
            let token = self.peek()?;
            if token.reserved().is_some() || !self.replace_alias() {
                return Ok(());
            }
        }
    }

    /// Puts the value of the alias that is next in its place. False if it is none.
    pub(super) fn replace_alias(&mut self) -> bool {
        let Some(name) = self.token.as_ref().and_then(Token::literal) else {
            return false;
        };
        if self.cursor.inside_alias(name) {
            return false;
        }
        let Some(value) = self.host.alias(name) else {
            return false;
        };
        let name = name.to_vec();
        self.cursor.push_alias(&name, value);
        self.token = None;
        self.replaced = true;
        true
    }

    pub(super) fn unexpected(&self, token: &Token, expected: Option<&'static str>) -> SyntaxError {
        SyntaxError {
            position: token.position,
            kind: ErrorKind::Unexpected {
                found: token.describe(),
                expected,
            },
            incomplete: matches!(token.kind, Kind::End),
        }
    }

    /// `found` stands where `expected` should end what was opened.
    pub(in crate::syntax) fn unclosed(
        &self,
        what: &'static str,
        opened: Position,
        found: &Token,
        expected: &'static str,
    ) -> SyntaxError {
        let error = self.unexpected(found, Some(expected));
        match found.kind {
            Kind::End => SyntaxError {
                kind: ErrorKind::Unterminated { what, opened },
                ..error
            },
            _ => error,
        }
    }
}

/// How a compound command began.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) what: &'static str,
    pub(super) position: Position,
}

fn ends_a_list(token: &Token) -> bool {
    match token.kind {
        Kind::End => true,
        Kind::Op(operator) => {
            matches!(operator, Op::Close | Op::DoubleSemicolon | Op::SemicolonAnd)
        }
        Kind::Word(_) => token.reserved().is_some_and(Reserved::closes),
        Kind::Number(_) | Kind::Newline => false,
    }
}
