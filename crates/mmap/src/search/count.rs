//! How many lines there are, and in how many a literal occurs.

use std::io;

use super::chunks::{Chunk, for_each_chunk};
use super::patterns::{LineEnd, Patterns};
use super::source::Source;

/// How many line ends `source` has: what `wc -l` prints.
///
/// # Errors
///
/// Those of the source.
pub fn count_lines(source: &(impl Source + ?Sized)) -> io::Result<u64> {
    let ends = for_each_chunk(source, 0, 0, |chunk| {
        LineEnd::Newline.count(&chunk.bytes[chunk.own])
    })?;
    Ok(ends.iter().sum())
}

/// In how many lines of `source` a literal occurs, once or more often: what `grep -c` prints.
/// With `invert`, in how many none does.
///
/// ```
/// use mmap::search::{LineEnd, Patterns, count_matching_lines};
///
/// let text = b"one fish\ntwo fish, red fish\nblue";
/// let fish = Patterns::new(b"fish", LineEnd::Newline);
/// assert_eq!(count_matching_lines(&text[..], &fish, false)?, 2);
/// assert_eq!(count_matching_lines(&text[..], &fish, true)?, 1);
/// # std::io::Result::Ok(())
/// ```
///
/// # Errors
///
/// Those of the source.
pub fn count_matching_lines(
    source: &(impl Source + ?Sized),
    patterns: &Patterns,
    invert: bool,
) -> io::Result<u64> {
    let needs_total = invert || patterns.match_every_line();
    let summaries = for_each_chunk(source, 0, patterns.reach(), |chunk| {
        Summary::of(&chunk, patterns, needs_total)
    })?;
    let whole = summaries.iter().fold(Summary::default(), Summary::then);
    let matching = match patterns.match_every_line() {
        true => whole.lines(),
        false => whole.matching(),
    };
    Ok(match invert {
        true => whole.lines() - matching,
        false => matching,
    })
}

/// What has to be known of a piece of text to count the lines of a longer one.
///
/// A match belongs to the piece in which it starts. It has no line end inside, so it belongs to the
/// line that is open there, wherever the match itself goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Whether a line ends in this piece.
    has_end: bool,
    /// Whether a match starts before the first line end; without a line end: anywhere.
    head: bool,
    /// Lines with a match that begin and end in this piece.
    inner: u64,
    /// Whether a match starts behind the last line end.
    tail: bool,
    /// How many lines end in this piece, if somebody wants to know.
    ends: u64,
    /// Whether something stands behind the last line end, which is a line too; `None` when the piece
    /// is empty.
    open: Option<bool>,
}

impl Summary {
    /// The summary of a chunk, with the number of its lines only if `needs_total`.
    pub fn of(chunk: &Chunk<'_>, patterns: &Patterns, needs_total: bool) -> Self {
        let own = &chunk.bytes[chunk.own.clone()];
        let line_end = patterns.line_end();
        let mut summary = Summary {
            open: own.last().map(|&byte| !line_end.is(byte)),
            ends: if needs_total { line_end.count(own) } else { 0 },
            ..Summary::default()
        };
        if !patterns.match_every_line() {
            summary.find(chunk, patterns);
        }
        summary
    }

    fn find(&mut self, chunk: &Chunk<'_>, patterns: &Patterns) {
        let line_end = patterns.line_end();
        let own = &chunk.bytes[chunk.own.clone()];
        let searched = &chunk.bytes[chunk.own.start..];
        let (first, last) = (line_end.first(own), line_end.last(own));
        self.has_end = first.is_some();
        let mut matches = patterns.matches(searched);
        let mut from = 0;
        while let Some(at) = matches.at_or_after(from).filter(|&at| at < own.len()) {
            if first.is_none_or(|first| at < first) {
                self.head = true;
            } else if last.is_some_and(|last| at > last) {
                self.tail = true;
            } else {
                self.inner += 1;
            }
            // One match is enough for its line.
            match line_end.first(&own[at..]) {
                Some(distance) => from = at + distance + 1,
                None => break,
            }
        }
    }

    /// The summary of this piece and the one behind it.
    pub fn then(self, next: &Summary) -> Summary {
        let joined = self.tail || next.head;
        let (head, inner, tail) = match (self.has_end, next.has_end) {
            (false, _) => (self.head || next.head, next.inner, next.tail),
            (true, false) => (self.head, self.inner, joined),
            (true, true) => (
                self.head,
                self.inner + u64::from(joined) + next.inner,
                next.tail,
            ),
        };
        Summary {
            has_end: self.has_end || next.has_end,
            head,
            inner,
            tail,
            ends: self.ends + next.ends,
            open: next.open.or(self.open),
        }
    }

    /// How many lines match, when there is nothing before and behind.
    pub fn matching(&self) -> u64 {
        u64::from(self.head) + self.inner + u64::from(self.tail)
    }

    /// How many lines there are, when there is nothing before and behind.
    pub fn lines(&self) -> u64 {
        self.ends + u64::from(self.open == Some(true))
    }
}
