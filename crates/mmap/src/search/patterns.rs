//! What is searched for, and what ends a line.

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter, memchr2, memrchr, memrchr2};

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// A newline, whatever the other bytes are: `grep -a`.
    Newline,
    /// A newline or a NUL byte: what GNU grep does to a file that is not text, so that a file of
    /// NULs is not one line as long as itself.
    NewlineOrNul,
}

impl LineEnd {
    pub(crate) fn first(self, bytes: &[u8]) -> Option<usize> {
        match self {
            LineEnd::Newline => memchr(b'\n', bytes),
            LineEnd::NewlineOrNul => memchr2(b'\n', 0, bytes),
        }
    }

    pub(crate) fn last(self, bytes: &[u8]) -> Option<usize> {
        match self {
            LineEnd::Newline => memrchr(b'\n', bytes),
            LineEnd::NewlineOrNul => memrchr2(b'\n', 0, bytes),
        }
    }

    pub(crate) fn count(self, bytes: &[u8]) -> u64 {
        let newlines = memchr_iter(b'\n', bytes).count();
        let nuls = match self {
            LineEnd::Newline => 0,
            LineEnd::NewlineOrNul => memchr_iter(0, bytes).count(),
        };
        (newlines + nuls) as u64
    }

    pub(crate) fn is(self, byte: u8) -> bool {
        byte == b'\n' || byte == 0 && self == LineEnd::NewlineOrNul
    }
}

/// One or more literals, any of which makes a line match.
#[derive(Debug, Clone)]
pub struct Patterns {
    finders: Vec<Finder<'static>>,
    every_line: bool,
    line_end: LineEnd,
}

impl Patterns {
    /// As `grep -F` reads its argument: each line of `literals` is one, and an empty one is in
    /// every line.
    pub fn new(literals: &[u8], line_end: LineEnd) -> Self {
        let pieces = || literals.split(|&byte| byte == b'\n');
        Patterns {
            every_line: pieces().any(<[u8]>::is_empty),
            // A line has no line end inside, and so nothing that contains one.
            finders: pieces()
                .filter(|piece| line_end.first(piece).is_none())
                .map(|piece| Finder::new(piece).into_owned())
                .collect(),
            line_end,
        }
    }

    /// Whether every line matches, even an empty one.
    pub fn match_every_line(&self) -> bool {
        self.every_line
    }

    /// What ends a line.
    pub fn line_end(&self) -> LineEnd {
        self.line_end
    }

    /// How far a match may reach beyond the byte it starts with.
    pub(crate) fn reach(&self) -> usize {
        let longest = self
            .finders
            .iter()
            .map(|finder| finder.needle().len())
            .max();
        longest.unwrap_or(0).saturating_sub(1)
    }

    pub(crate) fn matches<'a>(&'a self, haystack: &'a [u8]) -> Matches<'a> {
        Matches {
            finders: &self.finders,
            haystack,
            next: self.finders.iter().map(|f| f.find(haystack)).collect(),
        }
    }
}

/// Where the literals are in one haystack.
#[derive(Debug)]
pub(crate) struct Matches<'a> {
    finders: &'a [Finder<'static>],
    haystack: &'a [u8],
    /// For each literal its first match at or after the place that was asked for last; `None`
    /// when there is no more, which is not looked for again.
    next: Vec<Option<usize>>,
}

impl Matches<'_> {
    /// The start of the first match at or after `from`, which must not go backwards.
    pub(crate) fn at_or_after(&mut self, from: usize) -> Option<usize> {
        for (finder, next) in self.finders.iter().zip(&mut self.next) {
            if next.is_some_and(|at| at < from) {
                *next = finder.find(&self.haystack[from..]).map(|at| at + from);
            }
        }
        self.next.iter().flatten().min().copied()
    }
}
