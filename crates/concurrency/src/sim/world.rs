//! All Gs, Ms and Ps in one place, and the clock that drives them.
//!
//! An M acts at a moment of virtual time: it looks at one place, or its G does one step. Each act is
//! atomic, costs time, and says when the M acts next. Between two acts of an M others act, which is
//! where the races of the real scheduler are: an M that is about to give up, and another that makes a G runnable.
//! Acts of the same moment happen in the order in which they were arranged.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::time::Duration;

use super::event::{Event, Time, What};
use super::log::{Log, Outcome, Settings};
use super::poll::Network;
use super::program::{Body, Program};
use super::queues::Number;
use super::sysmon::Sysmon;
use super::wait::{Channel, Group};
use crate::runtime::queue::{Global, Local};
use crate::runtime::{Status, TaskId};

/// Runs `program` to its end.
///
/// # Panics
///
/// If a step names a channel or a group that the program has not.
#[must_use]
pub fn run(program: &Program, settings: &Settings) -> Log {
    let mut world = World::new(program, settings);
    world.bootstrap(program);
    let limit = nanoseconds(settings.limit);
    let outcome = loop {
        if let Some(outcome) = world.outcome.take() {
            break outcome;
        }
        let Some(Reverse((time, _, due))) = world.agenda.pop() else {
            break world.deadlock();
        };
        if time > limit {
            break Outcome::TimedOut;
        }
        world.now = time;
        world.act(due);
    };
    Log {
        events: world.log,
        outcome,
        settings: *settings,
    }
}

/// What a G is doing. Go's `_Gidle`, just made, nobody ever sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Runnable,
    Running,
    Syscall,
    Waiting,
    Dead,
}

/// A G.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) state: State,
    pub(super) body: Body,
    /// The step that it is at.
    pub(super) at: usize,
    /// What is left of that step, if it has begun.
    pub(super) left: Option<Time>,
    /// It is to give way at its next call: Go's `stackguard0 = stackPreempt`.
    pub(super) preempt: bool,
}

/// What an M does when its time comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// On the list of idle ones.
    Asleep,
    /// Somebody has given it a P: it begins to look around with it.
    Waking(usize),
    /// It has a P and looks for a G.
    Looking(Look),
    /// It gave its P up while others may have put a G somewhere.
    LookingOnceMore,
    /// Its G goes on.
    Running,
    /// Its G is in the kernel, until then.
    Syscall,
    /// It waits for the network and the next timer, without a P.
    Polling { spun: bool },
}

/// One after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Here,
    Global,
    Network,
    Others(u8),
    GiveUp,
}

/// An M. sysmon is none of these, though it has a number.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) doing: Doing,
    /// When it acts next is arranged under this number; an older arrangement is void.
    pub(super) epoch: u64,
    pub(super) processor: Option<usize>,
    /// The P that it had when its G went into the kernel.
    pub(super) old_processor: Option<usize>,
    pub(super) task: Option<TaskId>,
    /// It has run nothing since it got its P: there is no slice to inherit.
    pub(super) fresh: bool,
    pub(super) spinning: bool,
    /// Since when its G computes.
    pub(super) since: Option<Time>,
}

impl Machine {
    pub(super) fn new() -> Self {
        Machine {
            doing: Doing::Asleep,
            epoch: 0,
            processor: None,
            old_processor: None,
            task: None,
            fresh: false,
            spinning: false,
            since: None,
        }
    }
}

/// A P.
#[derive(Debug)]
pub(super) struct Processor {
    pub(super) status: Status,
    /// Who has it, or had it when it went into the kernel.
    pub(super) machine: Option<usize>,
    pub(super) queue: Local<Number>,
    /// What is in the queue's slot: its own code does not let one look.
    pub(super) slot: Option<TaskId>,
    /// Turns, but for those in the slice of the one before.
    pub(super) tick: u32,
    /// System calls.
    pub(super) syscall_tick: u32,
    /// Who sleeps until when. The number tells apart those of the same moment.
    pub(super) timers: BTreeMap<(Time, u64), TaskId>,
}

impl Processor {
    pub(super) fn new() -> Self {
        Processor {
            status: Status::Dead,
            machine: None,
            queue: Local::new(),
            slot: None,
            tick: 0,
            syscall_tick: 0,
            timers: BTreeMap::new(),
        }
    }

    /// How many are in the ring, without the one in the slot.
    pub(super) fn ring(&self) -> usize {
        self.queue.len()
    }
}

/// Something that is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    Machine {
        id: usize,
        epoch: u64,
    },
    Sysmon {
        epoch: u64,
    },
    /// The network has what the G waits for.
    Network(u64),
}

/// What is due, in the order of time and then of arrangement.
type Agenda = BinaryHeap<Reverse<(Time, u64, Due)>>;

/// See the module.
pub(super) struct World {
    pub(super) settings: Settings,
    pub(super) now: Time,
    agenda: Agenda,
    /// Counts what was ever arranged.
    arranged: u64,
    random: u64,
    log: Vec<Event>,
    pub(super) outcome: Option<Outcome>,
    /// By number; g0 is the first.
    pub(super) tasks: Vec<Task>,
    pub(super) machines: Vec<Machine>,
    pub(super) processors: Vec<Processor>,
    /// How many Ps may run.
    pub(super) active: usize,
    pub(super) global: Global<Number>,
    /// The last one is taken first.
    pub(super) idle_processors: Vec<usize>,
    pub(super) idle_machines: Vec<usize>,
    /// How many Ms spin.
    pub(super) spinning: usize,
    pub(super) channels: Vec<Channel>,
    pub(super) groups: Vec<Group>,
    pub(super) network: Network,
    pub(super) sysmon: Sysmon,
}

impl World {
    fn new(program: &Program, settings: &Settings) -> Self {
        World {
            settings: *settings,
            now: 0,
            agenda: Agenda::new(),
            arranged: 0,
            // xorshift must not begin with 0.
            random: settings.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            log: Vec::new(),
            outcome: None,
            tasks: Vec::new(),
            machines: Vec::new(),
            processors: Vec::new(),
            active: 0,
            global: Global::new(),
            idle_processors: Vec::new(),
            idle_machines: Vec::new(),
            spinning: 0,
            channels: program
                .channels
                .iter()
                .map(|&room| Channel::new(room))
                .collect(),
            groups: program
                .groups
                .iter()
                .map(|&size| Group::new(size))
                .collect(),
            network: Network::default(),
            sysmon: Sysmon::default(),
        }
    }

    fn act(&mut self, due: Due) {
        match due {
            Due::Machine { id, epoch } if self.machines[id].epoch == epoch => self.act_on(id),
            Due::Sysmon { epoch } if self.sysmon.epoch == epoch => self.watch(),
            // Arranged anew since.
            Due::Machine { .. } | Due::Sysmon { .. } => {}
            Due::Network(task) => self.network_has(TaskId(task)),
        }
    }

    fn act_on(&mut self, m: usize) {
        match self.machines[m].doing {
            Doing::Asleep => {}
            Doing::Waking(processor) => self.wake_up(m, processor),
            Doing::Looking(look) => self.look(m, look),
            Doing::LookingOnceMore => self.look_once_more(m),
            Doing::Running => self.go_on(m),
            Doing::Syscall => self.leave_call(m),
            Doing::Polling { spun } => self.polled(m, spun),
        }
    }

    /// Nothing is left that could happen.
    pub(super) fn nothing_is_due(&self) -> bool {
        self.agenda.is_empty()
    }

    /// All wait, for each other.
    pub(super) fn deadlock(&mut self) -> Outcome {
        self.note(None, None, None, What::Deadlocked);
        let tasks = self.tasks.iter().zip(0..);
        let asleep = tasks.filter(|(task, _)| task.state != State::Dead);
        Outcome::Deadlock(asleep.map(|(_, id)| TaskId(id)).collect())
    }

    /// The M does this, so long from now.
    pub(super) fn then(&mut self, m: usize, after: Time, doing: Doing) {
        self.machines[m].doing = doing;
        self.rearrange(m, self.now + after);
    }

    /// What the M does next it does at another time.
    pub(super) fn rearrange(&mut self, m: usize, at: Time) {
        let machine = &mut self.machines[m];
        machine.epoch += 1;
        let epoch = machine.epoch;
        self.arrange(at, Due::Machine { id: m, epoch });
    }

    /// What the M does next it does when somebody says so.
    pub(super) fn until_told(&mut self, m: usize, doing: Doing) {
        let machine = &mut self.machines[m];
        machine.doing = doing;
        machine.epoch += 1;
    }

    pub(super) fn arrange(&mut self, at: Time, due: Due) {
        self.arranged += 1;
        self.agenda.push(Reverse((at, self.arranged, due)));
    }

    pub(super) fn note(
        &mut self,
        machine: Option<usize>,
        processor: Option<usize>,
        task: Option<TaskId>,
        what: What,
    ) {
        self.log.push(Event {
            time: self.now,
            machine,
            processor,
            task,
            what,
        });
    }

    /// The same for what an M does, with the P that it has.
    pub(super) fn note_on(&mut self, m: usize, task: Option<TaskId>, what: What) {
        let processor = self.machines[m].processor;
        self.note(Some(m), processor, task, what);
    }

    pub(super) fn task(&mut self, id: TaskId) -> &mut Task {
        &mut self.tasks[id.0 as usize]
    }

    /// The P of an M that has one.
    pub(super) fn processor_of(&self, m: usize) -> usize {
        self.machines[m]
            .processor
            .expect("it looks and runs with a P only")
    }

    /// xorshift; `below` is not 0.
    pub(super) fn random(&mut self, below: u64) -> u64 {
        let mut x = self.random;
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.random = x;
        (x >> 16) % below
    }

    /// Between `least` and twice as much: the kernel is not always as quick.
    pub(super) fn about(&mut self, least: Time) -> Time {
        least + self.random(least)
    }
}

pub(super) fn nanoseconds(duration: Duration) -> Time {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
