//! What a strand knows of the others: vector clocks, and the epochs that mostly do instead.

use std::cmp::max;

/// A stretch of one strand's life: from one of its releases to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch {
    /// Whose.
    pub strand: usize,
    /// Counted from 1.
    pub time: u32,
}

/// For each strand, up to which of its epochs everything has happened before now.
///
/// ```
/// use concurrency::race::clock::{Epoch, VectorClock};
///
/// let (mut one, mut two) = (VectorClock::default(), VectorClock::default());
/// one.tick(0);
/// two.tick(1);
/// let wrote = Epoch { strand: 0, time: one.time(0) };
/// assert!(!two.covers(wrote), "nothing orders them");
/// two.join(&one);
/// assert!(two.covers(wrote), "what is joined has happened before");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VectorClock {
    /// By strand; what is not there is 0.
    times: Vec<u32>,
}

impl VectorClock {
    /// How much is known of a strand: 0 is nothing.
    pub fn time(&self, strand: usize) -> u32 {
        self.times.get(strand).copied().unwrap_or(0)
    }

    /// Whether an epoch has happened before now. One comparison, however many strands there are.
    pub fn covers(&self, epoch: Epoch) -> bool {
        epoch.time <= self.time(epoch.strand)
    }

    /// Learns all that `other` knows.
    pub fn join(&mut self, other: &VectorClock) {
        self.reach(other.times.len());
        for (mine, theirs) in self.times.iter_mut().zip(&other.times) {
            *mine = max(*mine, *theirs);
        }
    }

    /// The strand's next epoch begins.
    pub fn tick(&mut self, strand: usize) {
        self.reach(strand + 1);
        self.times[strand] += 1;
    }

    fn reach(&mut self, strands: usize) {
        if self.times.len() < strands {
            self.times.resize(strands, 0);
        }
    }
}
