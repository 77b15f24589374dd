//! Bytes to a line, and a line to fields.

use crate::state::Ifs;
use crate::state::ifs::Delimiter;
use crate::syntax::ast::Bytes;

/// A line, its backslashes understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    text: Bytes,
    /// For each byte, whether a backslash was before it: then it separates nothing.
    quoted: Vec<bool>,
}

/// Makes a line of bytes, one by one.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    line: Line,
    /// `read -r`: backslashes are characters like others.
    raw: bool,
    delimiter: u8,
    after_backslash: bool,
}

impl Lines {
    /// A line that ends at `delimiter`; `raw` is `-r`.
    pub(super) fn new(raw: bool, delimiter: u8) -> Self {
        Self {
            line: Line::default(),
            raw,
            delimiter,
            after_backslash: false,
        }
    }

    /// Takes one more byte. True when it ends the line.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        if std::mem::take(&mut self.after_backslash) {
            // A backslash and a newline are nothing: the line goes on.
            if byte != b'\n' && byte != 0 {
                self.line.push(byte, true);
            }
        } else if byte == self.delimiter {
            return true;
        } else if byte == b'\\' && !self.raw {
            self.after_backslash = true;
        } else if byte != 0 {
            self.line.push(byte, false);
        }
        false
    }

    /// What there is of the line.
    pub(super) fn finish(self) -> Line {
        self.line
    }
}

impl Line {
    fn push(&mut self, byte: u8, quoted: bool) {
        self.text.push(byte);
        self.quoted.push(quoted);
    }

    /// The values of `count` variables. The last one gets all that is left, delimiters and all, when
    /// there are more fields than variables; white space of IFS at either end goes.
    pub(super) fn fields(&self, ifs: &Ifs, count: usize) -> Vec<Bytes> {
        let mut fields = Vec::with_capacity(count);
        let mut at = self.skip_white(0, ifs);
        while fields.len() + 1 < count && at < self.text.len() {
            let end = self.end_of_field(at, ifs);
            fields.push(self.text[at..end].to_vec());
            at = self.skip_delimiter(end, ifs);
        }
        if fields.len() < count {
            fields.push(self.last(at, ifs));
        }
        fields.resize(count, Bytes::new());
        fields
    }

    /// From `start` to the end; a single field's delimiter goes with the white space.
    fn last(&self, start: usize, ifs: &Ifs) -> Bytes {
        let end = self.end_of_field(start, ifs);
        if self.skip_delimiter(end, ifs) == self.text.len() {
            return self.text[start..end].to_vec();
        }
        let mut end = self.text.len();
        while end > start && !self.quoted[end - 1] && ifs.is_white(self.text[end - 1]) {
            end -= 1;
        }
        self.text[start..end].to_vec()
    }

    fn delimiter(&self, at: usize, ifs: &Ifs) -> Option<Delimiter> {
        if *self.quoted.get(at)? {
            return None;
        }
        ifs.at_start(&self.text[at..])
    }

    fn end_of_field(&self, start: usize, ifs: &Ifs) -> usize {
        let mut places = start..self.text.len();
        let found = places.find(|&at| self.delimiter(at, ifs).is_some());
        found.unwrap_or(self.text.len())
    }

    fn skip_white(&self, mut at: usize, ifs: &Ifs) -> usize {
        while self.delimiter(at, ifs) == Some(Delimiter::White) {
            at += 1;
        }
        at
    }

    /// White space, at most one other delimiter, white space.
    fn skip_delimiter(&self, at: usize, ifs: &Ifs) -> usize {
        let at = self.skip_white(at, ifs);
        match self.delimiter(at, ifs) {
            Some(Delimiter::Hard(length)) => self.skip_white(at + length, ifs),
            _ => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, raw: bool) -> Line {
        let mut lines = Lines::new(raw, b'\n');
        for byte in text.bytes() {
            if lines.push(byte) {
                break;
            }
        }
        lines.finish()
    }

    #[track_caller]
    fn check(text: &str, ifs: &str, expected: &[&str]) {
        let found = line(text, false).fields(&Ifs::new(ifs.as_bytes()), expected.len());
        let found: Vec<_> = found
            .iter()
            .map(|one| String::from_utf8_lossy(one))
            .collect();
        assert_eq!(found, expected, "{text:?} {ifs:?}");
    }

    #[test]
    fn fields_go_to_variables_and_the_rest_to_the_last() {
        check("a b c\n", " \t\n", &["a", "b", "c"]);
        check("  a  b  c  \n", " \t\n", &["a", "b  c"]);
        check("a\n", " \t\n", &["a", "", ""]);
        check("\n", " \t\n", &["", ""]);
        check("  a b  \n", " \t\n", &["a b"]);
        check("  a b  \n", "", &["  a b  "]);
    }

    #[test]
    fn other_separators_keep_empty_fields() {
        check("a::c\n", ":", &["a", "", "c"]);
        check("a:b:\n", ":", &["a", "b"]);
        check("a:b::\n", ":", &["a", "b::"]);
        check("a:b:c:\n", ":", &["a", "b:c:"]);
        check("a:\n", ":", &["a"]);
        check(" a : b : \n", ": ", &["a", "b"]);
        check(":a\n", ":", &["", "a"]);
        check(" a \n", ":", &[" a "]);
    }

    #[test]
    fn a_backslash_quotes_and_joins_lines() {
        check("a\\ b c\n", " ", &["a b", "c"]);
        check("a\\\nb\n", " ", &["ab"]);
        check("a\\\\b \\n\n", " ", &["a\\b", "n"]);
        check("a\\ \n", " ", &["a "]);
        let raw = line("a\\ b\n", true).fields(&Ifs::default(), 2);
        assert_eq!(raw, [b"a\\".to_vec(), b"b".to_vec()]);
    }
}
