//! Why a trace does not bear a block out, told so that the reader need not run it again.

use std::collections::BTreeSet;
use std::fmt;

use super::Line;
use super::block::{Block, Pattern};
use super::nearest::nearest;
use super::picture::Picture;
use super::search::DeadEnd;

/// What a block claims and a trace does not show.
///
/// Displays the pattern, the reason, the nearest call with a `^` where it and the pattern part, and
/// the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The pattern, as the lesson has it.
    pub pattern: String,
    /// Where it stands, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: Reason,
    /// The column of the nearest call's text where it and the pattern part, if they do.
    parting: Option<usize>,
    picture: Box<Picture>,
}

impl Failure {
    fn new(pattern: &Pattern, reason: Reason, bound: &[Option<&str>], picture: Picture) -> Self {
        let parting = picture.nearest().and_then(|(_, call)| {
            let part = pattern.glob.parting(&call.text, bound)?;
            Some(call.text[..part].chars().count())
        });
        Self {
            pattern: pattern.text.clone(),
            line: pattern.line,
            reason,
            parting,
            picture: Box::new(picture),
        }
    }

    /// The call that may have been meant, as an index into the trace.
    #[must_use]
    pub fn nearest(&self) -> Option<usize> {
        self.picture.nearest().map(|(index, _)| index)
    }
}

impl std::error::Error for Failure {}

/// What is wrong. Calls are indices into the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No call of the whole run fits.
    Missing,
    /// It was called, but only before the calls of the lines above.
    TooEarly {
        /// The last call that fits.
        call: usize,
        /// The call that the line above found.
        after: usize,
    },
    /// Fits, but for values that the lines above have bound.
    OtherValue {
        /// The call.
        call: usize,
        /// The variables that differ.
        conflicts: Vec<Conflict>,
    },
    /// Not as often as the pattern says.
    Count {
        /// By the pattern.
        expected: usize,
        /// In the run.
        found: usize,
    },
    /// A call that must not happen did.
    Happened {
        /// The first.
        call: usize,
    },
}

/// A variable with two values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Without the `$`.
    pub variable: String,
    /// From the lines above.
    pub bound: String,
    /// In the call.
    pub found: String,
}

/// The pattern whose place in the order is empty.
pub(super) fn out_of_order(
    block: &Block,
    trace: &[Line],
    texts: &[&str],
    dead_end: &DeadEnd<'_, '_>,
) -> Failure {
    let pattern = dead_end.pattern;
    let reason = why(block, texts, dead_end);
    let nearest = match &reason {
        Reason::TooEarly { call, .. } | Reason::OtherValue { call, .. } => Some(*call),
        _ => nearest(pattern, texts, 0..texts.len(), dead_end.reached.next),
    };
    let picture = Picture::of(trace, nearest, &dead_end.found);
    Failure::new(pattern, reason, &dead_end.reached.values, picture)
}

/// Called more often or less than `expected`.
pub(super) fn miscounted(
    pattern: &Pattern,
    expected: usize,
    found: &[usize],
    trace: &[Line],
    texts: &[&str],
) -> Failure {
    let reason = Reason::Count {
        expected,
        found: found.len(),
    };
    let fits: BTreeSet<usize> = found.iter().copied().collect();
    let others = (0..texts.len()).filter(|index| !fits.contains(index));
    let nearest = nearest(pattern, texts, others, 0).filter(|_| found.len() < expected);
    Failure::new(pattern, reason, &[], Picture::of(trace, nearest, found))
}

/// Called, though it must not be.
pub(super) fn happened(pattern: &Pattern, found: &[usize], trace: &[Line]) -> Failure {
    let reason = Reason::Happened { call: found[0] };
    Failure::new(pattern, reason, &[], Picture::of(trace, None, found))
}

/// Why no call fits a pattern behind those that were found.
fn why(block: &Block, texts: &[&str], dead_end: &DeadEnd<'_, '_>) -> Reason {
    let bound = &dead_end.reached.values;
    let next = dead_end.reached.next;
    let conflicts = |values: &[Option<&str>]| -> Vec<Conflict> {
        let pairs = block.variables.iter().zip(bound.iter().zip(values));
        pairs
            .filter_map(|(variable, (bound, found))| match (bound, found) {
                (Some(bound), Some(found)) if bound != found => Some(Conflict {
                    variable: variable.clone(),
                    bound: (*bound).to_owned(),
                    found: (*found).to_owned(),
                }),
                _ => None,
            })
            .collect()
    };
    let mut too_early = None;
    let mut other_value = None;
    for (call, text) in texts.iter().enumerate() {
        for solution in dead_end.pattern.glob.solutions(text, bound.len()) {
            let conflicts = conflicts(&solution);
            if conflicts.is_empty() && call < next {
                too_early = Some(call);
            } else if !conflicts.is_empty() && other_value.is_none() && call >= next {
                other_value = Some((call, conflicts));
            }
        }
    }
    match (too_early, other_value) {
        (Some(call), _) => Reason::TooEarly {
            call,
            after: next - 1,
        },
        (None, Some((call, conflicts))) => Reason::OtherValue { call, conflicts },
        (None, None) => Reason::Missing,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "line {}: {}", self.line, self.pattern)?;
        writeln!(f, "  {}", self.reason)?;
        if let Some((_, call)) = self.picture.nearest() {
            writeln!(f, "  the nearest call:")?;
            writeln!(f, "    {}", call.text)?;
        }
        if let Some(column) = self.parting {
            writeln!(f, "    {:column$}^", "")?;
        }
        self.picture.fmt(f)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("no call of the run fits"),
            Self::TooEarly { call, after } => write!(
                f,
                "call {} fits, but it comes before call {}, which the line above found",
                call + 1,
                after + 1
            ),
            Self::OtherValue { call, conflicts } => {
                write!(f, "call {} would fit, but", call + 1)?;
                for (number, conflict) in conflicts.iter().enumerate() {
                    let comma = if number == 0 { "" } else { "," };
                    write!(
                        f,
                        "{comma} ${} is {} in the lines above, and here {}",
                        conflict.variable, conflict.bound, conflict.found
                    )?;
                }
                Ok(())
            }
            Self::Count { expected, found } => {
                write!(f, "the run has {found} such calls instead of {expected}")
            }
            Self::Happened { call } => write!(f, "call {} must not happen", call + 1),
        }
    }
}
