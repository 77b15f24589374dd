//! Quotes a word so that every shell reads it back unchanged.
//!
//! A program that builds a command line (`ssh host "cd DIR && make"`) has to quote what it puts in.
//! Between single quotes the shell leaves everything alone: blanks, `$`, `*`, backslashes, line ends.
//!
//! Checked: `sh` gets a line with your words, and must find exactly them. (What the library's
//! `shell::expand::quote` does is to be written here, not called.)
//!
//! Lesson: shell/tokenise

/// `word` as it has to stand in a shell's line.
pub fn quote(word: &str) -> String {
    format!("'{word}'")
}
