//! Words, and what is in them: POSIX.1-2024, 2.2, 2.3 and 2.6.
//!
//! Quotes are understood here and forgotten nowhere: a [`Word`](super::ast::Word) still knows which of
//! its bytes were quoted, since that decides later what is split and what matches files.

pub(super) mod token;

pub(super) mod here;

pub(super) mod tilde;

pub(super) mod braces;

pub(super) mod fill;

pub(super) mod word;

mod quote;

mod dollar;

mod substitution;

use super::parser::{Grammar, Result};
use token::{Kind, Op, Token};

/// Reading bytes.
impl Grammar<'_> {
    /// The next byte as it stands, asking the host for more text where it ends.
    pub(super) fn raw(&mut self) -> Option<u8> {
        self.raw_nth(0)
    }

    fn raw_nth(&mut self, ahead: usize) -> Option<u8> {
        loop {
            if let Some(byte) = self.cursor.nth(ahead) {
                return Some(byte);
            }
            if !self.cursor.grows {
                return None;
            }
            match self.host.next_line() {
                Some(line) => self.cursor.append(&line),
                None => self.cursor.grows = false,
            }
        }
    }

    /// The next byte after line continuations.
    pub(super) fn byte(&mut self) -> Option<u8> {
        loop {
            let byte = self.raw();
            if byte != Some(b'\\') || self.raw_nth(1) != Some(b'\n') {
                return byte;
            }
            self.cursor.bump();
            self.cursor.bump();
        }
    }

    /// Takes `byte` if it is next.
    pub(super) fn accept(&mut self, byte: u8) -> bool {
        let found = self.byte() == Some(byte);
        if found {
            self.cursor.bump();
        }
        found
    }
}

/// Reading tokens.
impl Grammar<'_> {
    /// The next token, which stays.
    pub(super) fn peek(&mut self) -> Result<&Token> {
        if self.token.is_none() {
            self.token = Some(self.read_token()?);
        }
        Ok(self.token.as_ref().expect("it was just read"))
    }

    /// The next token.
    pub(super) fn take(&mut self) -> Result<Token> {
        match self.token.take() {
            Some(token) => Ok(token),
            None => self.read_token(),
        }
    }

    fn read_token(&mut self) -> Result<Token> {
        let after_alias = self.skip_blanks();
        let position = self.cursor.position();
        let kind = match self.byte() {
            None => {
                self.read_here_documents()?;
                Kind::End
            }
            Some(b'\n') => {
                self.cursor.bump();
                self.read_here_documents()?;
                Kind::Newline
            }
            Some(byte) => match self.operator(byte) {
                Some(operator) => Kind::Op(operator),
                None => self.word_or_number()?,
            },
        };
        Ok(Token {
            kind,
            position,
            after_alias,
        })
    }

    /// Up to where a token begins. Returns whether it may be an alias even as an argument: one ended
    /// before it, with a blank.
    fn skip_blanks(&mut self) -> bool {
        let mut after_alias = std::mem::take(&mut self.replaced);
        loop {
            after_alias |= self.cursor.pop_aliases();
            match self.byte() {
                Some(b' ' | b'\t') => self.cursor.bump(),
                Some(b'#') => self.skip_comment(),
                _ => return after_alias,
            }
        }
    }

    fn skip_comment(&mut self) {
        while self.raw().is_some_and(|byte| byte != b'\n') {
            self.cursor.bump();
        }
    }

    /// The longest operator that begins with `first`.
    fn operator(&mut self, first: u8) -> Option<Op> {
        let mut operator = Op::of(first)?;
        self.cursor.bump();
        while let Some(longer) = self.byte().and_then(|next| operator.with(next)) {
            self.cursor.bump();
            operator = longer;
        }
        Some(operator)
    }

    /// Digits right before `<` or `>` are the number of a descriptor.
    fn word_or_number(&mut self) -> Result<Kind> {
        let word = self.word()?;
        let number = word.literal().and_then(number);
        Ok(match number {
            Some(number) if matches!(self.byte(), Some(b'<' | b'>')) => Kind::Number(number),
            _ => Kind::Word(word),
        })
    }
}

/// What `text` counts, if it is digits and no more than a descriptor can be.
fn number(text: &[u8]) -> Option<u32> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let text = digits.then(|| str::from_utf8(text).ok()).flatten()?;
    text.parse()
        .ok()
        .filter(|&number| number <= i32::MAX as u32)
}
