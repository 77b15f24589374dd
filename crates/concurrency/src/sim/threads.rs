//! How Ms sleep and are woken, and how a P goes from one to another.

use super::cost;
use super::event::{Spin, What};
use super::world::{Doing, Machine, World};
use crate::runtime::Status;

/// Where Gs go that became ready together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gets {
    /// Into the ring of the M that found them, if nobody is idle.
    Ring,
    /// The M has no P.
    Nothing,
}

impl World {
    /// Something may be to do for an idle P: wakes an M for it, unless one looks around already. Go's
    /// `wakep`.
    pub(super) fn wake_processor(&mut self, m: usize) {
        if !self.sysmon.has_begun() || self.spinning > 0 {
            return;
        }
        if let Some(p) = self.take_idle() {
            self.start_machine(m, p, Some(Spin::Woken));
        }
    }

    /// Has an M run with this P, one that sleeps or a new one. Go's `startm`.
    pub(super) fn start_machine(&mut self, by: usize, p: usize, spins: Option<Spin>) {
        let asleep = self.idle_machines.pop();
        let machine = asleep.unwrap_or_else(|| {
            self.machines.push(Machine::new());
            self.machines.len() - 1
        });
        let new = asleep.is_none();
        self.processors[p].status = Status::Running;
        self.processors[p].machine = Some(machine);
        self.note(Some(by), Some(p), None, What::Wakes { machine, new });
        if let Some(why) = spins {
            self.spin(machine, why);
        }
        let after = self.about(if new { cost::THREAD } else { cost::WAKE });
        self.then(machine, after, Doing::Waking(p));
    }

    pub(super) fn wake_up(&mut self, m: usize, p: usize) {
        self.acquire(m, p);
        self.schedule(m);
    }

    /// Takes a P that is the M's to take.
    pub(super) fn acquire(&mut self, m: usize, p: usize) {
        let processor = &mut self.processors[p];
        processor.status = Status::Running;
        processor.machine = Some(m);
        self.machines[m].processor = Some(p);
        self.machines[m].fresh = true;
        self.note_on(m, None, What::GotProcessor);
    }

    pub(super) fn release(&mut self, m: usize) -> usize {
        self.note_on(m, None, What::LetGo);
        let p = self.processor_of(m);
        self.machines[m].processor = None;
        self.processors[p].machine = None;
        p
    }

    /// A P that no M has.
    pub(super) fn put_idle(&mut self, m: usize, p: usize) {
        if p >= self.active {
            return self.bury(m, p);
        }
        self.processors[p].status = Status::Idle;
        self.processors[p].machine = None;
        self.idle_processors.push(p);
        self.note(Some(m), Some(p), None, What::Idle);
    }

    pub(super) fn take_idle(&mut self) -> Option<usize> {
        let p = self.idle_processors.pop()?;
        self.wake_sysmon();
        Some(p)
    }

    /// There is no work, and no P: waits for timers and the network if nobody does, or for a P. `spun`
    /// if the M comes from looking around.
    pub(super) fn wait_for_work(&mut self, m: usize, spun: bool) {
        let earliest = self.earliest_timer();
        if self.network.is_to_be_waited_for(earliest) {
            return self.poll(m, earliest, spun);
        }
        if let Some(earliest) = earliest {
            self.wake_poller_before(earliest);
        }
        self.sleep(m);
    }

    /// Go's `stopm`.
    pub(super) fn sleep(&mut self, m: usize) {
        self.note_on(m, None, What::Sleeps);
        self.idle_machines.push(m);
        self.until_told(m, Doing::Asleep);
    }
}
