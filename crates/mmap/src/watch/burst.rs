//! Debouncing: events that come in a burst are told together, when it is over.
//!
//! A burst is over when nothing has come for the *quiet* time, and in any case some time after its
//! first event, or a log file that grows all day would never be told. Nothing of it is dropped but
//! repetitions: what was written and is written again, or had its attributes changed twice, with
//! nothing else in between, is told once. That leaves a replay of the events with the same end.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::event::{Event, Op};

/// A burst lasts at most so many times the quiet time.
const PATIENCE: u32 = 10;

#[derive(Debug)]
pub(super) struct Burst {
    quiet: Duration,
    events: Vec<Event>,
    /// The last of `events` for each name.
    last: HashMap<PathBuf, Op>,
    /// The times of the first and the last thing that came; `None` between bursts.
    times: Option<(Instant, Instant)>,
}

impl Burst {
    pub(super) fn new(quiet: Duration) -> Self {
        Burst {
            quiet,
            events: Vec::new(),
            last: HashMap::new(),
            times: None,
        }
    }

    /// Something came, be it an event or not.
    pub(super) fn begin_or_prolong(&mut self, now: Instant) {
        let (first, _) = self.times.unwrap_or((now, now));
        self.times = Some((first, now));
    }

    pub(super) fn extend(&mut self, events: Vec<Event>, now: Instant) {
        for event in events {
            self.begin_or_prolong(now);
            let repeats = matches!(event.op, Op::Write | Op::Chmod)
                && self.last.get(&event.path) == Some(&event.op);
            if !repeats {
                self.last.insert(event.path.clone(), event.op);
                self.events.push(event);
            }
        }
    }

    /// When the burst is over.
    pub(super) fn due(&self) -> Option<Instant> {
        let (first, last) = self.times?;
        Some((last + self.quiet).min(first + self.quiet * PATIENCE))
    }

    /// All of it.
    pub(super) fn take(&mut self) -> Vec<Event> {
        self.times = None;
        self.last.clear();
        std::mem::take(&mut self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Duration = Duration::from_millis(10);

    #[test]
    fn repetitions_are_told_once_and_nothing_else_is_lost() {
        let mut burst = Burst::new(QUIET);
        let ops = [Op::Create, Op::Write, Op::Write, Op::Chmod, Op::Chmod];
        let more = [Event::new(Op::Write, "b"), Event::new(Op::Write, "a")];
        let events = ops.map(|op| Event::new(op, "a"));
        burst.extend(events.into_iter().chain(more).collect(), Instant::now());
        let told = burst.take();
        let told: Vec<_> = told.iter().map(ToString::to_string).collect();
        let expected = ["create a", "write a", "chmod a", "write b", "write a"];
        assert_eq!(told, expected);
        assert!(burst.take().is_empty());
    }

    #[test]
    fn silence_ends_a_burst_and_so_does_patience() {
        let (mut burst, start) = (Burst::new(QUIET), Instant::now());
        assert_eq!(burst.due(), None);
        burst.begin_or_prolong(start);
        assert_eq!(burst.due(), Some(start + QUIET));
        burst.begin_or_prolong(start + QUIET / 2);
        assert_eq!(burst.due(), Some(start + QUIET / 2 + QUIET));
        burst.begin_or_prolong(start + QUIET * 12);
        assert_eq!(burst.due(), Some(start + QUIET * PATIENCE));
    }
}
