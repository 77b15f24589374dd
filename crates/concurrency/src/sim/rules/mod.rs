//! What every log has to keep to, whatever the program and the seed.
//!
//! The checker does not know the simulator. It reads events, keeps its own account of who has what
//! and which G is where, and refuses the first event that cannot be. So it is the scheduler's
//! specification, in a form that can be run; and it is run on [logs](check) of the simulator and on what
//! the real runtime has [recorded](check_recorded).
//!
//! Each rule counts on how many occasions it was tried: one that had none says nothing.

mod clock;
mod looks;
mod order;
mod owners;
mod places;
mod recorded;
mod turns;

use std::collections::BTreeMap;
use std::fmt;

use super::event::Event;
use super::log::{Log, Outcome};
use clock::Clock;
use looks::Looks;
use order::Order;
use owners::Owners;
use places::Places;

pub use recorded::check_recorded;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A program begins in one order.
    Bootstrap,
    /// A G's changes of state are legal ones, and a G that was woken runs once.
    States,
    /// A G runs on an M that has a P; a P has one M, an idle one none.
    Owners,
    /// A G is in one place: a queue, or an M's hand, or none.
    OnePlace,
    /// The ring takes 256; the next one goes to the global queue with half of it.
    RingOf256,
    /// A P with tasks of its own takes from the global queue once in 61 turns.
    OneIn61,
    /// An M looks for work in one order, and starts what it found.
    LookOrder,
    /// A thief takes half of a ring, rounded up, or the one in the slot.
    StealHalf,
    /// An M spins when few do, and is woken to spin when nobody does.
    Spinning,
    /// A G is asked to give way after 10 ms, and a signal makes it.
    Preemption,
    /// A G that gives its turn away goes to the global queue.
    PreemptPath,
    /// A P is taken from an M that is in the kernel, and for a while.
    HandOff,
    /// A G that comes back goes to the global queue only when there is no P for it.
    ExitSyscall,
    /// The poller is made once, on first use, and one M waits there at a time.
    Poller,
    /// sysmon looks every 20 µs to 10 ms, half as often each time.
    Sysmon,
    /// No P is idle for long while a G is in a queue.
    Conservation,
    /// At the end no G is left in a queue.
    NoneLost,
}

impl Rule {
    /// All that there are.
    pub const ALL: [Rule; 17] = [
        Rule::Bootstrap,
        Rule::States,
        Rule::Owners,
        Rule::OnePlace,
        Rule::RingOf256,
        Rule::OneIn61,
        Rule::LookOrder,
        Rule::StealHalf,
        Rule::Spinning,
        Rule::Preemption,
        Rule::PreemptPath,
        Rule::HandOff,
        Rule::ExitSyscall,
        Rule::Poller,
        Rule::Sysmon,
        Rule::Conservation,
        Rule::NoneLost,
    ];
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Rule::Bootstrap => "a program begins in one order",
            Rule::States => "a G changes its state in legal ways",
            Rule::Owners => "a G runs on an M that has a P",
            Rule::OnePlace => "a G is in one place",
            Rule::RingOf256 => "a full ring gives half away",
            Rule::OneIn61 => "one turn in 61 is the global queue's",
            Rule::LookOrder => "an M looks for work in one order",
            Rule::StealHalf => "a thief takes half",
            Rule::Spinning => "few Ms spin",
            Rule::Preemption => "a G is stopped after 10 ms",
            Rule::PreemptPath => "who gives way goes to the global queue",
            Rule::HandOff => "a P is taken from a call that lasts",
            Rule::ExitSyscall => "who comes back takes a P if there is one",
            Rule::Poller => "one poller, and one who waits there",
            Rule::Sysmon => "sysmon looks every 20 µs to 10 ms",
            Rule::Conservation => "no P is idle while a G is in a queue",
            Rule::NoneLost => "no G is lost",
        })
    }
}

/// A log that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule}: {why}, at event {index}{}", shown(.event))]
pub struct Broken {
    /// Which rule does not hold.
    pub rule: Rule,
    /// Which event it is; the number of events if it is about the end.
    pub index: usize,
    /// The event.
    pub event: Option<Event>,
    /// What is wrong with it.
    pub why: String,
}

fn shown(event: &Option<Event>) -> String {
    event.map_or(String::new(), |event| format!(":\n{event}"))
}

/// On how many occasions each rule was tried.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally(BTreeMap<Rule, usize>);

impl Tally {
    /// Of this rule.
    #[must_use]
    pub fn of(&self, rule: Rule) -> usize {
        self.0.get(&rule).copied().unwrap_or(0)
    }

    /// One more occasion, on which the rule holds or does not.
    fn holds(&mut self, rule: Rule, is_so: bool, why: impl FnOnce() -> String) -> Verdict {
        *self.0.entry(rule).or_default() += 1;
        if is_so { Ok(()) } else { Err((rule, why())) }
    }
}

/// The rule that does not hold, and why.
type Verdict = Result<(), (Rule, String)>;

/// Checks a log of the simulator against all rules.
///
/// # Errors
///
/// The first event that breaks one.
pub fn check(log: &Log) -> Result<Tally, Broken> {
    let mut checker = Checker::default();
    for (index, event) in log.events.iter().enumerate() {
        let verdict = checker.see(event, log.settings.signals);
        verdict.map_err(|(rule, why)| Broken {
            rule,
            index,
            event: Some(*event),
            why,
        })?;
    }
    let verdict = checker.end(&log.outcome);
    verdict.map_err(|(rule, why)| Broken {
        rule,
        index: log.events.len(),
        event: None,
        why,
    })?;
    Ok(checker.tally)
}

#[derive(Default)]
struct Checker {
    tally: Tally,
    order: Order,
    owners: Owners,
    places: Places,
    looks: Looks,
    clock: Clock,
}

impl Checker {
    fn see(&mut self, event: &Event, signals: bool) -> Verdict {
        let tally = &mut self.tally;
        // These ask how things stood before the event.
        self.order.see(event, tally)?;
        self.looks.see(event, &self.owners, &self.places, tally)?;
        self.clock
            .see(event, signals, &self.owners, &self.places, tally)?;
        self.owners.see(event, tally)?;
        self.places.see(event, self.owners.active, tally)?;
        self.clock.after(event, &self.owners, &self.places);
        Ok(())
    }

    fn end(&mut self, outcome: &Outcome) -> Verdict {
        self.order.end(outcome, &mut self.tally)?;
        let (lost, live) = (self.places.occupied(), self.owners.live());
        let (left, may_be_queued) = match outcome {
            Outcome::Finished { left } => (*left, *left > 0),
            Outcome::Deadlock(tasks) => (tasks.len(), false),
            Outcome::TimedOut => return Ok(()),
        };
        self.tally.holds(Rule::NoneLost, live == left, || {
            format!("{live} Gs are not over, of which the outcome knows {left}")
        })?;
        let none = may_be_queued || lost == 0;
        self.tally.holds(Rule::NoneLost, none, || {
            format!("{lost} Gs are in queues at the end")
        })
    }
}
