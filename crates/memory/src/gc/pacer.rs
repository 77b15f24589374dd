//! The pacer: when to begin a cycle.
//!
//! Too early is work for nothing, too late is a full heap before the garbage is found. As in Go, the
//! heap may grow by a percentage of what was live (`GOGC`), and the cycle begins so much before that
//! goal as was allocated while the last one ran, and a quarter more.

/// Plans the next cycle from the last. All numbers are objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pacer {
    percent: usize,
    capacity: usize,
    goal: usize,
    trigger: usize,
}

impl Pacer {
    /// Before the first cycle. The heap may grow by `percent` of what is live, up to `capacity`.
    #[must_use]
    pub fn new(percent: usize, capacity: usize) -> Self {
        let mut pacer = Pacer {
            percent,
            capacity,
            goal: 0,
            trigger: 0,
        };
        pacer.cycle_ended(capacity / 32, 0);
        pacer
    }

    /// Plans the next one: `live` objects survived, and so many were `allocated` from the cycle's begin
    /// to its end.
    pub fn cycle_ended(&mut self, live: usize, allocated: usize) {
        let least = live + (self.capacity / 64).max(64);
        let grown = live.saturating_add(live.saturating_mul(self.percent) / 100);
        self.goal = grown.max(least).min(self.capacity);
        let room = self.goal.saturating_sub(live);
        let runway = (allocated + allocated / 4).clamp(room / 8, room - room / 4);
        self.trigger = self.goal - runway;
    }

    /// So many objects should never be exceeded.
    #[must_use]
    pub fn goal(&self) -> usize {
        self.goal
    }

    /// At so many objects the next cycle begins.
    #[must_use]
    pub fn trigger(&self) -> usize {
        self.trigger
    }
}
