//! Words, quoted again.

use super::{Printer, Style};
use crate::syntax::ast::{
    End, Extent, Operator, Parameter, Part, Subject, Substitution, Test, Word,
};
use crate::syntax::lexer::word::Context;

impl Printer {
    pub(super) fn words(&mut self, words: &[Word]) {
        for word in words {
            self.put(" ");
            if matches!(word.parts.first(), Some(Part::Literal(text)) if text.first() == Some(&b'#'))
            {
                self.put("\\");
            }
            self.parts(&word.parts, Context::Word);
        }
    }

    pub(super) fn parts(&mut self, parts: &[Part], context: Context) {
        let mut rest = parts;
        while let [part, after @ ..] = rest {
            self.part(part, after.first(), context);
            rest = after;
        }
    }

    /// The text of a here-document in which nothing is special.
    pub(super) fn verbatim(&mut self, word: &Word) {
        for part in &word.parts {
            if let Part::Literal(text) = part {
                self.put(text);
            }
        }
    }

    fn part(&mut self, part: &Part, next: Option<&Part>, context: Context) {
        match part {
            Part::Literal(text) => self.literal(text, context),
            Part::Quoted(text) => self.quoted(text),
            Part::DoubleQuoted(inner) => {
                self.put("\"");
                self.parts(inner, Context::Double);
                self.put("\"");
            }
            Part::Tilde(user) => {
                self.put("~");
                self.put(user);
            }
            Part::Parameter(parameter) => self.parameter(parameter, next, context),
            Part::Command(substitution) => self.substitution(substitution),
            Part::Arithmetic(arithmetic) => {
                self.put("$((");
                self.parts(&arithmetic.text.parts, Context::Arithmetic);
                self.put("))");
            }
        }
    }

    fn literal(&mut self, text: &[u8], context: Context) {
        let special: &[u8] = match context {
            Context::Word | Context::Braces => b"",
            Context::Double => b"$`\"\\",
            Context::DoubleBraces => b"$`\"\\}",
            Context::Here | Context::Arithmetic => b"$`\\",
        };
        for byte in text {
            if special.contains(byte) {
                self.put("\\");
            }
            self.put([*byte]);
        }
    }

    pub(super) fn quoted(&mut self, mut text: &[u8]) {
        // `$'` would begin another kind of quotes. After a lone `$` no newline can come, since a
        // backslash before it joins lines; after `$$` it can.
        if self.out.last() == Some(&b'$')
            && let [first, rest @ ..] = text
            && *first != b'\n'
        {
            self.put([b'\\', *first]);
            text = rest;
            if text.is_empty() {
                return;
            }
        }
        self.put("'");
        for byte in text {
            match byte {
                b'\'' => self.put("'\\''"),
                _ => self.put([*byte]),
            }
        }
        self.put("'");
    }

    fn parameter(&mut self, parameter: &Parameter, next: Option<&Part>, context: Context) {
        let subject = parameter.subject.text();
        let joins = matches!(next, Some(Part::Literal(text))
            if text.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'));
        let long = matches!(parameter.subject, Subject::Positional(10..));
        if parameter.operator == Operator::Value && !joins && !long {
            self.put("$");
            return self.put(subject);
        }
        self.put("${");
        if parameter.operator == Operator::Length {
            self.put("#");
        }
        self.put(subject);
        self.operator(&parameter.operator, context);
        self.put("}");
    }

    fn operator(&mut self, operator: &Operator, context: Context) {
        let inner = match context.is_double() {
            true => Context::DoubleBraces,
            false => Context::Braces,
        };
        let (sign, test, word) = match operator {
            Operator::Value | Operator::Length => return,
            Operator::Bad(text) => return self.put(text),
            Operator::Trim(end, extent, pattern) => {
                let sign = match end {
                    End::Prefix => "#",
                    End::Suffix => "%",
                };
                self.put(sign);
                if *extent == Extent::Longest {
                    self.put(sign);
                }
                return self.parts(&pattern.parts, Context::Braces);
            }
            Operator::Default(test, word) => ("-", test, Some(word)),
            Operator::Assign(test, word) => ("=", test, Some(word)),
            Operator::Alternative(test, word) => ("+", test, Some(word)),
            Operator::Error(test, word) => ("?", test, word.as_ref()),
        };
        if *test == Test::UnsetOrEmpty {
            self.put(":");
        }
        self.put(sign);
        self.parts(word.map_or(&[], |word| &word.parts), inner);
    }

    /// Its commands in one line, if here-documents do not need more.
    fn substitution(&mut self, substitution: &Substitution) {
        let mut inner = Self::new(Style::Inline);
        inner.list(&substitution.body);
        inner.end_here_documents();
        let text = inner.out;
        if substitution.back_quoted {
            self.put("`");
            for byte in text {
                if matches!(byte, b'`' | b'\\') {
                    self.put("\\");
                }
                self.put([byte]);
            }
            return self.put("`");
        }
        self.put("$(");
        if text.first() == Some(&b'(') {
            self.put(" ");
        }
        self.put(text);
        self.put(")");
    }
}
