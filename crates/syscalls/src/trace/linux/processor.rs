//! One processor for the tracer and the traced, while two would gain nothing.
//!
//! At each stop one of them sleeps and the other wakes. When they are on different processors the
//! waking goes through an interrupt to a processor that may be idle, and that is more than half of
//! what a stop costs: 9.5 s for 800,000 stops, against 3.1 s on one processor (a loop that does
//! nothing else, on two cores). Under a filter it counts as well: 300 processes of a shell, each with
//! its birth, its end and a few chosen calls, take half the time on one. As long as one task runs at a time, there is nothing to lose: a single
//! process, or a shell and the child that it waits for. As soon as there is a thread or a third
//! process, everybody gets back what they had.
//!
//! The program must not notice. Around a call by which it asks or says where it may run, each task has
//! the processors it would have without us; afterwards they are read anew. Children inherit what
//! their parent *should* have. What is left to see is the `Cpus_allowed` line of `/proc`, and where
//! somebody else moves a task while it is kept here, that is forgotten.
//!
//! Only programs that the tracer has started are moved. One that was there before is guest of nobody.

use std::collections::HashMap;

use nix::libc;
use nix::sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use nix::unistd;

use crate::event::Pid;

/// How many processes share the tracer's processor at most.
const AT_MOST: usize = 2;

/// The kernel's name for the thread that asks.
const SELF: Pid = 0;

/// Where the tracer and the tasks may run, and where they do.
#[derive(Debug)]
pub(super) struct Processor {
    /// The one that is shared.
    shared: CpuSet,
    /// Where the tracer may run.
    own: CpuSet,
    /// Where each task may run, as far as it knows.
    wanted: HashMap<Pid, CpuSet>,
    /// Whether all are on the shared one.
    sharing: bool,
    /// How many tasks are asking or saying where they may run.
    asking: usize,
    /// Whether there ever was a second thread in a process.
    threaded: bool,
}

impl Processor {
    /// Chooses the processor that the tracer runs on; `None` when there is no choice.
    pub(super) fn new() -> Option<Self> {
        let own = affinity(SELF)?;
        let allowed = |cpu: &usize| own.is_set(*cpu).unwrap_or(false);
        let mut all = (0..CpuSet::count()).filter(allowed);
        let (first, _second) = (all.next()?, all.next()?);
        let current = sched_getcpu().ok().filter(allowed);
        let mut shared = CpuSet::new();
        shared.set(current.unwrap_or(first)).ok()?;
        Some(Self {
            shared,
            own,
            wanted: HashMap::new(),
            sharing: false,
            asking: 0,
            threaded: false,
        })
    }

    /// A task was started, by `parent` if a traced one did. It runs where that one runs.
    pub(super) fn started(&mut self, tid: Pid, pid: Pid, parent: Option<Pid>) {
        let inherited = parent.and_then(|parent| self.wanted.get(&parent));
        let wanted = inherited.copied().unwrap_or(self.own);
        if !self.sharing && affinity(tid) == Some(self.shared) {
            set(tid, &wanted);
        }
        self.wanted.insert(tid, wanted);
        self.threaded |= tid != pid;
        self.balance();
    }

    /// A task is about to be left to itself.
    pub(super) fn leaves(&mut self, tid: Pid) {
        if let Some(wanted) = self.wanted.get(&tid) {
            set(tid, wanted);
        }
    }

    /// A task has ended, or was left to itself.
    pub(super) fn ended(&mut self, tid: Pid) {
        self.wanted.remove(&tid);
        self.balance();
    }

    /// A task is about to ask or say where it may run.
    pub(super) fn lift(&mut self) {
        self.asking += 1;
        self.share(false);
    }

    /// It has done so, or has ended.
    pub(super) fn lower(&mut self) {
        self.asking -= 1;
        for (tid, wanted) in &mut self.wanted {
            if let Some(now) = affinity(*tid) {
                *wanted = now;
            }
        }
        self.balance();
    }

    /// Lets everybody run where they should.
    pub(super) fn release(&mut self) {
        self.share(false);
        self.wanted.clear();
    }

    fn balance(&mut self) {
        let few = (1..=AT_MOST).contains(&self.wanted.len());
        self.share(few && !self.threaded && self.asking == 0);
    }

    /// Moves everybody onto the shared processor, or back. Where that is not allowed (a cpuset was
    /// changed) they stay where they are. One who was started since the last time is where its parent
    /// is already.
    fn share(&mut self, sharing: bool) {
        if self.sharing == sharing {
            return;
        }
        self.sharing = sharing;
        set(SELF, if sharing { &self.shared } else { &self.own });
        for (tid, wanted) in &self.wanted {
            set(*tid, if sharing { &self.shared } else { wanted });
        }
    }
}

impl Drop for Processor {
    fn drop(&mut self) {
        self.share(false);
    }
}

fn affinity(tid: Pid) -> Option<CpuSet> {
    sched_getaffinity(unistd::Pid::from_raw(tid)).ok()
}

fn set(tid: Pid, to: &CpuSet) {
    let _ = sched_setaffinity(unistd::Pid::from_raw(tid), to);
}

/// Whether a call asks or says where a task may run.
pub(super) fn is_about_processors(number: u64) -> bool {
    [libc::SYS_sched_getaffinity, libc::SYS_sched_setaffinity].contains(&(number as i64))
}
