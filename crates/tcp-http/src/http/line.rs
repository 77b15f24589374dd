//! The lines of a head, in a buffer that grows.

use std::ops::Range;

use super::Refusal;
use super::syntax::find_control;

/// Finds one line after the other, and looks at each byte once, however the bytes arrive.
///
/// Everything that ends a line is a control character and no other control character but the tab may
/// be in a head. So one search does both: what it stops at is the end of the line, or wrong.
///
/// Invariant: the bytes of `start..scanned` are in the line that is being looked for, and none of
/// them ends it.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineScanner {
    /// Where the unfinished line begins.
    start: usize,
    /// Up to where it was looked at.
    scanned: usize,
}

impl LineScanner {
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// The next line, without its CRLF; `None` if its end is not there yet. One whose CRLF ends
    /// beyond `limit` is `too_long`, and nothing beyond is looked at: so a line that comes whole is
    /// judged as one that comes byte by byte.
    // Always: else a result as large as a short line goes through memory, for each line.
    #[inline(always)]
    pub(crate) fn next(
        &mut self,
        bytes: &[u8],
        limit: usize,
        too_long: Refusal,
    ) -> Result<Option<Range<usize>>, Refusal> {
        let visible = &bytes[..bytes.len().min(limit)];
        loop {
            self.scanned = find_control(visible, self.scanned);
            match &visible[self.scanned..] {
                [b'\r', b'\n', ..] => return Ok(Some(self.end_line())),
                [b'\t', ..] => self.scanned += 1,
                [] | [b'\r'] if bytes.len() < limit => return Ok(None),
                rest => return Err(wrong_end(rest, too_long)),
            }
        }
    }

    fn end_line(&mut self) -> Range<usize> {
        let line = self.start..self.scanned;
        self.start = line.end + 2;
        self.scanned = self.start;
        line
    }
}

/// What is wrong with a line that does not end as it should, where the limit or `rest` is.
#[cold]
fn wrong_end(rest: &[u8], too_long: Refusal) -> Refusal {
    match rest {
        [] | [b'\r'] => too_long,
        [b'\r', ..] => Refusal::BareCr,
        [b'\n', ..] => Refusal::BareLf,
        _ => Refusal::Control,
    }
}
