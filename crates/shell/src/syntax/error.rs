//! What can be wrong with a script's text.

use thiserror::Error;

use super::ast::Position;

/// Why a text is not a script.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {}, column {}: {kind}", position.line, position.column)]
pub struct SyntaxError {
    /// Where it was noticed.
    pub position: Position,
    /// What it is.
    pub kind: ErrorKind,
    /// Whether the text merely ended too early: with more lines it may become right.
    pub incomplete: bool,
}

impl SyntaxError {
    /// The same of a text that has its end: more lines would not mend it.
    pub(super) fn complete(self) -> Self {
        Self {
            incomplete: false,
            ..self
        }
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ErrorKind {
    /// A token that the grammar has no place for here.
    #[error("{found} is unexpected{}", wanted(.expected))]
    Unexpected {
        /// As a person would name it.
        found: String,
        /// What would have been right, if it is one thing.
        expected: Option<&'static str>,
    },
    /// A quote, an expansion or a compound command without its end.
    #[error("the {what} of line {}, column {} is never closed", opened.line, opened.column)]
    Unterminated {
        /// How it began.
        what: &'static str,
        /// Where.
        opened: Position,
    },
    /// Not a name that a function, or the variable of a `for`, may have.
    #[error("{0:?} is not a name that is allowed here")]
    BadName(String),
    /// A here-document's end has to fit into a line.
    #[error("the delimiter of a here-document is one line")]
    BadDelimiter,
    /// More levels than the shell's stack is sure to hold.
    #[error("nested deeper than {0} levels")]
    TooDeep(u32),
    /// More words than anyone wants from one pair of braces.
    #[error("the braces make more than {0} words")]
    TooManyWords(usize),
}

fn wanted(expected: &Option<&'static str>) -> String {
    expected.map_or_else(String::new, |expected| format!(", {expected} is missing"))
}
