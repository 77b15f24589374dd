//! sysmon: an M that needs no P, and so looks around when all of them are busy.
//!
//! Every 20 microseconds; after a millisecond without anything to do half as often each time, down to every 10
//! milliseconds. Each time it polls the network if nobody has for 10 ms, asks Gs to give way that have had
//! their P for 10 ms, and takes Ps whose M is in a system call since the last time.

use super::bootstrap::SYSMON;
use super::event::{Time, What};
use super::threads::Gets;
use super::world::{Due, World};
use crate::runtime::Status;

/// So long a G may run, the network go unlooked at, and a call keep a P that nobody needs.
pub(super) const SLICE: Time = 10_000_000;
/// Between two looks, when there is something to do.
pub(super) const SHORTEST: Time = 20_000;
/// Between two looks, when there has been nothing for long.
pub(super) const LONGEST: Time = 10_000_000;
/// After so many looks they become rarer.
const PATIENCE: u32 = 50;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Sysmon {
    /// `None` before it begins.
    period: Option<Time>,
    /// An arrangement under an older number is void.
    pub(super) epoch: u64,
    /// Looks without anything to do.
    idle: u32,
    asleep: bool,
    observed: Vec<Option<Observed>>,
}

/// What it remembers of a P.
#[derive(Debug, Clone, Copy)]
struct Observed {
    tick: u32,
    since: Time,
    syscall_tick: u32,
    syscall_since: Time,
}

impl Sysmon {
    pub(super) fn has_begun(&self) -> bool {
        self.period.is_some()
    }
}

impl World {
    pub(super) fn start_sysmon(&mut self) {
        self.note(Some(SYSMON), None, None, What::Watches);
        self.watch_every(SHORTEST);
        self.arrange_watch();
    }

    fn watch_every(&mut self, period: Time) {
        if self.sysmon.period != Some(period) {
            self.sysmon.period = Some(period);
            self.note(Some(SYSMON), None, None, What::Period(period));
        }
    }

    fn arrange_watch(&mut self) {
        let period = self.sysmon.period.unwrap_or(SHORTEST);
        self.sysmon.epoch += 1;
        let epoch = self.sysmon.epoch;
        self.arrange(self.now + period, Due::Sysmon { epoch });
    }

    /// One look around.
    pub(super) fn watch(&mut self) {
        if self.nothing_is_due() {
            // Nobody else will ever do anything.
            self.outcome = Some(self.deadlock());
            return;
        }
        if self.look_around() {
            self.sysmon.idle = 0;
            self.watch_every(SHORTEST);
        } else {
            self.sysmon.idle += 1;
            if self.sysmon.idle > PATIENCE {
                let period = self.sysmon.period.unwrap_or(SHORTEST);
                self.watch_every((2 * period).min(LONGEST));
            }
        }
        if self.idle_processors.len() == self.active {
            self.sysmon.asleep = true;
            self.note(Some(SYSMON), None, None, What::SleepsDeeply);
        } else {
            self.arrange_watch();
        }
    }

    /// A P is busy again.
    pub(super) fn wake_sysmon(&mut self) {
        if std::mem::take(&mut self.sysmon.asleep) {
            self.sysmon.idle = 0;
            self.watch_every(SHORTEST);
            self.arrange_watch();
        }
    }

    /// True when a P was taken.
    fn look_around(&mut self) -> bool {
        if self.network.is_to_be_polled() && self.network.last_poll() + SLICE < self.now {
            let ready = self.network.take_ready(self.now);
            self.inject(SYSMON, ready, Gets::Nothing);
        }
        let mut busy = false;
        for p in 0..self.processors.len() {
            match self.processors[p].status {
                Status::Running => self.look_at_slice(p),
                Status::Syscall => busy |= self.look_at_call(p),
                Status::Idle | Status::Dead => {}
            }
        }
        busy
    }

    fn observed(&mut self, p: usize) -> &mut Observed {
        let processor = &self.processors[p];
        let known = &mut self.sysmon.observed;
        if known.len() <= p {
            known.resize(p + 1, None);
        }
        known[p].get_or_insert(Observed {
            tick: processor.tick,
            since: self.now,
            // Another than it is: the first look is always one at something new.
            syscall_tick: processor.syscall_tick.wrapping_sub(1),
            syscall_since: self.now,
        })
    }

    fn look_at_slice(&mut self, p: usize) {
        let (now, tick) = (self.now, self.processors[p].tick);
        let observed = self.observed(p);
        if observed.tick != tick {
            (observed.tick, observed.since) = (tick, now);
        } else if observed.since + SLICE <= now
            && let Some(m) = self.processors[p].machine
            && let Some(id) = self.machines[m].task
        {
            self.ask(m, id);
        }
    }

    /// True when the P was taken.
    fn look_at_call(&mut self, p: usize) -> bool {
        let (now, tick) = (self.now, self.processors[p].syscall_tick);
        let others_look = self.spinning + self.idle_processors.len() > 0;
        let observed = self.observed(p);
        if observed.syscall_tick != tick {
            (observed.syscall_tick, observed.syscall_since) = (tick, now);
            return false;
        }
        let is_patient = now < observed.syscall_since + SLICE;
        // While nothing is to be done for it and others look around, it may keep the P for a while.
        if self.processors[p].queue.is_empty() && others_look && is_patient {
            return false;
        }
        self.retake(SYSMON, p);
        true
    }
}
