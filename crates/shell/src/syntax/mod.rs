//! Text to tree: POSIX.1-2024, chapter 2.2 to 2.4 and 2.10.
//!
//! A shell cannot cut its input into tokens first and parse them afterwards: whether `}` is a word or
//! the end of a group, whether `ll` is an alias, and where a `$(` ends, all depend on what the
//! grammar expects at that moment. So there is one recursive [`Parser`] that reads bytes. It takes one
//! complete command at a time, because running one may change how the next is read (`alias`, `set -B`),
//! and because a script with an error in line 9 has run its lines 1 to 8.
//!
//! | module | shows |
//! |---|---|
//! | [`ast`], [`name`] | what comes out |
//! | [`parser`] | the grammar, one function for each rule |
//! | [`lexer`] | words, quotes, `$` and here-documents |
//! | [`error`] | what can be wrong, and where |
//! | [`mod@print`] | the tree back to text, that means the same |
//! | [`dump`] | the tree as a tree, for `--ast` |

pub mod ast;

pub mod name;

pub mod parser;

pub mod lexer;

pub mod error;

pub mod print;

pub mod dump;

mod cursor;

pub use error::SyntaxError;
pub use parser::{Host, Parser, parse};
