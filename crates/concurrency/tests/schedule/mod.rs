//! Random programs that cannot hang: a schedule is drawn up first, step by step, with only such steps
//! as can be made at that moment. What happens before what is written down along the way, from the
//! rules of the memory model and without any clock.

use std::collections::VecDeque;

use concurrency::race::report::Kind;

pub(crate) const VARIABLES: usize = 3;
pub(crate) const LOCKS: usize = 2;
pub(crate) const THREADS: usize = 4;
/// Room in the buffered channel.
pub(crate) const CAPACITY: usize = 2;

/// What a thread does at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Access(usize, Kind),
    Lock(usize),
    Unlock(usize),
    BeginReading,
    EndReading,
    BeginWriting,
    EndWriting,
    Send,
    Receive,
    /// To that thread, without a buffer: both take this one step at the same time.
    MeetTo(usize),
    Store,
    Load,
    FetchAdd,
    Add,
    Done,
    Wait,
    Spawn(usize),
    Join(usize),
}

/// One thing that happened.
#[derive(Debug)]
struct Event {
    thread: usize,
    access: Option<(usize, Kind)>,
    /// What has happened right before it: all else follows.
    after: Vec<usize>,
}

/// A program with its order in time, and with its order.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    pub(crate) steps: Vec<(usize, Step)>,
    events: Vec<Event>,
    threads: [Thread; THREADS],
    started: usize,
    locks: [Lock; LOCKS],
    readers: Vec<usize>,
    writer: Option<usize>,
    read_ends: Vec<usize>,
    write_ends: Vec<usize>,
    buffer: VecDeque<usize>,
    permits: VecDeque<Option<usize>>,
    writes_seen: Vec<usize>,
    waited_for: usize,
    done: Vec<usize>,
}

#[derive(Debug, Default)]
struct Thread {
    is_running: bool,
    last: Option<usize>,
}

#[derive(Debug, Default)]
struct Lock {
    owner: Option<usize>,
    unlocked: Option<usize>,
}

/// The first race of a variable: the access that it shows at, and those that it may be with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FirstRace {
    pub(crate) variable: usize,
    pub(crate) kind: Kind,
    pub(crate) thread: usize,
    pub(crate) with: Vec<(Kind, usize)>,
}

impl Schedule {
    /// From random numbers: who, what, with which object.
    pub(crate) fn draw(choices: &[(u8, u8, u8)]) -> Schedule {
        let mut schedule = Schedule {
            started: 1,
            permits: VecDeque::from([None; CAPACITY]),
            ..Schedule::default()
        };
        schedule.threads[0].is_running = true;
        for &(who, what, which) in choices {
            let running = (0..THREADS).filter(|&thread| schedule.threads[thread].is_running);
            let running: Vec<usize> = running.collect();
            let thread = running[usize::from(who) % running.len()];
            if let Some(step) = schedule.step(thread, what, usize::from(which)) {
                schedule.make(thread, step);
            }
        }
        schedule
    }

    /// A step that can be made now without waiting.
    fn step(&self, me: usize, what: u8, which: usize) -> Option<Step> {
        let variable = which % VARIABLES;
        let lock = which % LOCKS;
        let other = which % THREADS;
        let step = match what % 16 {
            0..=2 => Step::Access(variable, Kind::Read),
            3..=5 => Step::Access(variable, Kind::Write),
            6 | 7 if self.locks[lock].owner == Some(me) => Step::Unlock(lock),
            6 | 7 if self.locks[lock].owner.is_none() => Step::Lock(lock),
            8 if self.readers.contains(&me) => Step::EndReading,
            8 if self.writer.is_none() => Step::BeginReading,
            9 if self.writer == Some(me) => Step::EndWriting,
            9 if self.writer.is_none() && self.readers.is_empty() => Step::BeginWriting,
            10 if self.buffer.len() < CAPACITY => Step::Send,
            11 if !self.buffer.is_empty() => Step::Receive,
            12 if other != me && self.threads[other].is_running => Step::MeetTo(other),
            13 => [Step::Store, Step::Load, Step::FetchAdd][which % 3],
            14 => match which % 3 {
                0 if self.waited_for > 0 => Step::Done,
                1 if self.waited_for == 0 => Step::Wait,
                _ => Step::Add,
            },
            15 if self.started < THREADS && which.is_multiple_of(2) => Step::Spawn(self.started),
            15 if other != me && other != 0 && self.can_end(other) => Step::Join(other),
            _ => return None,
        };
        Some(step)
    }

    fn can_end(&self, thread: usize) -> bool {
        self.threads[thread].is_running
            && self.locks.iter().all(|lock| lock.owner != Some(thread))
            && self.writer != Some(thread)
            && !self.readers.contains(&thread)
    }

    fn event(&mut self, thread: usize, after: impl IntoIterator<Item = usize>) -> usize {
        let last = self.threads[thread].last;
        self.events.push(Event {
            thread,
            access: None,
            after: after.into_iter().chain(last).collect(),
        });
        let event = self.events.len() - 1;
        self.threads[thread].last = Some(event);
        event
    }

    fn make(&mut self, me: usize, step: Step) {
        self.steps.push((me, step));
        match step {
            Step::Access(variable, kind) => {
                let event = self.event(me, []);
                self.events[event].access = Some((variable, kind));
            }
            Step::Lock(lock) => {
                self.locks[lock].owner = Some(me);
                self.event(me, self.locks[lock].unlocked);
            }
            Step::Unlock(lock) => {
                self.locks[lock].owner = None;
                self.locks[lock].unlocked = Some(self.event(me, []));
            }
            Step::BeginReading => {
                self.readers.push(me);
                self.event(me, self.write_ends.clone());
            }
            Step::EndReading => {
                self.readers.retain(|&reader| reader != me);
                let end = self.event(me, []);
                self.read_ends.push(end);
            }
            Step::BeginWriting => {
                self.writer = Some(me);
                let ends = [&self.read_ends[..], &self.write_ends].concat();
                self.event(me, ends);
            }
            Step::EndWriting => {
                self.writer = None;
                let end = self.event(me, []);
                self.write_ends.push(end);
            }
            Step::Send => {
                let permit = self.permits.pop_front().expect("there is room");
                let sent = self.event(me, permit);
                self.buffer.push_back(sent);
            }
            Step::Receive => {
                let sent = self.buffer.pop_front();
                let received = self.event(me, sent);
                self.permits.push_back(Some(received));
            }
            Step::MeetTo(other) => {
                let sent = self.event(me, []);
                let received = self.event(other, [sent]);
                self.event(me, [received]);
            }
            Step::Store => self.writes_seen = vec![self.event(me, [])],
            Step::Load => _ = self.event(me, self.writes_seen.clone()),
            Step::FetchAdd => {
                let event = self.event(me, self.writes_seen.clone());
                self.writes_seen.push(event);
            }
            Step::Add => self.waited_for += 1,
            Step::Done => {
                self.waited_for -= 1;
                let done = self.event(me, []);
                self.done.push(done);
            }
            Step::Wait => _ = self.event(me, self.done.clone()),
            Step::Spawn(child) => {
                self.started += 1;
                let start = self.event(me, []);
                self.threads[child] = Thread {
                    is_running: true,
                    last: Some(start),
                };
            }
            Step::Join(other) => {
                self.threads[other].is_running = false;
                self.event(me, self.threads[other].last);
            }
        }
    }

    /// For each variable the first access that is not ordered with one before it.
    pub(crate) fn first_races(&self) -> Vec<FirstRace> {
        (0..VARIABLES)
            .filter_map(|variable| self.first_race(variable))
            .collect()
    }

    fn first_race(&self, variable: usize) -> Option<FirstRace> {
        let accesses = || {
            self.events
                .iter()
                .enumerate()
                .filter_map(|(number, event)| {
                    let (accessed, kind) = event.access?;
                    (accessed == variable).then_some((number, event.thread, kind))
                })
        };
        accesses().find_map(|(later, thread, kind)| {
            let with: Vec<(Kind, usize)> = accesses()
                .take_while(|&(earlier, ..)| earlier < later)
                .filter(|&(.., other)| [kind, other].contains(&Kind::Write))
                .filter(|&(earlier, ..)| !self.is_before(earlier, later))
                .map(|(_, thread, kind)| (kind, thread))
                .collect();
            (!with.is_empty()).then_some(FirstRace {
                variable,
                kind,
                thread,
                with,
            })
        })
    }

    /// Whether a way leads from the one event to the other.
    fn is_before(&self, from: usize, to: usize) -> bool {
        let mut seen = vec![false; self.events.len()];
        let mut open = vec![to];
        while let Some(event) = open.pop() {
            if event == from {
                return true;
            }
            if !std::mem::replace(&mut seen[event], true) {
                open.extend(&self.events[event].after);
            }
        }
        false
    }
}
