//! Where an M looks for its next G: Go's `findRunnable`, one look at a time.
//!
//! The order is the runtime's (`runtime::find`): timers; one turn in 61 the global queue; slot and ring; the
//! global queue; the network; the other Ps, four times, in the last round also their slots and timers. Then
//! the M gives its P up, and looks *once more*: between its last look and the moment from which others see
//! that nobody spins, somebody may have made a G runnable and have woken nobody, as somebody seemed to look.

use super::cost;
use super::event::{Place, Spin, What};
use super::threads::Gets;
use super::world::{Doing, Look, State, World};
use crate::runtime::TaskId;
use crate::runtime::queue::CAPACITY;

/// The last of the rounds.
const LAST: u8 = 3;

impl World {
    /// The M, which has a P and no G, begins to look.
    pub(super) fn schedule(&mut self, m: usize) {
        if self.processor_of(m) >= self.active {
            return self.retire(m);
        }
        self.note_schedules(m);
        self.then(m, cost::LOOK, Doing::Looking(Look::Here));
    }

    pub(super) fn note_schedules(&mut self, m: usize) {
        let tick = self.processors[self.processor_of(m)].tick;
        self.note_on(m, None, What::Schedules(tick));
    }

    pub(super) fn look(&mut self, m: usize, look: Look) {
        match look {
            Look::Here => self.look_here(m),
            Look::Global => self.look_into_global(m),
            Look::Network => self.look_at_network(m),
            Look::Others(round) => self.look_at_others(m, round),
            Look::GiveUp => self.give_up(m),
        }
    }

    /// True if there is something.
    fn looked(&mut self, m: usize, place: Place, found: bool) -> bool {
        self.note_on(m, None, What::Looked { place, found });
        found
    }

    fn look_here(&mut self, m: usize) {
        let p = self.processor_of(m);
        if !self.processors[p].timers.is_empty() {
            let due = self.is_timer_due(p);
            self.looked(m, Place::Timers, due);
            self.ring_timers(m, p);
        }
        let turn_of_global = self.processors[p]
            .tick
            .is_multiple_of(self.settings.global_each);
        if turn_of_global && self.global.len() > 0 {
            self.looked(m, Place::GlobalFirst, true);
            return self.run_from_global(m, 1);
        }
        if self.looked(m, Place::Slot, self.processors[p].slot.is_some()) {
            let task = self.take_from_slot(m);
            return self.start(m, task, true);
        }
        if self.looked(m, Place::Ring, self.processors[p].ring() > 0) {
            let task = self.take_from_ring(m);
            return self.start(m, task, false);
        }
        self.then(m, cost::LOCK, Doing::Looking(Look::Global));
    }

    fn look_into_global(&mut self, m: usize) {
        if self.looked(m, Place::Global, self.global.len() > 0) {
            self.run_from_global(m, CAPACITY);
        } else if self.network.is_to_be_polled() {
            self.then(m, cost::CALL, Doing::Looking(Look::Network));
        } else {
            self.then(m, cost::NEIGHBOUR, Doing::Looking(Look::Others(0)));
        }
    }

    fn look_at_network(&mut self, m: usize) {
        // Somebody may have begun to wait there meanwhile.
        let ready = match self.network.is_to_be_polled() {
            true => self.network.take_ready(self.now),
            false => Vec::new(),
        };
        if self.looked(m, Place::Network, !ready.is_empty()) {
            return self.run_first_of(m, ready);
        }
        self.then(m, cost::NEIGHBOUR, Doing::Looking(Look::Others(0)));
    }

    fn look_at_others(&mut self, m: usize, round: u8) {
        if !self.begin_to_spin(m) {
            return self.then(m, cost::LOCK, Doing::Looking(Look::GiveUp));
        }
        let others = self.others(m);
        let last = round == LAST;
        let due = others.iter().find(|&&p| last && self.is_timer_due(p));
        let full = others.iter().find(|&&p| self.can_be_robbed(p, last));
        let found = due.is_some() || full.is_some();
        self.looked(m, Place::Others(round), found);
        if let Some(&victim) = due {
            self.ring_timers(m, victim);
            let task = self.take_from_slot(m);
            return self.start(m, task, true);
        }
        if let Some(&victim) = full {
            let task = self.steal(m, victim, last);
            return self.start(m, task, false);
        }
        let next = match last {
            true => Look::GiveUp,
            false => Look::Others(round + 1),
        };
        let waits = round + 1 == LAST && others.iter().any(|&p| self.can_be_robbed(p, true));
        let back_off = if waits { cost::BACK_OFF } else { 0 };
        let cost = cost::NEIGHBOUR * others.len() as u64 + cost::LOOK + back_off;
        self.then(m, cost, Doing::Looking(next));
    }

    /// All Ps but the M's own, from any on.
    fn others(&mut self, m: usize) -> Vec<usize> {
        let own = self.processor_of(m);
        let count = self.processors.len();
        let first = self.random(count as u64) as usize;
        let others = (0..count).map(|step| (first + step) % count);
        others.filter(|&p| p != own).collect()
    }

    fn can_be_robbed(&self, victim: usize, slot_too: bool) -> bool {
        let victim = &self.processors[victim];
        victim.ring() > 0 || (slot_too && victim.slot.is_some())
    }

    /// False when enough others spin.
    fn begin_to_spin(&mut self, m: usize) -> bool {
        if self.machines[m].spinning {
            return true;
        }
        let busy = self.active - self.idle_processors.len().min(self.active);
        if 2 * self.spinning >= busy {
            return false;
        }
        self.spin(m, Spin::OutOfWork);
        true
    }

    pub(super) fn spin(&mut self, m: usize, why: Spin) {
        self.machines[m].spinning = true;
        self.spinning += 1;
        self.note_on(m, None, What::Spins(why));
    }

    pub(super) fn stop_spinning(&mut self, m: usize) {
        self.machines[m].spinning = false;
        self.spinning -= 1;
        self.note_on(m, None, What::StopsSpinning);
    }

    fn give_up(&mut self, m: usize) {
        if self.looked(m, Place::GlobalLast, self.global.len() > 0) {
            return self.run_from_global(m, CAPACITY);
        }
        let p = self.release(m);
        self.put_idle(m, p);
        let spun = self.machines[m].spinning;
        if spun {
            self.stop_spinning(m);
        }
        if spun && self.settings.second_look {
            self.then(m, cost::LOCK, Doing::LookingOnceMore);
        } else {
            self.wait_for_work(m, spun);
        }
    }

    pub(super) fn look_once_more(&mut self, m: usize) {
        let work = self.global.len() > 0 || self.processors.iter().any(|p| !p.queue.is_empty());
        match work.then(|| self.take_idle()).flatten() {
            Some(p) => {
                self.acquire(m, p);
                self.spin(m, Spin::SecondLook);
                self.schedule(m);
            }
            None => self.wait_for_work(m, true),
        }
    }

    fn run_from_global(&mut self, m: usize, most: usize) {
        let task = self.take_from_global(m, most);
        self.start(m, task, false);
    }

    /// Runs the first of those that the network has, and gives the others to whoever has time.
    pub(super) fn run_first_of(&mut self, m: usize, ready: Vec<TaskId>) {
        let mut ready = ready.into_iter();
        let first = ready.next();
        if let Some(first) = first {
            self.is_ready(m, first);
        }
        self.inject(m, ready.collect(), Gets::Ring);
        self.start(m, first, false);
    }

    /// Runs the G that is in the M's hand.
    pub(super) fn start(&mut self, m: usize, task: Option<TaskId>, inherits: bool) {
        let id = task.expect("what was seen in a queue cannot be taken by others in between");
        if self.machines[m].spinning {
            self.stop_spinning(m);
            // It was perhaps the last that looked around.
            self.wake_processor(m);
        }
        let inherits = inherits && !self.machines[m].fresh;
        if !inherits {
            self.begin_turn(m);
        }
        let task = self.task(id);
        task.state = State::Running;
        task.preempt = false;
        self.machines[m].task = Some(id);
        self.note_on(m, Some(id), What::Started { inherits });
        if !self.sysmon.has_begun() {
            self.start_sysmon();
        }
        self.then(m, cost::SWITCH, Doing::Running);
    }

    /// A time slice of its own: the P counts one more.
    pub(super) fn begin_turn(&mut self, m: usize) {
        let p = self.processor_of(m);
        self.processors[p].tick = self.processors[p].tick.wrapping_add(1);
        self.machines[m].fresh = false;
    }

    /// Who was readied goes to the global queue, as far as there are idle Ps, which are started for them;
    /// the others into the M's ring, if it has one.
    pub(super) fn inject(&mut self, m: usize, ready: Vec<TaskId>, gets: Gets) {
        let idle = self.idle_processors.len().min(ready.len());
        for (index, id) in ready.into_iter().enumerate() {
            self.is_ready(m, id);
            match gets {
                Gets::Ring if index >= idle => self.put_into_ring(m, id),
                _ => self.put_into_global(m, id),
            }
        }
        for _ in 0..idle {
            if let Some(p) = self.take_idle() {
                self.start_machine(m, p, None);
            }
        }
    }
}
