//! Pauses: how long the program stood still, and why.

use std::time::Duration;

/// Why the program stood still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A whole cycle, world stopped.
    Whole,
    /// World stopped, to switch the write barrier on.
    Begin,
    /// World stopped, to see that nothing is grey any more.
    Finish,
    /// A step of a cycle on the thread that allocates.
    Step,
}

/// One pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Why.
    pub kind: Kind,
    /// How long: from the request to stop until all may run again. Requests that were called off, because a
    /// scope was not closed soon, are included.
    pub took: Duration,
    /// Objects in the heap, garbage included.
    pub objects: usize,
}

/// What is said of many pauses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many.
    pub count: usize,
    /// Half are shorter.
    pub median: Duration,
    /// One in a hundred is longer.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

impl Summary {
    /// Of those that `wanted` picks.
    #[must_use]
    pub fn of(pauses: &[Pause], wanted: impl Fn(&Pause) -> bool) -> Self {
        let mut took: Vec<_> = pauses
            .iter()
            .filter(|p| wanted(p))
            .map(|p| p.took)
            .collect();
        took.sort_unstable();
        let at = |share: usize| took.get((took.len() * share / 100).min(took.len().max(1) - 1));
        Summary {
            count: took.len(),
            median: at(50).copied().unwrap_or_default(),
            p99: at(99).copied().unwrap_or_default(),
            max: took.last().copied().unwrap_or_default(),
        }
    }
}
