//! Compound commands: POSIX.1-2024, 2.9.4.

use crate::syntax::ast::{Arm, Compound, Position, Word};
use crate::syntax::error::{ErrorKind, SyntaxError};
use crate::syntax::lexer::tilde;
use crate::syntax::lexer::token::{Kind, Op, Reserved};
use crate::syntax::name::Name;

use super::list::Opening;
use super::simple::described;
use super::{Grammar, Result};

impl Grammar<'_> {
    /// The command that `word` begins, which is next.
    pub(super) fn reserved(&mut self, word: Reserved) -> Result<Option<Compound>> {
        let token = self.take()?;
        let opening = Opening {
            what: word.quoted(),
            position: token.position,
        };
        Ok(Some(match word {
            Reserved::OpenBrace => Compound::Group(self.body(&opening, Reserved::CloseBrace)?),
            Reserved::If => self.if_clause(&opening)?,
            Reserved::For => self.for_clause(&opening)?,
            Reserved::Case => self.case_clause(&opening)?,
            Reserved::While => {
                let condition = self.body(&opening, Reserved::Do)?;
                Compound::While(condition, self.body(&opening, Reserved::Done)?)
            }
            Reserved::Until => {
                let condition = self.body(&opening, Reserved::Do)?;
                Compound::Until(condition, self.body(&opening, Reserved::Done)?)
            }
            // `in` is a word of the grammar only after `for` and `case`.
            Reserved::In => {
                self.token = Some(token);
                return Ok(None);
            }
            _ => return Err(self.unexpected(&token, None)),
        }))
    }

    /// `( list )`
    pub(super) fn subshell(&mut self) -> Result<Compound> {
        let position = self.take()?.position;
        let list = self.filled_list("`)`")?;
        let end = self.take()?;
        if !end.is(Op::Close) {
            return Err(self.unclosed("`(`", position, &end, "`)`"));
        }
        Ok(Compound::Subshell(list))
    }

    fn if_clause(&mut self, opening: &Opening) -> Result<Compound> {
        let mut branches = Vec::new();
        loop {
            let condition = self.body(opening, Reserved::Then)?;
            branches.push((condition, self.filled_list("`fi`")?));
            match self.peek()?.reserved() {
                Some(Reserved::Elif) => self.take()?,
                _ => break,
            };
        }
        let has_else = self.peek()?.reserved() == Some(Reserved::Else);
        let otherwise = match has_else {
            true => {
                self.take()?;
                Some(self.filled_list("`fi`")?)
            }
            false => None,
        };
        self.close(opening, Reserved::Fi)?;
        Ok(Compound::If {
            branches,
            otherwise,
        })
    }

    fn for_clause(&mut self, opening: &Opening) -> Result<Compound> {
        let name = self.loop_variable()?;
        let words = self.for_words()?;
        self.skip_newlines()?;
        self.close(opening, Reserved::Do)?;
        let body = self.body(opening, Reserved::Done)?;
        Ok(Compound::For {
            name,
            words,
            body,
            position: opening.position,
        })
    }

    fn loop_variable(&mut self) -> Result<Name> {
        let word = self.take_word()?;
        let name = word.literal().filter(|text| Name::is_valid(text));
        name.map(Name::new).ok_or_else(|| SyntaxError {
            position: word.position,
            kind: ErrorKind::BadName(described(&word)),
            incomplete: false,
        })
    }

    /// `in words ;`, or nothing, or `;` alone.
    fn for_words(&mut self) -> Result<Option<Vec<Word>>> {
        if self.peek()?.is(Op::Semicolon) {
            self.take()?;
            return Ok(None);
        }
        self.skip_newlines()?;
        if self.peek()?.reserved() != Some(Reserved::In) {
            return Ok(None);
        }
        self.take()?;
        let mut words = Vec::new();
        while matches!(self.peek()?.kind, Kind::Word(_)) {
            let word = self.take_word()?;
            self.expand_braces(word, &mut words)?;
        }
        words
            .iter_mut()
            .for_each(|word| tilde::mark(&mut word.parts));
        let end = self.take()?;
        match end.kind {
            Kind::Op(Op::Semicolon) | Kind::Newline => Ok(Some(words)),
            _ => Err(self.unexpected(&end, Some("`;`"))),
        }
    }

    fn case_clause(&mut self, opening: &Opening) -> Result<Compound> {
        let mut word = self.take_word()?;
        tilde::mark(&mut word.parts);
        self.skip_newlines()?;
        self.close(opening, Reserved::In)?;
        let mut arms = Vec::new();
        loop {
            self.skip_newlines()?;
            if self.peek()?.reserved() == Some(Reserved::Esac) {
                self.take()?;
                break;
            }
            if !self.arm(opening.position, &mut arms)? {
                self.close(opening, Reserved::Esac)?;
                break;
            }
        }
        Ok(Compound::Case {
            word,
            arms,
            position: opening.position,
        })
    }

    /// One choice. Returns whether another may follow: the last needs no `;;`.
    fn arm(&mut self, opened: Position, arms: &mut Vec<Arm>) -> Result<bool> {
        let patterns = self.patterns(opened)?;
        let body = self.list()?;
        let end = match self.peek()?.kind {
            Kind::Op(operator @ (Op::DoubleSemicolon | Op::SemicolonAnd)) => Some(operator),
            _ => None,
        };
        if end.is_some() {
            self.take()?;
        }
        arms.push(Arm {
            patterns,
            body,
            falls_through: end == Some(Op::SemicolonAnd),
        });
        Ok(end.is_some())
    }

    /// `(a | b)`, the first parenthesis optional.
    fn patterns(&mut self, opened: Position) -> Result<Vec<Word>> {
        if self.peek()?.is(Op::Open) {
            self.take()?;
        }
        let mut patterns = Vec::new();
        loop {
            if matches!(self.peek()?.kind, Kind::End) {
                let token = self.take()?;
                return Err(self.unclosed("`case`", opened, &token, "`esac`"));
            }
            let mut pattern = self.take_word()?;
            tilde::mark(&mut pattern.parts);
            patterns.push(pattern);
            let token = self.take()?;
            match token.kind {
                Kind::Op(Op::Pipe) => {}
                Kind::Op(Op::Close) => return Ok(patterns),
                _ => return Err(self.unclosed("`case`", opened, &token, "`)`")),
            }
        }
    }
}
