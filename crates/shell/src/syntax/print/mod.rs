//! The tree back to text that reads as the same tree.
//!
//! `type f` shows a function so, and `jobs` a command. Comments, blanks and the kind of quotes are not
//! in the tree and so not in the text.

mod command;

mod word;

use super::ast::{Bytes, Function, HereDocument, Item, Pipeline, Word};
use super::lexer::word::Context;

/// Commands, each on its own line.
#[must_use]
pub fn script(list: &[Item]) -> Bytes {
    let mut printer = Printer::new(Style::Lines);
    printer.list(list);
    printer.out
}

/// A function's definition, without a newline at its end.
#[must_use]
pub fn function(function: &Function) -> Bytes {
    let mut printer = Printer::new(Style::Lines);
    printer.function(function);
    printer.end_here_documents();
    printer.out
}

/// A pipeline in one line, as `jobs` shows it: the lines of here-documents are left out.
#[must_use]
pub fn pipeline(pipeline: &Pipeline) -> Bytes {
    let mut printer = Printer::new(Style::Inline);
    printer.pipeline(pipeline);
    printer.out
}

/// Commands in one line, in the same way.
#[must_use]
pub fn one_line(list: &[Item]) -> Bytes {
    let mut printer = Printer::new(Style::Inline);
    printer.list(list);
    printer.out
}

/// A word.
#[must_use]
pub fn word(word: &Word) -> Bytes {
    let mut printer = Printer::new(Style::Inline);
    printer.parts(&word.parts, Context::Word);
    printer.out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Lines,
    Inline,
}

/// Text so far, and what is owed to it.
#[derive(Debug)]
struct Printer {
    out: Bytes,
    style: Style,
    indent: usize,
    /// Here-documents whose lines come after the next newline.
    pending: Vec<Lines>,
}

impl Printer {
    fn new(style: Style) -> Self {
        Self {
            out: Bytes::new(),
            style,
            indent: 0,
            pending: Vec::new(),
        }
    }

    fn put(&mut self, text: impl AsRef<[u8]>) {
        self.out.extend_from_slice(text.as_ref());
    }

    /// Between two commands: a new line, or in one line a blank.
    fn newline(&mut self) {
        if self.style == Style::Inline {
            return self.put(" ");
        }
        self.put("\n");
        self.put_here_documents();
        for _ in 0..self.indent {
            self.put("    ");
        }
    }

    /// A newline only if here-documents wait for one.
    fn end_here_documents(&mut self) {
        if !self.pending.is_empty() {
            self.put("\n");
            self.put_here_documents();
        }
    }

    fn put_here_documents(&mut self) {
        for lines in std::mem::take(&mut self.pending) {
            for line in lines.text.split(|&byte| byte == b'\n') {
                // One tab is there to be stripped; more that belong to the line are kept by a
                // continuation, since only the begin of what it joins is stripped.
                match (lines.strip_tabs, line.first()) {
                    (true, Some(b'\t')) => self.put("\t\\\n"),
                    (true, _) => self.put("\t"),
                    (false, _) => {}
                }
                self.put(line);
                self.put("\n");
            }
        }
    }
}

/// The lines of a here-document, the last of them its delimiter.
#[derive(Debug)]
struct Lines {
    text: Bytes,
    strip_tabs: bool,
}

/// A here-document's delimiter, and its lines up to that.
fn here_document(document: &HereDocument) -> (Bytes, Lines) {
    let mut body = Printer::new(Style::Inline);
    match document.quoted {
        true => body.verbatim(&document.body),
        false => body.parts(&document.body.parts, Context::Here),
    }
    let mut text = body.out;
    let mut delimiter = document.delimiter.clone();
    // Another in a substitution of this one may have the same.
    while text
        .split(|&byte| byte == b'\n')
        .any(|line| line == delimiter)
    {
        delimiter.push(b'_');
    }
    text.extend_from_slice(&delimiter);
    let strip_tabs = document.strip_tabs;
    (delimiter, Lines { text, strip_tabs })
}
