//! Redirections: POSIX.1-2024, 2.7.

use std::rc::Rc;

use crate::syntax::ast::{Action, HereDocument, Redirect, Word};
use crate::syntax::lexer::here::{self, Pending};
use crate::syntax::lexer::tilde;
use crate::syntax::lexer::token::{Kind, Op};

use super::{Grammar, Result};

impl Grammar<'_> {
    /// All that follow a compound command.
    pub(super) fn redirects(&mut self) -> Result<Vec<Redirect>> {
        let mut redirects = Vec::new();
        while let Some(redirect) = self.redirect()? {
            redirects.push(redirect);
        }
        Ok(redirects)
    }

    /// One redirection, if one begins here.
    pub(super) fn redirect(&mut self) -> Result<Option<Redirect>> {
        let token = self.peek()?;
        let position = token.position;
        let descriptor = match token.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        };
        if descriptor.is_some() {
            self.take()?;
        }
        let Kind::Op(operator) = self.peek()?.kind else {
            return Ok(None);
        };
        if !operator.is_redirect() {
            return Ok(None);
        }
        self.take()?;
        let action = match operator {
            Op::LessLess => self.here(false)?,
            Op::LessLessDash => self.here(true)?,
            _ => action(operator, self.target()?),
        };
        Ok(Some(Redirect {
            descriptor,
            action,
            position,
        }))
    }

    fn target(&mut self) -> Result<Word> {
        let mut word = self.take_word()?;
        tilde::mark(&mut word.parts);
        Ok(word)
    }

    /// `<<` and its delimiter. The lines come when this one has ended.
    fn here(&mut self, strip_tabs: bool) -> Result<Action> {
        let Some((delimiter, quoted)) = self.delimiter()? else {
            let token = self.take()?;
            return Err(self.unexpected(&token, Some("a word")));
        };
        let number = self.bodies.len();
        let body = here::placeholder(number);
        self.bodies.push(Word::default());
        self.pending.push(Pending {
            number,
            delimiter: delimiter.clone(),
            quoted,
            strip_tabs,
        });
        Ok(Action::Here(Rc::new(HereDocument {
            body,
            quoted,
            strip_tabs,
            delimiter,
        })))
    }
}

fn action(operator: Op, target: Word) -> Action {
    match operator {
        Op::Less => Action::Read(target),
        Op::LessAnd => Action::DuplicateInput(target),
        Op::LessGreater => Action::ReadWrite(target),
        Op::GreaterGreater => Action::Append(target),
        Op::GreaterAnd => Action::DuplicateOutput(target),
        Op::Clobber => Action::Clobber(target),
        _ => Action::Write(target),
    }
}
