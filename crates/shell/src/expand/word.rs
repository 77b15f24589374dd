//! The parts of a word, from left to right: POSIX.1-2024, 2.6.1 to 2.6.4.

use std::rc::Rc;

use super::fields::is_plain;
use super::pathname::has_special;
use super::sink::Sink;
use super::{Context, Error, decimal};
use crate::arithmetic::{self, MAX_OPERANDS};
use crate::state::Flag;
use crate::syntax::ast::{
    Arithmetic, Bytes, Operator, Parameter, Part, Subject, Substitution, Word,
};
use crate::syntax::name::Name;

/// Expands the parts of one word.
pub(super) struct Expander<'a, C> {
    pub(super) context: &'a mut C,
}

/// In what a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// In the script itself: literal text is not split.
    Bare,
    /// In the word of an unquoted `${x:-word}`: literal text is a result, and is split.
    Result,
    /// In double quotes.
    Quoted,
}

impl How {
    /// In what the word of `${x:-word}` stands.
    pub(super) fn nested(self) -> Self {
        match self {
            Self::Bare | Self::Result => Self::Result,
            Self::Quoted => Self::Quoted,
        }
    }
}

impl<C: Context> Expander<'_, C> {
    pub(super) fn parts<S: Sink>(
        &mut self,
        parts: &[Part],
        how: How,
        sink: &mut S,
    ) -> Result<(), C::Error> {
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Literal(text) => match how {
                    How::Bare => sink.literal(text),
                    How::Result => sink.expansion(text, self.context.variables().ifs()),
                    How::Quoted => sink.quoted(text),
                },
                Part::Quoted(text) => sink.quoted(text),
                Part::DoubleQuoted(parts) if parts.is_empty() => sink.quoted(b""),
                Part::DoubleQuoted(parts) => self.parts(parts, How::Quoted, sink)?,
                Part::Tilde(user) => self.tilde(user, parts.get(index + 1), sink),
                Part::Parameter(parameter) => self.parameter(parameter, how, sink)?,
                Part::Command(substitution) => {
                    let output = self.output_of(substitution)?;
                    self.emit(&output, how, sink);
                }
                Part::Arithmetic(arithmetic) => {
                    let number = self.number(arithmetic)?;
                    self.emit(&decimal(number), how, sink);
                }
            }
        }
        Ok(())
    }

    /// Hands on what an expansion came to.
    pub(super) fn emit<S: Sink>(&self, text: &[u8], how: How, sink: &mut S) {
        match how {
            How::Quoted => sink.quoted(text),
            How::Bare | How::Result => sink.expansion(text, self.context.variables().ifs()),
        }
    }

    /// `~` and `~user`; `next` is what stands behind it.
    fn tilde<S: Sink>(&self, user: &[u8], next: Option<&Part>, sink: &mut S) {
        let home = if user.is_empty() {
            let home = self.context.variables().get(Name::new("HOME"));
            home.map(<[u8]>::to_vec)
        } else {
            self.context.home_of(user)
        };
        let Some(mut home) = home else {
            sink.literal(b"~");
            return sink.literal(user);
        };
        // At home in `/`, `~/x` is `/x`.
        let slash_follows = matches!(next, Some(Part::Literal(text)) if text.starts_with(b"/"));
        if slash_follows && home.last() == Some(&b'/') {
            home.pop();
        }
        sink.quoted(&home);
    }

    /// `$(…)`: what it printed, without the newlines at the end and without NULs.
    fn output_of(&mut self, substitution: &Rc<Substitution>) -> Result<Bytes, C::Error> {
        let mut output = self.context.output_of(substitution)?;
        let end = output.iter().rposition(|&byte| byte != b'\n');
        output.truncate(end.map_or(0, |last| last + 1));
        if output.contains(&0) {
            output.retain(|&byte| byte != 0);
        }
        Ok(output)
    }

    /// `$((…))`
    pub(super) fn number(&mut self, arithmetic: &Arithmetic) -> Result<i64, C::Error> {
        let no_unset = self.context.options().get(Flag::NoUnset);
        let text = &arithmetic.text;
        if let Some(program) = arithmetic.compiled.program(text)
            && let Some(values) = self.operands(program.operands())
        {
            let variables = self.context.variables_mut();
            let number = program.run(variables, &values, no_unset);
            return number.map_err(|at| self.fault(at.with_text(&arithmetic::spelled(text))));
        }
        let text = super::quoted(self.context, text)?;
        let number = arithmetic::evaluate(&text, self.context.variables_mut(), no_unset);
        number.map_err(|error| self.fault(error))
    }

    fn fault(&self, error: arithmetic::Error) -> C::Error {
        Error::from(error).into()
    }

    /// The values of `names` if all are integer constants, so that they need not become text.
    fn operands(&self, names: &[Name]) -> Option<[i64; MAX_OPERANDS]> {
        let mut values = [0; MAX_OPERANDS];
        for (value, &name) in values.iter_mut().zip(names) {
            *value = self.context.variables().constant(name)?;
        }
        Some(values)
    }
}

/// What `word` comes to when it is a single piece in which nothing is special, as most words are:
/// one argument or none. None when it takes more thought.
pub(super) fn simple<C: Context>(context: &C, word: &Word) -> Option<Option<Bytes>> {
    match &word.parts[..] {
        [Part::Literal(text)] if !has_special(text) => Some(Some(text.clone())),
        [Part::Quoted(text)] => Some(Some(text.clone())),
        [Part::Parameter(parameter)] => {
            let value = simple_value(context, parameter)?;
            if !is_plain(value, context.variables().ifs()) {
                return None;
            }
            Some((!value.is_empty()).then(|| value.to_vec()))
        }
        [Part::DoubleQuoted(parts)] => match &parts[..] {
            [Part::Parameter(parameter)] => Some(Some(simple_value(context, parameter)?.to_vec())),
            [Part::Literal(text) | Part::Quoted(text)] => Some(Some(text.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// The value of a plain `$name` or `$1` that is set.
fn simple_value<'a, C: Context>(context: &'a C, parameter: &Parameter) -> Option<&'a [u8]> {
    match (parameter.subject, &parameter.operator) {
        (Subject::Variable(name), Operator::Value) => context.variables().get(name),
        (Subject::Positional(number), Operator::Value) => context.positional().get(number),
        _ => None,
    }
}
