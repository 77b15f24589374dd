//! When to start, when to tell, when to leave: the rules, without a process or a clock.
//!
//! Events and the time go in, actions come out. One worker is the *newest*. While it is younger than
//! the interval it is on probation: if it ends, another takes its turn and the old ones go on serving.
//! When it has passed, the old ones are told to end, each once.
//!
//! ```text
//! Due --start--> Launching --started--> Probation --interval--> Delay --kill-old-delay--> Serving
//!  ^                 | failed               | newest ends         | newest ends               |
//!  +-----------------+----------------------+---------------------+------- newest ends, HUP --+
//! ```
//!
//! TERM leads from everywhere to Leaving, which nothing leads out of.

use std::collections::BTreeMap;
use std::process::ExitStatus;
use std::time::Duration;

use nix::unistd::Pid;

use super::note::Note;

/// Since some moment that the caller chose.
pub type Time = Duration;

/// What the user may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// The least time between two starts, and how long a new worker is on probation.
    pub interval: Duration,
    /// How long the old ones are let be when the new one has passed.
    pub kill_old_delay: Duration,
    /// A new generation so often, without being asked.
    pub auto_restart: Option<Duration>,
}

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The process that [`Action::Start`] asked for.
    Started(Pid),
    /// There is no process: the program cannot be run.
    NotStarted,
    /// A worker has ended.
    Ended(Pid, ExitStatus),
    /// A new generation is wanted.
    Hup,
    /// All is to end.
    Term,
    /// Time has passed.
    Tick,
}

/// Why a worker is told to end; each reason has its own signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A new generation serves.
    Replaced,
    /// The starter ends.
    Leaving,
}

/// What is to be done, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Start a worker, and answer with `Started` or `NotStarted`.
    Start {
        /// Its generation.
        generation: u64,
    },
    /// Send the signal that belongs to the reason.
    Tell(Pid, Why),
    /// Write down who lives.
    Status,
    /// For the user.
    Note(Note),
    /// All workers have ended.
    Leave,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The next start is at this time.
    Due(Time),
    /// The caller owes an answer.
    Launching,
    /// The newest passes at this time, if it lives.
    Probation(Time),
    /// The old ones are told at this time.
    Delay(Time),
    Serving,
    Leaving,
    /// `Leave` was given.
    Left,
}

#[derive(Debug, Clone, Copy)]
struct Old {
    generation: u64,
    told: bool,
}

/// The rules and where they stand. Pure: no process, no clock.
#[derive(Debug)]
pub struct Machine {
    policy: Policy,
    phase: Phase,
    /// Of the newest worker.
    generation: u64,
    newest: Option<Pid>,
    /// When the newest was asked for.
    last_start: Time,
    /// When a worker last passed its probation.
    last_ready: Time,
    old: BTreeMap<Pid, Old>,
    /// A HUP came while a new generation was under way: one more follows.
    again: bool,
    actions: Vec<Action>,
}

impl Machine {
    /// The first start is due at time zero, with the first event.
    pub fn new(policy: Policy) -> Self {
        Machine {
            policy,
            phase: Phase::Due(Time::ZERO),
            generation: 0,
            newest: None,
            last_start: Time::ZERO,
            last_ready: Time::ZERO,
            old: BTreeMap::new(),
            again: false,
            actions: Vec::new(),
        }
    }

    /// Other rules from now on; a probation or delay that runs keeps its end.
    pub fn set_policy(&mut self, policy: Policy) {
        self.policy = policy;
    }

    /// Who lives, with generations in order.
    pub fn workers(&self) -> Vec<(u64, Pid)> {
        let old = self.old.iter().map(|(&pid, old)| (old.generation, pid));
        let newest = self.newest.map(|pid| (self.generation, pid));
        let mut all: Vec<_> = old.chain(newest).collect();
        all.sort_unstable();
        all
    }

    /// When the next [`Event::Tick`] is wanted, if nothing else happens.
    pub fn deadline(&self) -> Option<Time> {
        match self.phase {
            Phase::Due(at) | Phase::Probation(at) | Phase::Delay(at) => Some(at),
            Phase::Serving => self.auto_restart_at(),
            Phase::Launching | Phase::Leaving | Phase::Left => None,
        }
    }

    /// What to do about `event`.
    pub fn handle(&mut self, now: Time, event: Event) -> Vec<Action> {
        match event {
            Event::Started(pid) => self.started(now, pid),
            Event::NotStarted => self.start_later(),
            Event::Ended(pid, status) => self.ended(now, pid, status),
            Event::Hup => self.hup(),
            Event::Term => self.term(),
            Event::Tick => {}
        }
        self.pass_time(now);
        std::mem::take(&mut self.actions)
    }

    fn started(&mut self, now: Time, pid: Pid) {
        self.newest = Some(pid);
        let generation = self.generation;
        self.note(Note::Started { pid, generation });
        match self.phase {
            Phase::Launching => self.phase = Phase::Probation(now + self.policy.interval),
            // TERM came in between.
            _ => self.actions.push(Action::Tell(pid, Why::Leaving)),
        }
    }

    fn start_later(&mut self) {
        if self.phase != Phase::Leaving {
            self.phase = Phase::Due(self.last_start + self.policy.interval);
        }
        self.leave_if_alone();
    }

    fn ended(&mut self, now: Time, pid: Pid, status: ExitStatus) {
        if self.newest == Some(pid) {
            self.newest = None;
            let probation = matches!(self.phase, Phase::Probation(until) if now < until);
            self.note(match (self.phase, probation) {
                (Phase::Leaving, _) => Note::Ended { pid, status },
                (_, true) => Note::Failed { pid, status },
                _ => Note::Unexpected { pid, status },
            });
        } else if self.old.remove(&pid).is_some() {
            self.note(Note::Ended { pid, status });
        } else {
            return;
        }
        self.actions.push(Action::Status);
        if self.newest.is_none() && !matches!(self.phase, Phase::Due(_) | Phase::Launching) {
            self.start_later();
        }
        self.leave_if_alone();
    }

    fn hup(&mut self) {
        match self.phase {
            Phase::Leaving | Phase::Left => {}
            _ => {
                self.note(Note::Hup);
                self.again = true;
            }
        }
    }

    fn term(&mut self) {
        if matches!(self.phase, Phase::Leaving | Phase::Left) {
            return;
        }
        let pids: Vec<Pid> = self.workers().into_iter().map(|(_, pid)| pid).collect();
        let launching = self.phase == Phase::Launching;
        self.phase = Phase::Leaving;
        self.note(Note::Leaving(pids.clone()));
        let tell = |pid| Action::Tell(pid, Why::Leaving);
        self.actions.extend(pids.into_iter().map(tell));
        // A worker that is being started is not known yet: its answer decides.
        if !launching {
            self.leave_if_alone();
        }
    }

    fn leave_if_alone(&mut self) {
        if self.phase == Phase::Leaving && self.newest.is_none() && self.old.is_empty() {
            self.phase = Phase::Left;
            self.actions.push(Action::Leave);
        }
    }

    fn pass_time(&mut self, now: Time) {
        match self.phase {
            Phase::Due(at) if now >= at => self.start(now),
            Phase::Probation(until) if now >= until => self.ready(now),
            Phase::Delay(until) if now >= until => self.tell_old(),
            _ => {}
        }
        if self.phase == Phase::Serving && self.again {
            self.replace(now);
        } else if self.phase == Phase::Serving && self.auto_restart_at().is_some_and(|at| now >= at)
        {
            let forced = !self.old.is_empty();
            self.note(Note::AutoRestart { forced });
            self.replace(now);
        }
    }

    /// Twice the time while old workers have not ended yet.
    fn auto_restart_at(&self) -> Option<Time> {
        let factor = if self.old.is_empty() { 1 } else { 2 };
        let interval = self.policy.auto_restart?;
        Some(self.last_ready + interval * factor)
    }

    /// The newest becomes an old one, and goes on serving until the next has passed.
    fn replace(&mut self, now: Time) {
        if let Some(pid) = self.newest.take() {
            let generation = self.generation;
            let told = false;
            self.old.insert(pid, Old { generation, told });
        }
        self.start(now);
    }

    fn start(&mut self, now: Time) {
        // What was asked for until now, this one answers.
        self.again = false;
        self.generation += 1;
        self.last_start = now;
        self.phase = Phase::Launching;
        let generation = self.generation;
        self.actions.push(Action::Start { generation });
    }

    fn ready(&mut self, now: Time) {
        self.last_ready = now;
        self.actions.push(Action::Status);
        let pid = self.newest.expect("a worker on probation lives");
        let generation = self.generation;
        self.note(Note::Ready { pid, generation });
        let delay = self.policy.kill_old_delay;
        if delay.is_zero() || self.old.is_empty() {
            self.tell_old();
        } else {
            self.note(Note::Delay(delay));
            self.phase = Phase::Delay(now + delay);
        }
    }

    fn tell_old(&mut self) {
        self.phase = Phase::Serving;
        let untold = self.old.iter_mut().filter(|(_, old)| !old.told);
        let pids: Vec<Pid> = untold
            .map(|(&pid, old)| {
                old.told = true;
                pid
            })
            .collect();
        if !pids.is_empty() {
            self.note(Note::Replaced(pids.clone()));
        }
        let tell = |pid| Action::Tell(pid, Why::Replaced);
        self.actions.extend(pids.into_iter().map(tell));
    }

    fn note(&mut self, note: Note) {
        self.actions.push(Action::Note(note));
    }
}
