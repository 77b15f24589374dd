//! `${…}`: POSIX.1-2024, 2.6.2.

use std::borrow::Cow;

use super::joined::Joined;
use super::pattern::Shape;
use super::sink::Sink;
use super::word::{Expander, How};
use super::{Context, Error, decimal};
use crate::state::Flag;
use crate::state::ifs::characters;
use crate::syntax::ast::{Bytes, End, Extent, Operator, Parameter, Special, Subject, Test, Word};

/// What `${x%pattern}` takes away.
struct Trim<'p> {
    end: End,
    extent: Extent,
    pattern: Shape<'p>,
}

impl Trim<'_> {
    /// What is left of `value`.
    fn of<'v>(&self, value: &'v [u8]) -> &'v [u8] {
        self.pattern.trim(value, self.end, self.extent)
    }
}

impl<C: Context> Expander<'_, C> {
    pub(super) fn parameter<S: Sink>(
        &mut self,
        parameter: &Parameter,
        how: How,
        sink: &mut S,
    ) -> Result<(), C::Error> {
        let subject = parameter.subject;
        match &parameter.operator {
            Operator::Value => self.value(subject, how, sink),
            Operator::Length => self.length(subject, how, sink),
            Operator::Default(test, _) | Operator::Assign(test, _) | Operator::Error(test, _)
                if self.is_present(subject, *test) =>
            {
                self.value(subject, how, sink)
            }
            Operator::Alternative(test, word) if self.is_present(subject, *test) => {
                self.word(word, how, sink)
            }
            Operator::Default(_, word) => self.word(word, how, sink),
            Operator::Assign(_, word) => self.assign(subject, word, how, sink),
            Operator::Error(test, word) => Err(self.required(subject, *test, word.as_ref())),
            Operator::Alternative(..) => {
                self.emit(b"", how, sink);
                Ok(())
            }
            Operator::Trim(end, extent, word) => {
                let pattern = self.pattern(word)?;
                let trim = Trim {
                    end: *end,
                    extent: *extent,
                    pattern: Shape::new(&pattern),
                };
                self.trimmed(subject, &trim, how, sink)
            }
            Operator::Bad(text) => {
                let whole = [b"${", &spelled(subject)[..], text, b"}"].concat();
                Err(Error::BadSubstitution(whole).into())
            }
        }
    }

    /// The word of `${x:-word}`, in its place.
    fn word<S: Sink>(&mut self, word: &Word, how: How, sink: &mut S) -> Result<(), C::Error> {
        if word.parts.is_empty() {
            self.emit(b"", how, sink);
        }
        self.parts(&word.parts, how.nested(), sink)
    }

    fn value<S: Sink>(&self, subject: Subject, how: How, sink: &mut S) -> Result<(), C::Error> {
        match subject {
            Subject::Special(special @ (Special::At | Special::Star)) => {
                self.all(special, how, sink, <[u8]>::to_vec);
            }
            _ => self.emit(&self.set_value(subject)?, how, sink),
        }
        Ok(())
    }

    fn trimmed<S: Sink>(
        &self,
        subject: Subject,
        trim: &Trim<'_>,
        how: How,
        sink: &mut S,
    ) -> Result<(), C::Error> {
        match subject {
            Subject::Special(special @ (Special::At | Special::Star)) => {
                self.all(special, how, sink, |value| trim.of(value).to_vec());
            }
            _ => self.emit(trim.of(&self.set_value(subject)?), how, sink),
        }
        Ok(())
    }

    /// `$@` and `$*`, each parameter changed by `change`.
    fn all<S: Sink>(
        &self,
        special: Special,
        how: How,
        sink: &mut S,
        change: impl Fn(&[u8]) -> Bytes,
    ) {
        let values = self.context.positional().all();
        let star = special == Special::Star;
        if S::FIELDS && !(star && how == How::Quoted) {
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    sink.separate();
                }
                self.emit(&change(value), how, sink);
            }
            return;
        }
        let joint = if star {
            self.context.variables().ifs().joint()
        } else {
            b" "
        };
        let values: Vec<_> = values.iter().map(|value| change(value)).collect();
        self.emit(&values.join(joint), how, sink);
    }

    /// `${#x}`: in characters; of `@` and `*`, how many there are.
    fn length<S: Sink>(&self, subject: Subject, how: How, sink: &mut S) -> Result<(), C::Error> {
        let length = match subject {
            Subject::Special(Special::At | Special::Star) => self.context.positional().count(),
            _ => characters(&self.set_value(subject)?).count(),
        };
        self.emit(&decimal(length as i64), how, sink);
        Ok(())
    }

    /// `${x:=word}` when `x` is absent.
    fn assign<S: Sink>(
        &mut self,
        subject: Subject,
        word: &Word,
        how: How,
        sink: &mut S,
    ) -> Result<(), C::Error> {
        let Subject::Variable(name) = subject else {
            return Err(Error::NotAssignable(spelled(subject)).into());
        };
        let mut value = Joined::default();
        self.parts(&word.parts, how.nested(), &mut value)?;
        let variables = self.context.variables_mut();
        variables.set(name, value.text).map_err(Error::from)?;
        self.value(subject, how, sink)
    }

    /// `${x:?word}` when `x` is absent.
    fn required(&mut self, subject: Subject, test: Test, word: Option<&Word>) -> C::Error {
        let message = match (word, test) {
            (Some(word), _) => match super::text(self.context, word) {
                Ok(message) => message,
                Err(error) => return error,
            },
            (None, Test::Unset) => b"parameter not set".to_vec(),
            (None, Test::UnsetOrEmpty) => b"parameter null or not set".to_vec(),
        };
        Error::Required(spelled(subject), message).into()
    }

    fn is_present(&self, subject: Subject, test: Test) -> bool {
        match (self.any_value(subject), test) {
            (None, _) => false,
            (Some(_), Test::Unset) => true,
            (Some(value), Test::UnsetOrEmpty) => !value.is_empty(),
        }
    }

    /// The value of what is not `@` or `*`; empty when it is unset, unless `set -u` forbids that.
    fn set_value(&self, subject: Subject) -> Result<Cow<'_, [u8]>, C::Error> {
        match self.any_value(subject) {
            Some(value) => Ok(value),
            None if self.context.options().get(Flag::NoUnset) => {
                Err(Error::NotSet(spelled(subject)).into())
            }
            None => Ok(Cow::Borrowed(b"")),
        }
    }

    /// None when it is unset.
    fn any_value(&self, subject: Subject) -> Option<Cow<'_, [u8]>> {
        let context = &self.context;
        match subject {
            Subject::Variable(name) => context.variables().get(name).map(Cow::Borrowed),
            Subject::Positional(number) => context.positional().get(number).map(Cow::Borrowed),
            Subject::Special(special) => self.special(special).map(Cow::Owned),
        }
    }

    fn special(&self, special: Special) -> Option<Bytes> {
        let context = &self.context;
        match special {
            Special::At | Special::Star => {
                let values = context.positional().all();
                (!values.is_empty()).then(|| values.join(&b' '))
            }
            Special::Count => Some(decimal(context.positional().count() as i64)),
            Special::Status => Some(decimal(context.status().into())),
            Special::Options => Some(context.options().letters()),
            Special::Pid => Some(decimal(context.pid().into())),
            Special::Background => context.background().map(|pid| decimal(pid.into())),
            Special::Zero => Some(context.positional().zero.clone()),
        }
    }
}

/// The parameter's name, for an error.
fn spelled(subject: Subject) -> Bytes {
    match subject {
        Subject::Variable(name) => name.text().to_vec(),
        Subject::Positional(number) => number.to_string().into_bytes(),
        Subject::Special(special) => {
            let sign = match special {
                Special::At => b'@',
                Special::Star => b'*',
                Special::Count => b'#',
                Special::Status => b'?',
                Special::Options => b'-',
                Special::Pid => b'$',
                Special::Background => b'!',
                Special::Zero => b'0',
            };
            vec![sign]
        }
    }
}
