//! What the simulator writes down: one event for each decision.
//!
//! An event says when, on which M, with which P and about which G; what happened is in [`What`]. Queues are
//! told by moves: a G is taken *in hand* by an M (it was made, readied, or taken out of a queue), and
//! from there goes into a queue or is started. So whoever reads the log from its beginning knows
//! where each G is at any moment.

use std::fmt;

use crate::runtime::TaskId;

/// Nanoseconds of virtual time since the program's start.
pub type Time = u64;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub time: Time,
    /// On which M; `None` where no M acts.
    pub machine: Option<usize>,
    /// With which P, or about which.
    pub processor: Option<usize>,
    /// About which G.
    pub task: Option<TaskId>,
    /// What happened.
    pub what: What,
}

/// The queues of the scheduler; slot and ring are those of the event's P.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// The one that runs next: Go's `runnext`.
    Slot,
    /// The P's 256.
    Ring,
    /// That of all Ps.
    Global,
}

/// Where an M looks for a G, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Timers of its own P that are due.
    Timers,
    /// The global queue before all others: one turn in 61.
    GlobalFirst,
    /// Its P's slot.
    Slot,
    /// Its P's ring.
    Ring,
    /// The global queue.
    Global,
    /// The network, without waiting.
    Network,
    /// The other Ps, in one of four rounds.
    Others(u8),
    /// The global queue, under the lock under which the P is given up.
    GlobalLast,
}

/// What a G waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A timer.
    Sleep,
    /// Room in a channel.
    Send,
    /// A value in a channel.
    Receive,
    /// A group that is not done.
    Wait,
    /// The network.
    Network,
    /// The recording does not say.
    Unknown,
}

/// Why an M begins to spin, which is to look for work without having any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spin {
    /// It has run out of work, and fewer spin than half of the busy Ps.
    OutOfWork,
    /// It was woken for it: there is work, an idle P, and nobody spins.
    Woken,
    /// It had given up, and saw work after all.
    SecondLook,
    /// It waited for timers and the network, and has a P again.
    Polled,
    /// It got a P that was taken from the kernel: nobody else looks around.
    HandedOver,
}

/// How a G comes back from a system call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// With the P that it had: nobody wanted it.
    Same,
    /// With an idle one.
    Another,
    /// Without: to the global queue.
    Without,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// g0 and m0 know each other: there is a stack and a thread to start the rest on.
    Linked,
    /// `osinit`: so many cores the machine has.
    OsInit(usize),
    /// `schedinit` begins.
    SchedInit,
    /// `procresize`: so many Ps may run from now on.
    Resized(usize),
    /// `mstart`: the first M enters the scheduler.
    MachineStart,
    /// sysmon begins, an M that needs no P.
    Watches,

    /// A G was made, by another or by nobody, and is in its maker's hand.
    Created(Option<TaskId>),
    /// A G that waited is runnable, and in hand.
    Readied,
    /// From the hand into a queue.
    Queued(Queue),
    /// Out of the slot into the hand: a newer one takes its place.
    Kicked,
    /// The ring was full: half of it, so many, and the one in hand behind them, go to the global queue.
    Spilled(usize),
    /// Out of a queue into the hand.
    Taken(Queue),
    /// As many again, behind it, from the global queue into the P's ring.
    Shared(usize),
    /// Taken from another P.
    Stolen {
        /// From which P.
        from: usize,
        /// How many; all but the last, which is in hand, are in the thief's ring.
        number: usize,
        /// It was alone in the victim's slot.
        slot: bool,
    },
    /// The M runs it.
    Started {
        /// In the time slice of the one before: it was in the slot.
        inherits: bool,
    },
    /// It waits, and is on no queue.
    Parked(Reason),
    /// It gave up its turn, and is in hand.
    Yielded,
    /// It was made to give up its turn, and is in hand.
    Preempted,
    /// It is over.
    Ended,

    /// The G goes into the kernel, with its M; the P can be taken.
    EnteredCall,
    /// It comes back.
    LeftCall(Return),

    /// The M looks for its next G; its P has had so many turns.
    Schedules(u32),
    /// The M looked there.
    Looked {
        /// Where.
        place: Place,
        /// It has found something.
        found: bool,
    },
    /// The M spins.
    Spins(Spin),
    /// The M does not spin any more.
    StopsSpinning,
    /// The M wakes another, which gets the P; a new one if `new`.
    Wakes {
        /// Which M.
        machine: usize,
        /// There was none asleep.
        new: bool,
    },
    /// The M has the P.
    GotProcessor,
    /// The M has no P any more.
    LetGo,
    /// The P goes onto the list of idle ones.
    Idle,
    /// The P may not run any more.
    Retired,
    /// The M sleeps until somebody gives it a P.
    Sleeps,
    /// The poller is made: something waits for a timer or the network for the first time.
    PollerMade,
    /// The M waits for the network, until then at most.
    Polls(Option<Time>),
    /// It is back; so many are ready.
    Polled(usize),

    /// sysmon looks around so often from now on.
    Period(Time),
    /// sysmon sleeps until a P is busy.
    SleepsDeeply,
    /// sysmon asks the G to give up its turn.
    Asked,
    /// It also sends the G's thread a signal.
    Signalled,
    /// sysmon, or a change of the number of Ps, has taken the P from an M in the kernel.
    Retook,

    /// `main` has returned, and with it the program.
    Exited,
    /// All Gs wait, and nothing will wake them.
    Deadlocked,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.time / 1000, self.time % 1000);
        write!(f, "{whole:>7}.{part:03} µs")?;
        cell(f, 'M', self.machine.map(|id| id as u64))?;
        cell(f, 'P', self.processor.map(|id| id as u64))?;
        cell(f, 'G', self.task.map(|id| id.0))?;
        write!(f, "  {}", self.what)
    }
}

fn cell(f: &mut fmt::Formatter<'_>, letter: char, number: Option<u64>) -> fmt::Result {
    let text = number.map_or(String::new(), |number| format!("{letter}{number}"));
    write!(f, "  {text:<4}")
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            What::Linked => f.write_str("g0 and m0 are linked"),
            What::OsInit(cores) => write!(f, "osinit: {cores} cores"),
            What::SchedInit => f.write_str("schedinit"),
            What::Resized(number) => write!(f, "procresize: {number} Ps"),
            What::MachineStart => f.write_str("mstart"),
            What::Watches => f.write_str("sysmon begins"),
            What::Created(Some(by)) => write!(f, "made by G{by}"),
            What::Created(None) => f.write_str("made"),
            What::Readied => f.write_str("is ready"),
            What::Queued(queue) => write!(f, "goes into the {queue}"),
            What::Kicked => f.write_str("is put out of the slot"),
            What::Spilled(number) => {
                write!(
                    f,
                    "finds the ring full: {number} and it go into the global queue"
                )
            }
            What::Taken(queue) => write!(f, "is taken from the {queue}"),
            What::Shared(number) => write!(f, "{number} more come with it into the ring"),
            What::Stolen { from, slot, .. } if slot => write!(f, "is stolen from P{from}'s slot"),
            What::Stolen { from, number, .. } => {
                write!(f, "is the last of {number} stolen from P{from}")
            }
            What::Started { inherits: true } => f.write_str("runs, in the same slice"),
            What::Started { inherits: false } => f.write_str("runs"),
            What::Parked(reason) => write!(f, "waits [{reason}]"),
            What::Yielded => f.write_str("yields"),
            What::Preempted => f.write_str("is preempted"),
            What::Ended => f.write_str("is over"),
            What::EnteredCall => f.write_str("enters a system call"),
            What::LeftCall(Return::Same) => f.write_str("leaves the call, with its P"),
            What::LeftCall(Return::Another) => f.write_str("leaves the call, with an idle P"),
            What::LeftCall(Return::Without) => f.write_str("leaves the call, and there is no P"),
            What::Schedules(tick) => write!(f, "schedules, tick {tick}"),
            What::Looked { place, found } => {
                let outcome = if found { "found" } else { "nothing" };
                write!(f, "looks at {place}: {outcome}")
            }
            What::Spins(why) => write!(f, "spins: {why}"),
            What::StopsSpinning => f.write_str("spins no more"),
            What::Wakes { machine, new: true } => write!(f, "starts M{machine}, a new thread"),
            What::Wakes { machine, .. } => write!(f, "wakes M{machine}"),
            What::GotProcessor => f.write_str("gets the P"),
            What::LetGo => f.write_str("lets the P go"),
            What::Idle => f.write_str("is idle"),
            What::Retired => f.write_str("may not run any more"),
            What::Sleeps => f.write_str("sleeps"),
            What::PollerMade => f.write_str("makes the poller"),
            What::Polls(Some(until)) => write!(f, "polls, until {} µs", until / 1000),
            What::Polls(None) => f.write_str("polls"),
            What::Polled(number) => write!(f, "has polled: {number} ready"),
            What::Period(period) => write!(f, "sysmon looks every {} µs", period / 1000),
            What::SleepsDeeply => f.write_str("sysmon sleeps until a P is busy"),
            What::Asked => f.write_str("is asked to give way"),
            What::Signalled => f.write_str("is sent SIGURG"),
            What::Retook => f.write_str("is taken from the call"),
            What::Exited => f.write_str("main has returned"),
            What::Deadlocked => f.write_str("all goroutines are asleep"),
        }
    }
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Queue::Slot => "slot",
            Queue::Ring => "ring",
            Queue::Global => "global queue",
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Place::Timers => "its timers",
            Place::GlobalFirst => "the global queue, first for once",
            Place::Slot => "its slot",
            Place::Ring => "its ring",
            Place::Global => "the global queue",
            Place::Network => "the network",
            Place::Others(_) => "the other Ps",
            Place::GlobalLast => "the global queue, last of all",
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Sleep => "sleep",
            Reason::Send => "chan send",
            Reason::Receive => "chan receive",
            Reason::Wait => "sync.WaitGroup.Wait",
            Reason::Network => "IO wait",
            Reason::Unknown => "waiting",
        })
    }
}

impl fmt::Display for Spin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Spin::OutOfWork => "it is out of work",
            Spin::Woken => "it was woken to look",
            Spin::SecondLook => "there is work after all",
            Spin::Polled => "it has polled",
            Spin::HandedOver => "nobody else looks around",
        })
    }
}
