//! The calls of one place, with repetitions folded.

use std::collections::BTreeMap;
use std::fmt;

use super::paint::{CYAN, DIM, Painter, RED};
use crate::event::Call;

/// The calls of one place, in their order.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    shown: Vec<Repeated>,
    counted: BTreeMap<&'static str, u64>,
}

/// Equal calls in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// As [`Call`] displays it: `close(3) = 0`.
    pub text: String,
    /// Whether the kernel answered with an error.
    pub failed: bool,
    /// How many there were, from 1.
    pub times: u64,
}

impl Calls {
    /// True when the place has made no call.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// The first calls, each with its arguments.
    #[must_use]
    pub fn shown(&self) -> &[Repeated] {
        &self.shown
    }

    /// How many more there were of each name.
    pub fn counted(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.counted.iter().map(|(name, count)| (*name, *count))
    }

    /// Shows a call if fewer than `limit` are shown.
    pub(super) fn add(&mut self, call: &Call, limit: usize) {
        let text = call.to_string();
        let (room, all_shown) = (self.shown.len() < limit, self.counted.is_empty());
        match self.shown.last_mut() {
            Some(last) if all_shown && last.text == text => last.times += 1,
            _ if room => self.shown.push(Repeated {
                text,
                failed: call.failed(),
                times: 1,
            }),
            _ => *self.counted.entry(call.name).or_default() += 1,
        }
    }

    /// Each call on a line of its own behind `indent`.
    pub(super) fn write(
        &self,
        f: &mut fmt::Formatter<'_>,
        paint: Painter,
        indent: &str,
    ) -> fmt::Result {
        for call in &self.shown {
            let colour = if call.failed { RED } else { CYAN };
            paint.line(f, colour, &format!("{indent}→ {}", call.text))?;
            if call.times > 1 {
                let more = call.times - 1;
                paint.line(f, DIM, &format!("{indent}… {more} more like the last"))?;
            }
        }
        if !self.counted.is_empty() {
            let counts = self.counted.iter().map(|(name, n)| format!("{n} {name}"));
            let counts = counts.collect::<Vec<_>>().join(", ");
            paint.line(f, DIM, &format!("{indent}… and then {counts}"))?;
        }
        Ok(())
    }
}
