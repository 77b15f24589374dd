//! The same rules on what the real runtime recorded: [`check_recorded`].
//!
//! Each M's events are in the order in which it wrote them. Those of two Ms are not always: an M makes
//! its task waiting, another wakes it and writes so, and only then the first writes that its turn was over. So
//! the checker looks for *one* order that keeps each M's own and in which everything is legal,
//! and takes the earliest event that can come next. If none can, no order explains the recording.
//!
//! Two things differ from the simulator, and are translated. A task in a blocking call is on the stack of
//! its M, so it is back when its M has a P, and never in a queue without. And the future of a
//! `block_on` is on no queue: its M waits for a P, woken or not, which counts as runnable.

use std::collections::{BTreeMap, VecDeque};

use super::owners::{Owner, Owners, State};
use super::turns::Turns;
use super::{Broken, Rule, Tally, Verdict};
use crate::runtime::TaskId;
use crate::sim::event::{Event, Reason, Return, What};
use crate::trace::{self, BLOCK_ON, Kind, Trace};

/// Checks a recording of the real runtime, which has to begin before the first task, to be whole, and to have
/// all tasks come to their own end.
///
/// Its events say what became of tasks, Ms and Ps, and nothing of queues, looks and wake-ups. So of the rules
/// these apply: [`Rule::States`] (of timers too: one that is set rings or is stopped, once), [`Rule::Owners`],
/// [`Rule::HandOff`] (a P is taken from an M in the kernel only), [`Rule::ExitSyscall`] (who comes back goes on
/// with its own P, or another), of [`Rule::StealHalf`] that nobody steals from itself, and [`Rule::OneIn61`] where
/// there is one P, and fewer tasks than its queue takes.
///
/// # Errors
///
/// The first event that breaks a rule in any order. Its index is in the order in which the events can have been.
pub fn check_recorded(trace: &Trace) -> Result<Tally, Broken> {
    let mut replay = Replay::new(trace);
    let mut index = 0;
    let broken = |index, event, (rule, why)| Broken {
        rule,
        index,
        event,
        why,
    };
    let whole = replay.tally.holds(Rule::NoneLost, trace.dropped == 0, || {
        format!("{} events were dropped", trace.dropped)
    });
    whole.map_err(|verdict| broken(index, None, verdict))?;
    while let Some(event) = replay.next() {
        let verdict = replay.see(&event);
        verdict.map_err(|verdict| broken(index, Some(translated(&event)), verdict))?;
        index += 1;
    }
    Ok(replay.tally)
}

/// Who wrote an event: an M, or a thread that is none, about one task.
type Writer = (Option<usize>, TaskId);

struct Replay {
    lanes: BTreeMap<Writer, VecDeque<trace::Event>>,
    owners: Owners,
    /// Those that are set, and who set them.
    timers: BTreeMap<u64, TaskId>,
    turns: Turns,
    tally: Tally,
}

impl Replay {
    fn new(trace: &Trace) -> Self {
        let mut lanes: BTreeMap<Writer, VecDeque<trace::Event>> = BTreeMap::new();
        for event in &trace.events {
            let task = if event.machine.is_some() {
                TaskId(0)
            } else {
                event.task
            };
            lanes
                .entry((event.machine, task))
                .or_default()
                .push_back(*event);
        }
        Replay {
            lanes,
            owners: Owners::with_idle(trace.processors),
            timers: BTreeMap::new(),
            turns: Turns::new(trace),
            tally: Tally::default(),
        }
    }

    /// The earliest event that can come next; the earliest at all if none can.
    fn next(&mut self) -> Option<trace::Event> {
        let heads = || {
            self.lanes
                .iter()
                .filter_map(|(writer, lane)| Some((*writer, lane.front()?)))
        };
        let possible = heads().filter(|(_, event)| self.is_possible(event));
        let earliest = possible.min_by_key(|(_, event)| event.time);
        let (writer, _) = earliest.or_else(|| heads().min_by_key(|(_, event)| event.time))?;
        self.lanes.get_mut(&writer)?.pop_front()
    }

    /// Whether what others do first is done.
    fn is_possible(&self, event: &trace::Event) -> bool {
        let state = self.owners.task(event.task);
        let p = event.argument as usize;
        match event.kind {
            Kind::Ready => is_block_on(event.task) || state == Some(State::Waiting),
            Kind::Start => is_block_on(event.task) || state == Some(State::Runnable),
            Kind::Retake => matches!(self.owners.owner(p), Owner::Kernel(_)),
            Kind::TimerFire | Kind::TimerStop => self.timers.contains_key(&number_of_timer(event)),
            Kind::ProcessorStart => match self.owners.owner(p) {
                Owner::Idle | Owner::Nobody => true,
                Owner::Kernel(_) => event.machine.and_then(|m| self.owners.left(m)) == Some(p),
                Owner::Given(_) | Owner::Machine(_) | Owner::Dead => false,
            },
            _ => true,
        }
    }

    fn see(&mut self, event: &trace::Event) -> Verdict {
        let as_it_is = translated(event);
        let state = self.owners.task(event.task);
        self.turns.see(event, &mut self.tally)?;
        match event.kind {
            // Its M looks at the clock again when it has a P.
            Kind::Ready if is_block_on(event.task) => Ok(()),
            Kind::Start if is_block_on(event.task) && state.is_none() => {
                let made = Event {
                    what: What::Created(None),
                    ..as_it_is
                };
                self.owners.see(&made, &mut self.tally)?;
                self.owners.see(&as_it_is, &mut self.tally)
            }
            Kind::ProcessorStart => self.processor_start(as_it_is),
            Kind::Steal => {
                let own = event.processor == Some(event.argument as usize);
                self.tally
                    .holds(Rule::StealHalf, !own, || "it is its own".to_owned())
            }
            Kind::Create
            | Kind::Ready
            | Kind::Start
            | Kind::Stop
            | Kind::Yield
            | Kind::Preempt
            | Kind::End
            | Kind::SyscallEnter
            | Kind::Retake
            | Kind::ProcessorStop => self.owners.see(&as_it_is, &mut self.tally),
            // A hand-off is told by who lets go and who gets; the end of a call by the P.
            Kind::SyscallExit
            | Kind::HandOff
            | Kind::TaskBegin
            | Kind::TaskEnd
            | Kind::RegionBegin
            | Kind::RegionEnd
            | Kind::Log => Ok(()),
            Kind::TimerSet => self.timer_set(event),
            Kind::TimerFire | Kind::TimerStop => self.timer_over(event),
        }
    }

    fn timer_set(&mut self, event: &trace::Event) -> Verdict {
        let number = number_of_timer(event);
        let is_new = self.timers.insert(number, event.task).is_none();
        self.tally
            .holds(Rule::States, is_new, || format!("timer {number} is set"))
    }

    /// It was set, by this task, and has neither rung nor been stopped.
    fn timer_over(&mut self, event: &trace::Event) -> Verdict {
        let number = number_of_timer(event);
        let is_set = self.timers.remove(&number) == Some(event.task);
        self.tally.holds(Rule::States, is_set, || {
            format!("timer {number} is not set")
        })
    }

    /// An M has a P: to look for work with, or to go on with the task that is on its stack.
    fn processor_start(&mut self, event: Event) -> Verdict {
        let m = event.machine.unwrap_or(usize::MAX);
        let Some(task) = self.owners.in_call(m) else {
            return self.owners.see(&event, &mut self.tally);
        };
        let p = event.processor.unwrap_or(usize::MAX);
        let back = match self.owners.owner(p) {
            Owner::Kernel(_) => Return::Same,
            _ => {
                self.owners.see(&event, &mut self.tally)?;
                Return::Another
            }
        };
        let left = Event {
            task: Some(task),
            what: What::LeftCall(back),
            ..event
        };
        self.owners.see(&left, &mut self.tally)
    }
}

fn number_of_timer(event: &trace::Event) -> u64 {
    event.argument & u64::from(u32::MAX)
}

fn is_block_on(task: TaskId) -> bool {
    task.0 >= BLOCK_ON
}

/// An event in the simulator's words, as far as that can be said without knowing what was before.
fn translated(event: &trace::Event) -> Event {
    let argument = Some(event.argument as usize);
    let (processor, what) = match event.kind {
        Kind::Create => (event.processor, What::Created(None)),
        Kind::Ready => (event.processor, What::Readied),
        Kind::Start => (event.processor, What::Started { inherits: false }),
        Kind::Stop if is_block_on(event.task) => (event.processor, What::Yielded),
        Kind::Stop => (event.processor, What::Parked(Reason::Unknown)),
        Kind::Yield => (event.processor, What::Yielded),
        Kind::Preempt => (event.processor, What::Preempted),
        Kind::End => (event.processor, What::Ended),
        Kind::SyscallEnter => (event.processor, What::EnteredCall),
        Kind::Retake => (argument, What::Retook),
        Kind::ProcessorStart => (argument, What::GotProcessor),
        Kind::ProcessorStop => (argument, What::LetGo),
        Kind::Steal
        | Kind::SyscallExit
        | Kind::HandOff
        | Kind::TimerSet
        | Kind::TimerFire
        | Kind::TimerStop
        | Kind::TaskBegin
        | Kind::TaskEnd
        | Kind::RegionBegin
        | Kind::RegionEnd
        | Kind::Log => (event.processor, What::StopsSpinning),
    };
    Event {
        time: event.time,
        machine: event.machine,
        processor,
        task: Some(event.task).filter(|task| task.0 != 0),
        what,
    }
}
