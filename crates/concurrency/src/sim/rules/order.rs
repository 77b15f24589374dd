//! The order in which a program begins and ends, and the poller is used.

use super::{Rule, Tally, Verdict};
use crate::runtime::TaskId;
use crate::sim::event::{Event, Queue, Reason, What};
use crate::sim::log::Outcome;

/// The first goroutine.
const MAIN: TaskId = TaskId(1);

#[derive(Debug, Default)]
pub(super) struct Order {
    /// How many of the steps were taken.
    begun: usize,
    poller: bool,
    /// Who waits for the network.
    polls: Option<usize>,
    over: bool,
}

/// What comes first, step by step.
fn step_of(event: &Event) -> Option<usize> {
    let main = event.task == Some(MAIN);
    Some(match event.what {
        What::Linked => 0,
        What::OsInit(_) => 1,
        What::SchedInit => 2,
        What::Resized(_) => 3,
        What::GotProcessor => 4,
        What::Created(None) if main => 5,
        What::Queued(Queue::Slot) if main => 6,
        What::MachineStart => 7,
        What::Started { .. } if main => 8,
        What::Watches => 9,
        _ => return None,
    })
}

const STEPS: usize = 10;

impl Order {
    pub(super) fn see(&mut self, event: &Event, tally: &mut Tally) -> Verdict {
        tally.holds(Rule::NoneLost, !self.over, || {
            "the program is over".to_owned()
        })?;
        if self.begun < STEPS {
            self.begins(event, tally)?;
        }
        match event.what {
            What::Exited | What::Deadlocked => self.over = true,
            What::PollerMade => {
                let before = std::mem::replace(&mut self.poller, true);
                return tally.holds(Rule::Poller, !before, || "it is there".to_owned());
            }
            What::Parked(Reason::Sleep | Reason::Network) => {
                return tally.holds(Rule::Poller, self.poller, || "there is none".to_owned());
            }
            What::Polls(_) => {
                let before = self.polls.replace(event.machine.unwrap_or(usize::MAX));
                let alone = self.poller && before.is_none();
                return tally.holds(Rule::Poller, alone, || format!("{before:?} does"));
            }
            What::Polled(_) => {
                let polls = self.polls.take();
                return tally.holds(Rule::Poller, polls == event.machine, || {
                    format!("{polls:?} does")
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn begins(&mut self, event: &Event, tally: &mut Tally) -> Verdict {
        let begun = self.begun;
        if step_of(event) == Some(begun) {
            self.begun += 1;
        }
        let is_early = step_of(event).is_some_and(|step| step > begun);
        tally.holds(Rule::Bootstrap, !is_early, || {
            format!("only {begun} steps were taken")
        })?;
        let alone = event.machine == Some(0) || event.what == What::Watches;
        tally.holds(Rule::Bootstrap, alone, || "only m0 is there".to_owned())
    }

    pub(super) fn end(&mut self, outcome: &Outcome, tally: &mut Tally) -> Verdict {
        let over = self.over || *outcome == Outcome::TimedOut;
        tally.holds(Rule::NoneLost, over, || {
            "the log ends before the program".to_owned()
        })
    }
}
