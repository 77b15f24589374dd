//! Words to arguments: the seven expansions of POSIX.1-2024, 2.6, as a stage of its own.
//!
//! The order is the lesson. For each word of a command:
//!
//! 1. `~`, parameters, `$(…)` and `$((…))` are replaced, from left to right, in one go;
//! 2. what *came out of* them outside of quotes is split into fields at the characters of IFS; what was
//!    written in the script is not;
//! 3. a field with an unquoted `*`, `?` or `[` becomes the names of the files that it matches, if any do;
//! 4. the quotes go.
//!
//! Hence `rm $file` with `file='a b'` removes two files, `rm "$file"` one, and a `*` inside a variable is
//! a pattern where the variable stands unquoted. Elsewhere some steps are left out: an assignment's value
//! and a redirection's file are neither split nor matched ([`text`]), a `case` matches text and not files
//! ([`matches()`]), and a here-document is one quoted word ([`here_document`]).
//!
//! Expansion asks a running shell for what it needs through [`Context`]. It can be tested without a
//! process, and a test that needs `$(date)` says itself what that prints.
//!
//! `{a,b}`, which is no expansion of POSIX, is already several words when they come here.
//!
//! Choices where POSIX leaves one: text is UTF-8 where it can be, so that `${#x}` counts characters, and a
//! byte that belongs to none counts as one; `${x%pattern}` of `@` and `*` is done for each parameter;
//! `$@` where there are no fields is joined by spaces; `~` without HOME stays as it is; `.*` leaves out
//! `.` and `..`, which no script wants.

mod context;
mod error;

mod fields;
mod joined;
mod sink;

mod parameter;
mod pattern;
mod word;

mod declaration;
mod pathname;

mod quote;

pub use context::Context;
pub use error::Error;
pub use fields::Field;
pub use pathname::pathnames;
pub use quote::quote;

use crate::arithmetic::constant;
use crate::state::Flag;
use crate::syntax::ast::{Bytes, HereDocument, Part, Word};
use crate::syntax::name::Name;
use fields::Splitter;
use joined::Joined;
use pattern::Shape;
use word::{Expander, How};

/// Appends the arguments that `words` become.
///
/// # Errors
///
/// The context's, or an [`Error`].
pub fn fields<C: Context>(
    context: &mut C,
    words: &[Word],
    arguments: &mut Vec<Bytes>,
) -> Result<(), C::Error> {
    for word in words {
        field(context, word, arguments)?;
    }
    Ok(())
}

/// Appends the arguments that `word` becomes: none, one or many.
///
/// # Errors
///
/// The context's, or an [`Error`].
pub fn field<C: Context>(
    context: &mut C,
    word: &Word,
    arguments: &mut Vec<Bytes>,
) -> Result<(), C::Error> {
    if let Some(simple) = word::simple(context, word) {
        arguments.extend(simple);
        return Ok(());
    }
    for field in split(context, word)? {
        if context.options().get(Flag::NoGlob) {
            arguments.push(field.text);
        } else {
            pathnames(field, arguments);
        }
    }
    Ok(())
}

/// The arguments of `export`, `readonly` and `local`: a word that looks like an assignment is
/// expanded as one, so that `export x=$y` does not depend on what is in `y`.
///
/// # Errors
///
/// The context's, or an [`Error`].
pub fn declaration_fields<C: Context>(
    context: &mut C,
    words: &[Word],
    arguments: &mut Vec<Bytes>,
) -> Result<(), C::Error> {
    for word in words {
        if declaration::is_assignment(word) {
            arguments.push(text(context, word)?);
        } else {
            field(context, word, arguments)?;
        }
    }
    Ok(())
}

/// The fields of `word` before they are matched with files.
///
/// # Errors
///
/// The context's, or an [`Error`].
pub fn split<C: Context>(context: &mut C, word: &Word) -> Result<Vec<Field>, C::Error> {
    let mut splitter = Splitter::default();
    Expander { context }.parts(&word.parts, How::Bare, &mut splitter)?;
    Ok(splitter.finish())
}

/// The text of `word` where it is neither split nor matched: an assignment's value, the file of a
/// redirection, the word of a `case`.
///
/// # Errors
///
/// The context's, or an [`Error`].
pub fn text<C: Context>(context: &mut C, word: &Word) -> Result<Bytes, C::Error> {
    let mut joined = Joined::default();
    Expander { context }.parts(&word.parts, How::Bare, &mut joined)?;
    Ok(joined.text)
}

/// `name=word`. A number does not become text in between.
///
/// # Errors
///
/// The context's, or an [`Error`]; of these, when the variable may not be changed.
pub fn assign<C: Context>(context: &mut C, name: Name, word: &Word) -> Result<(), C::Error> {
    let stored = if let [Part::Arithmetic(arithmetic)] = &word.parts[..] {
        let number = Expander { context }.number(arithmetic)?;
        context.variables_mut().set_integer(name, number)
    } else {
        let value = text(context, word)?;
        context.variables_mut().set(name, value)
    };
    stored.map_err(|read_only| Error::from(read_only).into())
}

/// Whether `text` matches the pattern that `word` is, as in `case text in word)`.
///
/// # Errors
///
/// The context's, or an [`Error`].
pub fn matches<C: Context>(context: &mut C, word: &Word, text: &[u8]) -> Result<bool, C::Error> {
    if let [Part::Quoted(literal)] = &word.parts[..] {
        return Ok(literal == text);
    }
    let pattern = Expander { context }.pattern(word)?;
    Ok(Shape::new(&pattern).matches(text))
}

/// What a command reads from a here-document.
///
/// # Errors
///
/// The context's, or an [`Error`].
pub fn here_document<C: Context>(
    context: &mut C,
    document: &HereDocument,
) -> Result<Bytes, C::Error> {
    quoted(context, &document.body)
}

/// The text of `word` as if it stood in double quotes: a here-document, a prompt.
///
/// # Errors
///
/// The context's, or an [`Error`].
pub fn quoted<C: Context>(context: &mut C, word: &Word) -> Result<Bytes, C::Error> {
    let mut joined = Joined::default();
    Expander { context }.parts(&word.parts, How::Quoted, &mut joined)?;
    Ok(joined.text)
}

/// `number` in decimal.
fn decimal(number: i64) -> Bytes {
    let mut text = Bytes::new();
    constant::write(number, &mut text);
    text
}
