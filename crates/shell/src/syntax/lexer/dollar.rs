//! `$`: POSIX.1-2024, 2.6.2.

use super::word::{Context, Parts};
use crate::syntax::ast::{
    Bytes, End, Extent, Operator, Parameter, Part, Position, Special, Subject, Test,
};
use crate::syntax::name::Name;
use crate::syntax::parser::{Grammar, Result};

impl Grammar<'_> {
    /// Whatever `$` begins here; a `$` that begins nothing is itself.
    pub(super) fn dollar(&mut self, context: Context, parts: &mut Parts) -> Result<()> {
        let position = self.cursor.position();
        self.cursor.bump();
        let Some(next) = self.byte() else {
            parts.literal(b'$');
            return Ok(());
        };
        match next {
            b'\'' if !context.is_double() => parts.quoted(self.dollar_quotes()?),
            b'{' => {
                let parameter = self.nested(|this| this.braces(context, position))?;
                parts.push(Part::Parameter(Box::new(parameter)));
            }
            b'(' => parts.push(self.nested(|this| this.parentheses(position))?),
            _ => match self.short_subject(next) {
                Some(subject) => parts.push(Part::Parameter(Box::new(Parameter {
                    subject,
                    operator: Operator::Value,
                    position,
                }))),
                None => parts.literal(b'$'),
            },
        }
        Ok(())
    }

    /// `$name`, `$1`, `$?`
    fn short_subject(&mut self, next: u8) -> Option<Subject> {
        if let b'1'..=b'9' = next {
            self.cursor.bump();
            return Some(Subject::Positional(usize::from(next - b'0')));
        }
        if let Some(special) = special(next) {
            self.cursor.bump();
            return Some(Subject::Special(special));
        }
        self.name().map(Subject::Variable)
    }

    /// The name that begins here.
    fn name(&mut self) -> Option<Name> {
        let mut text = Bytes::new();
        while let Some(byte) = self.byte()
            && (byte == b'_' || byte.is_ascii_alphanumeric())
            && !(text.is_empty() && byte.is_ascii_digit())
        {
            text.push(byte);
            self.cursor.bump();
        }
        (!text.is_empty()).then(|| Name::new(text))
    }

    /// `${…}`, from the brace on.
    fn braces(&mut self, context: Context, position: Position) -> Result<Parameter> {
        self.cursor.bump();
        let (subject, operator) = match self.length() {
            Some(subject) => (subject, Operator::Length),
            None => {
                let nameless = Subject::Variable(Name::new(""));
                match self.subject() {
                    Some(subject) => (subject, self.parameter_operator(context, position)?),
                    None => (nameless, Operator::Bad(self.rest_of_braces(position)?)),
                }
            }
        };
        if !self.accept(b'}') {
            return Err(self.unterminated("`${`", position));
        }
        Ok(Parameter {
            subject,
            operator,
            position,
        })
    }

    /// `#x` if `}` follows it: `${#}` counts the parameters, and `${#-word}` has a default for that.
    fn length(&mut self) -> Option<Subject> {
        if self.byte() != Some(b'#') {
            return None;
        }
        let begin = self.cursor.mark();
        self.cursor.bump();
        let subject = self.subject();
        if subject.is_some() && self.byte() == Some(b'}') {
            return subject;
        }
        self.cursor.reset(begin);
        None
    }

    fn subject(&mut self) -> Option<Subject> {
        let first = self.byte()?;
        if !first.is_ascii_digit() {
            return self.short_subject(first);
        }
        let mut number = 0_usize;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            self.cursor.bump();
            number = number
                .saturating_mul(10)
                .saturating_add(usize::from(digit - b'0'));
        }
        Some(match number {
            0 => Subject::Special(Special::Zero),
            _ => Subject::Positional(number),
        })
    }

    fn parameter_operator(&mut self, context: Context, position: Position) -> Result<Operator> {
        let begin = self.cursor.mark();
        let test = match self.accept(b':') {
            true => Test::UnsetOrEmpty,
            false => Test::Unset,
        };
        let context = match context.is_double() {
            true => Context::DoubleBraces,
            false => Context::Braces,
        };
        let sign = self.byte();
        let has_colon = test == Test::UnsetOrEmpty;
        match sign {
            Some(b'}') if !has_colon => return Ok(Operator::Value),
            Some(b'#') if !has_colon => return self.trim(b'#', End::Prefix),
            Some(b'%') if !has_colon => return self.trim(b'%', End::Suffix),
            Some(b'-' | b'=' | b'?' | b'+') => self.cursor.bump(),
            _ => {
                self.cursor.reset(begin);
                return Ok(Operator::Bad(self.rest_of_braces(position)?));
            }
        }
        let word = self.word_in_braces(context)?;
        Ok(match sign {
            Some(b'-') => Operator::Default(test, word),
            Some(b'=') => Operator::Assign(test, word),
            Some(b'+') => Operator::Alternative(test, word),
            _ => Operator::Error(test, Some(word).filter(|word| !word.parts.is_empty())),
        })
    }

    /// Quotes around all of `${x%word}` do not quote the pattern, so it is read as if there were none.
    fn trim(&mut self, sign: u8, end: End) -> Result<Operator> {
        self.cursor.bump();
        let extent = match self.accept(sign) {
            true => Extent::Longest,
            false => Extent::Shortest,
        };
        let pattern = self.word_in_braces(Context::Braces)?;
        Ok(Operator::Trim(end, extent, pattern))
    }

    /// What no operator begins, as it stands, up to the `}`.
    fn rest_of_braces(&mut self, opened: Position) -> Result<Bytes> {
        let mut text = Bytes::new();
        let mut quote = None;
        let mut open = 0_usize;
        loop {
            let Some(byte) = self.raw() else {
                return Err(self.unterminated("`${`", opened));
            };
            match (quote, byte) {
                (None, b'}') if open == 0 => return Ok(text),
                (None, b'}') => open -= 1,
                (None, b'{') if text.last() == Some(&b'$') => open += 1,
                (None, b'\'' | b'"') => quote = Some(byte),
                (Some(begin), _) if begin == byte => quote = None,
                _ => {}
            }
            self.cursor.bump();
            text.push(byte);
            if byte == b'\\' && quote != Some(b'\'') {
                text.extend(self.raw());
                self.cursor.bump();
            }
        }
    }
}

fn special(byte: u8) -> Option<Special> {
    Some(match byte {
        b'@' => Special::At,
        b'*' => Special::Star,
        b'#' => Special::Count,
        b'?' => Special::Status,
        b'-' => Special::Options,
        b'$' => Special::Pid,
        b'!' => Special::Background,
        b'0' => Special::Zero,
        _ => return None,
    })
}
