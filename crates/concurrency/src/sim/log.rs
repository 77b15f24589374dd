//! How a program is run, and what comes of it.

use std::time::Duration;

use super::event::{Event, What};
use crate::runtime::{MAX_PROCESSORS, TaskId};

/// How a program is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The machine's cores.
    pub cores: usize,
    /// GOMAXPROCS, if it is set.
    pub processors: Option<usize>,
    /// From which all that looks like chance follows.
    pub seed: u64,
    /// Whether sysmon sends signals, as Go does since 1.14.
    pub signals: bool,
    /// How often the global queue comes first; 61.
    pub global_each: u32,
    /// Whether an M that gives up looks once more. Without it Gs can be left lying.
    pub second_look: bool,
    /// The program is stopped when it has taken so long.
    pub limit: Duration,
}

impl Settings {
    /// So many Ps, as in Go.
    #[must_use]
    pub fn new(processors: usize, seed: u64) -> Self {
        Settings {
            cores: processors.clamp(1, MAX_PROCESSORS),
            processors: None,
            seed,
            signals: true,
            global_each: 61,
            second_look: true,
            limit: Duration::from_secs(600),
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// `main` returned. So many other Gs were not over.
    Finished {
        /// They end with the program.
        left: usize,
    },
    /// All wait for each other: those.
    Deadlock(Vec<TaskId>),
    /// It took longer than the settings allow.
    TimedOut,
}

/// What happened, from the beginning to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// In the order of virtual time.
    pub events: Vec<Event>,
    /// How it ended.
    pub outcome: Outcome,
    /// How it was run.
    pub settings: Settings,
}

impl Log {
    /// Virtual time from the beginning to the end.
    #[must_use]
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(self.events.last().map_or(0, |event| event.time))
    }

    /// How many events there are of which `is` holds.
    #[must_use]
    pub fn count(&self, is: impl Fn(&What) -> bool) -> usize {
        self.events.iter().filter(|event| is(&event.what)).count()
    }
}
