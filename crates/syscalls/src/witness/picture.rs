//! A run, as far as it is shown beside a failure.

use std::collections::BTreeSet;
use std::fmt;

use super::Line;
use super::text::single_spaced;

/// The calls of a run that a reader should see: all, or if there are too many, some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// How many calls the run has.
    total: usize,
    /// Those that are shown, with their place in the run.
    calls: Vec<(usize, Line)>,
    /// Those that were found.
    found: BTreeSet<usize>,
    /// The one that may have been meant by what was not found.
    nearest: Option<usize>,
}

/// A run of more calls than this is not shown whole.
const WHOLE: usize = 100;
/// How many calls are shown of its beginning, and of its end.
const EDGE: usize = 15;
/// How many calls are shown before and behind one that matters.
const AROUND: usize = 3;
/// How many calls that matter are shown: a count may be wrong by thousands.
const MOST_POINTS: usize = 20;

impl Picture {
    pub(super) fn of(trace: &[Line], nearest: Option<usize>, found: &[usize]) -> Self {
        let points = nearest.iter().chain(found.iter().rev()).copied();
        let shown = excerpt(trace.len(), points).into_iter();
        let line = |call: usize| Line {
            pid: trace[call].pid,
            text: single_spaced(&trace[call].text).into_owned(),
        };
        Self {
            total: trace.len(),
            calls: shown.map(|call| (call, line(call))).collect(),
            found: found.iter().copied().collect(),
            nearest,
        }
    }

    pub(super) fn nearest(&self) -> Option<(usize, &Line)> {
        let nearest = self.nearest?;
        let mut calls = self.calls.iter();
        calls
            .find(|(call, _)| *call == nearest)
            .map(|(call, line)| (*call, line))
    }

    fn mark(&self, call: usize) -> char {
        if self.found.contains(&call) {
            '>'
        } else if self.nearest == Some(call) {
            '?'
        } else {
            ' '
        }
    }
}

/// The calls to show: all, or the beginning, the end, and what is around `points`.
fn excerpt(total: usize, points: impl Iterator<Item = usize>) -> BTreeSet<usize> {
    if total <= WHOLE {
        return (0..total).collect();
    }
    let around = points
        .take(MOST_POINTS)
        .flat_map(|point| point.saturating_sub(AROUND)..(point + AROUND + 1).min(total));
    around.chain(0..EDGE).chain(total - EDGE..total).collect()
}

/// A line for each call, numbered from 1, the last without a line end.
impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total;
        write!(f, "  the run, {total} calls (> found, ? the nearest):")?;
        let several = self
            .calls
            .iter()
            .any(|(_, line)| line.pid != self.calls[0].1.pid);
        let mut expected = 0;
        for (call, line) in &self.calls {
            left_out(f, expected, *call)?;
            expected = call + 1;
            write!(f, "\n  {:>6} {} ", call + 1, self.mark(*call))?;
            if several {
                write!(f, "[pid {}] ", line.pid)?;
            }
            f.write_str(&line.text)?;
        }
        left_out(f, expected, total)
    }
}

fn left_out(f: &mut fmt::Formatter<'_>, expected: usize, next: usize) -> fmt::Result {
    if expected == next {
        return Ok(());
    }
    write!(f, "\n         … {} calls left out …", next - expected)
}
