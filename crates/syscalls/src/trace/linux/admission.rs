//! Which calls are to be told, by number: a filter asked once instead of at each stop.

use super::processor::is_about_processors;
use crate::errno::Errno;
use crate::event::Outcome;
use crate::filter::Filter;
use crate::table::Architecture;

/// A filter's answers.
#[derive(Debug)]
pub(super) struct Admission {
    /// For each number of the table.
    by_number: Vec<bool>,
    /// For numbers that have no name.
    others: bool,
    /// Whether calls are told whatever comes of them. Otherwise nothing can be told at their entry.
    pub(super) every_outcome: bool,
}

impl Admission {
    pub(super) fn new(filter: &Filter) -> Self {
        let others = filter.admits("syscall_0xffff");
        let mut by_number = Vec::new();
        for (number, name) in Architecture::HERE.calls() {
            let number = number as usize;
            if by_number.len() <= number {
                by_number.resize(number + 1, others);
            }
            by_number[number] = filter.admits(name);
        }
        Self {
            by_number,
            others,
            every_outcome: outcomes().iter().all(|o| filter.admits_outcome(o)),
        }
    }

    /// Whether calls of this number are told.
    pub(super) fn admits(&self, number: u64) -> bool {
        let known = usize::try_from(number)
            .ok()
            .and_then(|number| self.by_number.get(number));
        known.copied().unwrap_or(self.others)
    }

    /// Whether calls of this number have to stop: those that are told, and those of which
    /// [`processor`](super::processor) must know.
    pub(super) fn stops(&self, number: u64) -> bool {
        self.admits(number) || is_about_processors(number)
    }

    /// Whether each number stops, from 0 on, as runs of equal answers: where each begins, and the
    /// answer.
    pub(super) fn runs(&self) -> Vec<(u32, bool)> {
        let mut runs: Vec<(u32, bool)> = Vec::new();
        for number in 0..=self.by_number.len() as u32 {
            let stops = self.stops(number.into());
            if runs.last().is_none_or(|&(_, last)| last != stops) {
                runs.push((number, stops));
            }
        }
        runs
    }
}

#[cfg(test)]
impl Admission {
    /// Admits those of the first `below` numbers that `admits` says, and all others or none.
    pub(super) fn of(below: u64, others: bool, admits: impl Fn(u64) -> bool) -> Self {
        Self {
            by_number: (0..below).map(admits).collect(),
            others,
            every_outcome: true,
        }
    }
}

/// One of each kind.
fn outcomes() -> [Outcome; 4] {
    [
        Outcome::Value {
            value: 0,
            text: "0".to_owned(),
        },
        Outcome::Error(Errno::from_number(nix::libc::ENOENT)),
        Outcome::Restart("ERESTARTSYS"),
        Outcome::Never,
    ]
}
