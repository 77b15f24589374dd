//! A traced run, by source line and in its order.

use std::time::Duration;

use syscalls::event::{Event, Kind, Pid};
use syscalls::source::{Calls, View};

/// What the kernel saw of a lesson.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Trace {
    /// By line, from 1; lines without calls are left out.
    pub(crate) lines: Vec<(usize, Place)>,
    /// Calls that no line led to, by program and function.
    pub(crate) elsewhere: Vec<(String, Place)>,
    /// The first of what happened, in order.
    pub(crate) steps: Vec<Step>,
    /// Whether only the calls that the lesson's block names were traced.
    pub(crate) filtered: bool,
}

/// The calls of one place, as [`syscalls::source`] folds them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Place {
    pub(crate) shown: Vec<Repeated>,
    /// How many more of each name.
    pub(crate) counted: Vec<(String, u64)>,
}

/// Equal calls in a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Repeated {
    pub(crate) text: String,
    pub(crate) failed: bool,
    pub(crate) times: u64,
}

/// One thing that happened to a task.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) pid: Pid,
    pub(crate) tid: Pid,
    /// Since the first step.
    pub(crate) start: Duration,
    pub(crate) took: Duration,
    pub(crate) what: Happening,
    /// The call, the signal or the end in words.
    pub(crate) text: String,
}

/// The kinds of [`Step`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happening {
    Call,
    Signal,
    End,
}

/// As many steps as a picture could use many times over.
const STEPS: usize = 600;

impl Trace {
    /// The calls of a view, without steps yet.
    pub(crate) fn of(view: &View, filtered: bool) -> Self {
        let lines = (1..).zip(view.lines().map(|(_, calls)| calls));
        Self {
            lines: lines
                .filter(|(_, calls)| !calls.is_empty())
                .map(|(number, calls)| (number, Place::of(calls)))
                .collect(),
            elsewhere: view
                .elsewhere()
                .map(|(origin, calls)| (origin.to_owned(), Place::of(calls)))
                .collect(),
            steps: Vec::new(),
            filtered,
        }
    }
}

impl Place {
    fn of(calls: &Calls) -> Self {
        let shown = calls.shown().iter().map(|call| Repeated {
            text: call.text.clone(),
            failed: call.failed,
            times: call.times,
        });
        let counted = calls
            .counted()
            .map(|(name, count)| (name.to_owned(), count));
        Self {
            shown: shown.collect(),
            counted: counted.collect(),
        }
    }
}

/// Collects the steps of a run.
#[derive(Default)]
pub(crate) struct Steps {
    first: Option<Duration>,
    pub(crate) taken: Vec<Step>,
}

impl Steps {
    pub(crate) fn add(&mut self, event: &Event) {
        if self.taken.len() == STEPS {
            return;
        }
        let (what, text, took) = match &event.kind {
            Kind::Call(call) => (Happening::Call, call.to_string(), call.took),
            Kind::Signal { name, .. } => (Happening::Signal, name.clone(), Duration::ZERO),
            Kind::Exited(status) => {
                let text = format!("exited with {status}");
                (Happening::End, text, Duration::ZERO)
            }
            Kind::Killed { signal, .. } => {
                let text = format!("killed by {signal}");
                (Happening::End, text, Duration::ZERO)
            }
            _ => return,
        };
        let first = *self.first.get_or_insert(event.time);
        self.taken.push(Step {
            pid: event.pid,
            tid: event.tid,
            start: event.time.saturating_sub(first),
            took,
            what,
            text,
        });
    }
}
