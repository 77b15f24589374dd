//! How much of an area is in memory, and whose it is.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// Bytes, as `/proc/PID/smaps` counts them. See proc(5).
///
/// A page is *shared* when another page table has it too, *dirty* when it was written to and exists
/// nowhere else, and so would have to go to swap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// In memory and in the page table: resident set size. Each process that has a page counts it
    /// whole.
    pub resident: u64,
    /// Each page divided by the number of its users; the sum over all processes is what is really
    /// used. 0 on macOS, which does not tell.
    pub proportional: u64,
    /// In other page tables too, and on disk.
    pub shared_clean: u64,
    /// In other page tables too, and nowhere else.
    pub shared_dirty: u64,
    /// Of this process alone, and on disk.
    pub private_clean: u64,
    /// Of this process alone, and nowhere else.
    pub private_dirty: u64,
    /// Without a file behind them: zeros that were written to, and copies of a file's pages.
    pub anonymous: u64,
    /// Written out to swap.
    pub swapped: u64,
    /// Of the resident, those in huge pages.
    pub huge: u64,
}

impl Usage {
    /// What would come free if the process ended.
    pub fn private(&self) -> u64 {
        self.private_clean.saturating_add(self.private_dirty)
    }

    /// What others use too.
    pub fn shared(&self) -> u64 {
        self.shared_clean.saturating_add(self.shared_dirty)
    }

    /// The field that a line of smaps fills, if it is one of ours. Huge pages are told by several
    /// lines; their sum counts.
    pub(super) fn field(&mut self, name: &[u8]) -> Option<&mut u64> {
        match name {
            b"Rss" => Some(&mut self.resident),
            b"Pss" => Some(&mut self.proportional),
            b"Shared_Clean" => Some(&mut self.shared_clean),
            b"Shared_Dirty" => Some(&mut self.shared_dirty),
            b"Private_Clean" => Some(&mut self.private_clean),
            b"Private_Dirty" => Some(&mut self.private_dirty),
            b"Anonymous" => Some(&mut self.anonymous),
            b"Swap" => Some(&mut self.swapped),
            b"AnonHugePages" | b"ShmemPmdMapped" | b"FilePmdMapped" => Some(&mut self.huge),
            _ => None,
        }
    }
}

impl Add for Usage {
    type Output = Usage;

    fn add(self, other: Usage) -> Usage {
        Usage {
            resident: self.resident.saturating_add(other.resident),
            proportional: self.proportional.saturating_add(other.proportional),
            shared_clean: self.shared_clean.saturating_add(other.shared_clean),
            shared_dirty: self.shared_dirty.saturating_add(other.shared_dirty),
            private_clean: self.private_clean.saturating_add(other.private_clean),
            private_dirty: self.private_dirty.saturating_add(other.private_dirty),
            anonymous: self.anonymous.saturating_add(other.anonymous),
            swapped: self.swapped.saturating_add(other.swapped),
            huge: self.huge.saturating_add(other.huge),
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Usage) {
        *self = *self + other;
    }
}

impl Sum for Usage {
    fn sum<I: Iterator<Item = Usage>>(all: I) -> Usage {
        all.fold(Usage::default(), Usage::add)
    }
}
