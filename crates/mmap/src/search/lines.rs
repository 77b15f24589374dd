//! The matching lines themselves, one after the other, from anything that can be read.

use std::io::{self, Read};

use memchr::memchr;

use super::patterns::{Matches, Patterns};

/// How much is read at once; what GNU grep takes. A longer line makes the buffer grow.
const BLOCK: usize = 96 << 10;

/// A line that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Counted from 1, when numbers are wanted, or else 0.
    pub number: u64,
    /// Without its end.
    pub text: &'a [u8],
    /// Whether a NUL byte was seen in the input so far, up to the end of the block in which this
    /// line is: it is not text, and nothing for a terminal.
    pub is_binary: bool,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// The next line, please.
    Continue,
    /// That was enough.
    Stop,
}

/// A search that gives lines.
#[derive(Debug)]
pub struct MatchingLines<'p> {
    patterns: &'p Patterns,
    invert: bool,
    numbered: bool,
    /// The number of the first line that was not looked at yet, if they are counted.
    number: u64,
    is_binary: bool,
}

impl<'p> MatchingLines<'p> {
    /// The lines in which one of `patterns` occurs, or with `invert` the others.
    pub fn new(patterns: &'p Patterns, invert: bool) -> Self {
        MatchingLines {
            patterns,
            invert,
            numbered: false,
            number: 0,
            is_binary: false,
        }
    }

    /// Lines come with their numbers.
    pub fn numbered(mut self, yes: bool) -> Self {
        self.numbered = yes;
        self.number = u64::from(yes);
        self
    }

    /// Reads `input` to its end and calls `on_line` for each line, as soon as it is complete.
    ///
    /// # Errors
    ///
    /// Those of `input` and of `on_line`.
    pub fn run(
        mut self,
        mut input: impl Read,
        mut on_line: impl FnMut(Line<'_>) -> io::Result<Flow>,
    ) -> io::Result<()> {
        let mut buffer = vec![0; BLOCK];
        let mut filled = 0;
        loop {
            if filled == buffer.len() {
                buffer.resize(2 * filled, 0);
            }
            let n = read_some(&mut input, &mut buffer[filled..])?;
            let fresh = filled..filled + n;
            filled = fresh.end;
            self.is_binary |= memchr(0, &buffer[fresh.clone()]).is_some();
            // At the end what is left is a line too; before it, only what an end stands behind.
            let complete = match self.patterns.line_end().last(&buffer[fresh.clone()]) {
                _ if n == 0 => filled,
                Some(last) => fresh.start + last + 1,
                None => continue,
            };
            if self.block(&buffer[..complete], &mut on_line)? == Flow::Stop || n == 0 {
                return Ok(());
            }
            buffer.copy_within(complete..filled, 0);
            filled -= complete;
        }
    }

    /// Looks at whole lines.
    fn block(
        &mut self,
        block: &[u8],
        on_line: &mut impl FnMut(Line<'_>) -> io::Result<Flow>,
    ) -> io::Result<Flow> {
        let mut matches = self.patterns.matches(block);
        let mut from = 0;
        while from < block.len() {
            let (start, end) = self.next_match(block, from, &mut matches);
            let flow = if self.invert {
                self.each_line(&block[from..start], on_line)?
            } else {
                self.pass(&block[from..start]);
                self.each_line(&block[start..end], on_line)?
            };
            if flow == Flow::Stop {
                return Ok(flow);
            }
            if self.invert {
                self.pass(&block[start..end]);
            }
            from = end;
        }
        Ok(Flow::Continue)
    }

    /// The start and the end, line end included, of the first line that matches from `from` on;
    /// the end of the block when there is none.
    fn next_match(&self, block: &[u8], from: usize, matches: &mut Matches<'_>) -> (usize, usize) {
        let line_end = self.patterns.line_end();
        let at = match self.patterns.match_every_line() {
            true => Some(from),
            false => matches.at_or_after(from),
        };
        let Some(at) = at else {
            return (block.len(), block.len());
        };
        let start = line_end
            .last(&block[from..at])
            .map_or(from, |last| from + last + 1);
        let end = line_end
            .first(&block[at..])
            .map_or(block.len(), |first| at + first + 1);
        (start, end)
    }

    fn each_line(
        &mut self,
        lines: &[u8],
        on_line: &mut impl FnMut(Line<'_>) -> io::Result<Flow>,
    ) -> io::Result<Flow> {
        let line_end = self.patterns.line_end();
        for line in lines.split_inclusive(|&byte| line_end.is(byte)) {
            let text = match line.split_last() {
                Some((&last, text)) if line_end.is(last) => text,
                _ => line,
            };
            let line = Line {
                number: self.number,
                text,
                is_binary: self.is_binary,
            };
            self.number += u64::from(self.numbered);
            if on_line(line)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    /// Counts lines that nobody wants to see.
    fn pass(&mut self, lines: &[u8]) {
        if self.numbered {
            self.number += self.patterns.line_end().count(lines);
        }
    }
}

fn read_some(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(buffer) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}
