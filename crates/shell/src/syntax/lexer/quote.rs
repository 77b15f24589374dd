//! Quotes: POSIX.1-2024, 2.2.

use super::word::{Context, Parts};
use crate::syntax::ast::{Bytes, Part};
use crate::syntax::parser::{Grammar, Result};

impl Grammar<'_> {
    /// `\c`. Between double quotes the backslash is special only before what is special there.
    pub(super) fn backslash(&mut self, context: Context, parts: &mut Parts) {
        self.cursor.bump();
        let escaped = self.raw().filter(|&next| escapes(context, next));
        if escaped.is_some() {
            self.cursor.bump();
        }
        match escaped {
            Some(next) if context.is_double() => parts.literal(next),
            Some(next) => parts.quoted(vec![next]),
            None if context.is_double() => parts.literal(b'\\'),
            None => parts.quoted(vec![b'\\']),
        }
    }

    /// `'text'`
    pub(super) fn single_quotes(&mut self) -> Result<Bytes> {
        let opened = self.cursor.position();
        self.cursor.bump();
        let mut text = Bytes::new();
        loop {
            let byte = self.raw();
            self.cursor.bump();
            match byte {
                Some(b'\'') => return Ok(text),
                Some(byte) => text.push(byte),
                None => return Err(self.unterminated("`'`", opened)),
            }
        }
    }

    /// `"text"`
    pub(super) fn double_quotes(&mut self) -> Result<Vec<Part>> {
        let opened = self.cursor.position();
        self.cursor.bump();
        let parts = self.parts(Context::Double)?;
        if !self.accept(b'"') {
            return Err(self.unterminated("`\"`", opened));
        }
        Ok(parts)
    }

    /// `$'text'`, from the quote on, its escapes undone. What follows a NUL is left out, as in other
    /// shells: no argument can hold one.
    pub(super) fn dollar_quotes(&mut self) -> Result<Bytes> {
        let opened = self.cursor.position();
        self.cursor.bump();
        let mut text = Bytes::new();
        loop {
            let byte = self.raw();
            self.cursor.bump();
            match byte {
                Some(b'\'') => break,
                Some(b'\\') => self.dollar_escape(&mut text),
                Some(byte) => text.push(byte),
                None => return Err(self.unterminated("`$'`", opened)),
            }
        }
        if let Some(end) = text.iter().position(|&byte| byte == 0) {
            text.truncate(end);
        }
        Ok(text)
    }

    fn dollar_escape(&mut self, text: &mut Bytes) {
        let Some(byte) = self.raw() else { return };
        self.cursor.bump();
        match byte {
            b'a' => text.push(7),
            b'b' => text.push(8),
            b'e' => text.push(27),
            b'f' => text.push(12),
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'v' => text.push(11),
            b'"' | b'\'' | b'\\' => text.push(byte),
            b'c' => self.control(text),
            b'0'..=b'7' => {
                let value = self.digits(8, 2, u32::from(byte - b'0'));
                // Three octal digits go up to 0o777; the byte is what fits.
                text.push(value as u8);
            }
            b'x' => self.hexadecimal(text),
            b'u' => self.character(4, byte, text),
            b'U' => self.character(8, byte, text),
            other => text.extend([b'\\', other]),
        }
    }

    /// `\cX`: Ctrl-X. `\c\\` is Ctrl-\.
    fn control(&mut self, text: &mut Bytes) {
        let Some(mut byte) = self.raw().filter(|&byte| byte != b'\'') else {
            text.extend(b"\\c");
            return;
        };
        self.cursor.bump();
        if byte == b'\\' && self.raw() == Some(b'\\') {
            self.cursor.bump();
            byte = b'\\';
        }
        text.push(if byte == b'?' {
            127
        } else {
            byte.to_ascii_uppercase() & 31
        });
    }

    fn hexadecimal(&mut self, text: &mut Bytes) {
        if self.raw().is_some_and(|byte| byte.is_ascii_hexdigit()) {
            text.push(self.digits(16, 2, 0) as u8);
        } else {
            text.extend(b"\\x");
        }
    }

    /// `\uXXXX` and `\UXXXXXXXX`, as UTF-8.
    fn character(&mut self, most: usize, letter: u8, text: &mut Bytes) {
        let any = self.raw().is_some_and(|byte| byte.is_ascii_hexdigit());
        let found = any
            .then(|| self.digits(16, most, 0))
            .and_then(char::from_u32);
        match found {
            Some(found) => text.extend(found.encode_utf8(&mut [0; 4]).bytes()),
            None => text.extend([b'\\', letter]),
        }
    }

    fn digits(&mut self, radix: u32, most: usize, mut value: u32) -> u32 {
        for _ in 0..most {
            let digit = self.raw().and_then(|byte| char::from(byte).to_digit(radix));
            let Some(digit) = digit else { break };
            self.cursor.bump();
            value = value.wrapping_mul(radix).wrapping_add(digit);
        }
        value
    }
}

fn escapes(context: Context, next: u8) -> bool {
    match next {
        b'$' | b'`' | b'\\' => true,
        b'"' => context != Context::Here,
        b'}' => context == Context::DoubleBraces || !context.is_double(),
        _ => !context.is_double(),
    }
}
