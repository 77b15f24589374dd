//! Rules about time: slices, calls, sysmon's period, and for how long a P may be idle though there is work.

use std::collections::{BTreeMap, BTreeSet};

use super::owners::{Owner, Owners, State};
use super::places::Places;
use super::{Rule, Tally, Verdict};
use crate::runtime::TaskId;
use crate::sim::event::{Event, Return, Time, What};
use crate::sim::sysmon::{LONGEST, SHORTEST, SLICE};

/// So quick a signal is: it arrives, its handler runs, and the G is off its M.
const SIGNALLED: Time = 10_000;

/// So long a G may be in a queue while a P is idle and no other M comes to run one: Ms are woken one after the
/// other, each by the one before, and each may be a new thread that first looks everywhere.
const IDLE: Time = 100_000;

#[derive(Debug, Default)]
pub(super) struct Clock {
    /// Since when the present slice of a P runs.
    slices: BTreeMap<usize, Time>,
    /// Since when the M of a P is in the kernel.
    calls: BTreeMap<usize, Time>,
    /// Who was asked to give way, and when.
    asked: BTreeMap<TaskId, Time>,
    period: Option<Time>,
    /// Since when a P is idle while a G is in a queue, or since when an M more runs one.
    idle: Option<Time>,
    /// Ms that have got a P and not run anything yet.
    fresh: BTreeSet<usize>,
}

impl Clock {
    pub(super) fn see(
        &mut self,
        event: &Event,
        signals: bool,
        owners: &Owners,
        places: &Places,
        tally: &mut Tally,
    ) -> Verdict {
        let now = event.time;
        if let Some(since) = self.idle
            && let Some(queued) = places.oldest()
        {
            let waits = now - since.max(queued);
            tally.holds(Rule::Conservation, waits <= IDLE, || {
                format!("since {waits} ns")
            })?;
        }
        let p = event.processor.unwrap_or(usize::MAX);
        match event.what {
            What::Started { inherits: false } | What::LeftCall(Return::Another) => {
                self.slices.insert(p, now);
                Ok(())
            }
            What::EnteredCall => {
                self.calls.insert(p, now);
                self.stops(event, signals, tally)
            }
            What::Parked(_) | What::Yielded | What::Preempted | What::Ended => {
                self.stops(event, signals, tally)
            }
            What::Asked => self.asks(event, owners, tally),
            What::Retook => {
                let since = self.calls.get(&p).copied().unwrap_or(now);
                let lasts = now - since;
                let retires = p >= owners.active;
                tally.holds(Rule::HandOff, lasts >= SHORTEST || retires, || {
                    format!("the call lasts for {lasts} ns")
                })
            }
            What::Period(period) => {
                let before = self.period.replace(period);
                let doubled = before.map(|before| (2 * before).min(LONGEST));
                let legal = period == SHORTEST || Some(period) == doubled;
                tally.holds(Rule::Sysmon, legal, || format!("it was {before:?}"))
            }
            _ => Ok(()),
        }
    }

    fn asks(&mut self, event: &Event, owners: &Owners, tally: &mut Tally) -> Verdict {
        let p = event.processor.unwrap_or(usize::MAX);
        let id = event.task.unwrap_or(TaskId(0));
        self.asked.insert(id, event.time);
        let runs = matches!(owners.task(id), Some(State::Running(m)) if owners.owner(p) == Owner::Machine(m));
        tally.holds(Rule::Preemption, runs, || format!("G{id} does not run"))?;
        let since = self.slices.get(&p).copied().unwrap_or(event.time);
        let had = event.time - since;
        let retires = p >= owners.active;
        tally.holds(Rule::Preemption, had >= SLICE || retires, || {
            format!("its slice is {had} ns old")
        })
    }

    /// The G of the event is off its P.
    fn stops(&mut self, event: &Event, signals: bool, tally: &mut Tally) -> Verdict {
        let id = event.task.unwrap_or(TaskId(0));
        let asked = self.asked.remove(&id);
        if event.what == What::Preempted {
            tally.holds(Rule::Preemption, asked.is_some(), || {
                "nobody asked it".to_owned()
            })?;
        }
        let Some(asked) = asked.filter(|_| signals) else {
            return Ok(());
        };
        let late = event.time - asked;
        tally.holds(Rule::Preemption, late <= SIGNALLED, || {
            format!("it was signalled {late} ns ago")
        })
    }

    /// How things stand after an event.
    pub(super) fn after(&mut self, event: &Event, owners: &Owners, places: &Places) {
        let m = event.machine.unwrap_or(usize::MAX);
        let one_more = match event.what {
            What::GotProcessor => {
                self.fresh.insert(m);
                false
            }
            What::Started { .. } => self.fresh.remove(&m),
            _ => false,
        };
        let wasted = owners.idle() > 0 && places.oldest().is_some();
        self.idle = wasted.then_some(match self.idle {
            Some(since) if !one_more => since,
            _ => event.time,
        });
    }
}
