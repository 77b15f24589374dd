//! `export x=$y`: words that look like assignments, and are arguments.

use crate::syntax::ast::{Part, Word};
use crate::syntax::name::Name;

/// Whether `word` begins with an unquoted `name=`. The parser has found its tildes already.
pub(super) fn is_assignment(word: &Word) -> bool {
    let Some(Part::Literal(first)) = word.parts.first() else {
        return false;
    };
    let equals = first.iter().position(|&byte| byte == b'=');
    equals.is_some_and(|equals| Name::is_valid(&first[..equals]))
}
