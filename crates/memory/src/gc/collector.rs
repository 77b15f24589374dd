//! Which collector, and its settings.

/// Who does the work, and when. The algorithm is the same for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Collector {
    /// The thread that allocates, all at once, while every other stands still.
    Stop,
    /// The threads that allocate, a little before each scope.
    Incremental,
    /// A thread of its own; the world is stopped twice a cycle, and briefly.
    #[default]
    Concurrent,
}

/// A heap's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Who collects.
    pub collector: Collector,
    /// So many objects at most.
    pub capacity: usize,
    /// By how much the heap may grow over what is live until a cycle ends, like `GOGC`.
    pub percent: usize,
    /// How many objects a step marks.
    pub step: usize,
    /// After each step, stop the world and assert that no black object refers to a white one. Slow.
    pub check: bool,
}

impl Config {
    /// Concurrent, 100 percent, and steps of 4096.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Config {
            collector: Collector::Concurrent,
            capacity,
            percent: 100,
            step: 4096,
            check: false,
        }
    }

    /// With this collector.
    #[must_use]
    pub fn collector(self, collector: Collector) -> Self {
        Config { collector, ..self }
    }

    /// With steps of so many objects.
    #[must_use]
    pub fn step(self, step: usize) -> Self {
        Config { step, ..self }
    }

    /// With the invariant asserted after each step.
    #[must_use]
    pub fn check(self, check: bool) -> Self {
        Config { check, ..self }
    }
}
