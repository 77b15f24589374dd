//! Where in a line the cursor is.

use super::quoting::Reader;

/// What the half-typed word may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The first word of a command, without a slash in it.
    Command,
    /// Any file.
    File,
    /// An argument of `cd`.
    Directory,
    /// After `$` or `${`.
    Variable {
        /// Whether a brace is to be closed.
        braces: bool,
    },
}

/// What is open where the text to be replaced begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// Nothing.
    None,
    /// `'`
    Single,
    /// `"`
    Double,
}

/// The end of a line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// What may stand there.
    pub kind: Kind,
    /// From which byte on it is replaced: a word's last part, after its last slash.
    pub start: usize,
    /// Which quotes are open there.
    pub quote: Quote,
    /// The word before that, as it was typed.
    pub directory: String,
    /// What is replaced, without its quotes.
    pub typed: String,
}

/// What stands at the end of `line`. The line need not be right: it has just been begun.
#[must_use]
pub fn context(line: &str) -> Context {
    let mut scan = Scan::default();
    let mut reader = Reader::default();
    for (index, byte) in line.bytes().enumerate() {
        let special = reader.step(byte);
        scan.step(index, byte, special, line);
    }
    scan.finish(line)
}

/// What has been seen so far.
#[derive(Debug, Default)]
struct Scan {
    /// Where the word began, if one has.
    word: Option<usize>,
    /// After the word's last slash, and what was open there.
    leaf: Option<usize>,
    /// Words of this command so far, without assignments.
    words: usize,
    /// Whether a redirection waits for its file.
    is_target: bool,
    /// The first word of this command.
    command: String,
}

impl Scan {
    fn step(&mut self, index: usize, byte: u8, special: bool, line: &str) {
        if special
            && matches!(
                byte,
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' | b'`'
            )
        {
            self.end_word(&line[..index]);
            match byte {
                b' ' | b'\t' => {}
                b'<' | b'>' => self.is_target = true,
                // In `>&2` and `>|` the operator goes on.
                b'&' | b'|' if self.is_target && self.word.is_none() => {}
                _ => self.begin_command(),
            }
            return;
        }
        let begin = *self.word.get_or_insert(index);
        if byte == b'/' {
            self.leaf = Some(index + 1);
        }
        // The value of an assignment, and what comes after a colon in it, is a file of its own.
        if special && byte == b'=' && is_name(&line[begin..index]) {
            self.leaf = Some(index + 1);
        }
    }

    fn begin_command(&mut self) {
        self.words = 0;
        self.command.clear();
        self.is_target = false;
    }

    fn end_word(&mut self, line: &str) {
        let Some(begin) = self.word.take() else {
            return;
        };
        let word = &line[begin..];
        self.leaf = None;
        if std::mem::take(&mut self.is_target) {
            return;
        }
        let assigns = word.split_once('=').is_some_and(|(name, _)| is_name(name));
        if self.words == 0 && (assigns || introduces(word)) {
            return;
        }
        if self.words == 0 {
            word.clone_into(&mut self.command);
        }
        self.words += 1;
    }

    fn finish(self, line: &str) -> Context {
        let begin = self.word.unwrap_or(line.len());
        let word = &line[begin..];
        if let Some(variable) = variable(word) {
            return Context {
                start: begin + variable.0,
                kind: Kind::Variable { braces: variable.1 },
                quote: Quote::None,
                directory: String::new(),
                typed: word[variable.0..].to_owned(),
            };
        }
        let mut start = self.leaf.unwrap_or(begin);
        let mut quote = Reader::open_at_end(&line[begin..start]);
        if quote == Quote::None {
            // A quote that begins what is replaced is kept.
            quote = match line.as_bytes().get(start) {
                Some(b'\'') => Quote::Single,
                Some(b'"') => Quote::Double,
                _ => Quote::None,
            };
            start += usize::from(quote != Quote::None);
        }
        let kind = match (self.words, self.leaf.is_some() || self.is_target) {
            (0, false) => Kind::Command,
            _ if self.command == "cd" && self.words > 0 && !self.is_target => Kind::Directory,
            _ => Kind::File,
        };
        Context {
            kind,
            start,
            quote,
            directory: line[begin..self.leaf.unwrap_or(begin)].to_owned(),
            typed: Reader::text(&line[start..], quote),
        }
    }
}

/// The offset of the name after the last `$` that is still being typed, and whether a brace is open.
fn variable(word: &str) -> Option<(usize, bool)> {
    let dollar = word.rfind('$')?;
    if matches!(Reader::open_at_end(&word[..dollar]), Quote::Single)
        || word[..dollar].ends_with('\\')
    {
        return None;
    }
    let after = &word[dollar + 1..];
    let (name, braces) = match after.strip_prefix('{') {
        Some(name) => (name, true),
        None => (after, false),
    };
    let partial = name.is_empty() || is_name(name);
    partial.then_some((dollar + 1 + usize::from(braces), braces))
}

fn is_name(text: &str) -> bool {
    crate::syntax::name::Name::is_valid(text.as_bytes())
}

/// Words after which a command begins.
fn introduces(word: &str) -> bool {
    matches!(
        word,
        "if" | "then"
            | "elif"
            | "else"
            | "while"
            | "until"
            | "do"
            | "{"
            | "!"
            | "command"
            | "exec"
            | "nohup"
            | "sudo"
            | "time"
            | "env"
    )
}
