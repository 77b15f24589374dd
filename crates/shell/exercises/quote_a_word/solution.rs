//! Between single quotes nothing is special, and so nothing can stand there for a single quote. It has
//! to be outside: the quotes are closed, a quoted quote is put in, and they are opened again. To the
//! shell that is one word.

/// `word` as it has to stand in a shell's line.
pub fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
