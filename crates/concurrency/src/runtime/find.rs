//! Where an M looks for its next task, in Go's order (`findRunnable`):
//!
//! 1. timers of its P that are due;
//! 2. one time in 61 the global queue, or two tasks that wake each other could keep a P for ever;
//! 3. the P's own queue: the slot, then the ring;
//! 4. the global queue, for a share of it;
//! 5. the network, without waiting;
//! 6. other Ps' queues, of which it takes half; in the last round also their slots and timers;
//! 7. then it gives its P away, looks everywhere once more, and waits: at the network, for the next
//!    timer, or for somebody to wake it.

use std::sync::atomic::{Ordering, fence};
use std::sync::{Arc, MutexGuard};
use std::time::Instant;

use super::machine::{Machine, NOBODY, Seat};
use super::processor::{Processor, Status};
use super::queue::CAPACITY;
use super::scheduler::{Central, Scheduler};
use super::task::TaskPointer;
use crate::trace;

/// How often the global queue comes first: a prime, so that it does not keep step with anything.
const GLOBAL_EACH: u32 = 61;

/// How often all other Ps are looked at.
const STEAL_ROUNDS: usize = 4;

impl Seat {
    /// The next task, and whether it goes on in its predecessor's time slice. Waits until there is one;
    /// `None` when the runtime stops.
    pub(crate) fn next_task(&self) -> Option<(TaskPointer, bool)> {
        loop {
            if self.scheduler.is_stopping() {
                self.leave();
                return None;
            }
            let Some(processor) = self.processor() else {
                self.sleep();
                continue;
            };
            if processor.id >= self.scheduler.active.load(Ordering::Relaxed) {
                self.retire();
                continue;
            }
            if let Some(found) = self.look_here(processor) {
                return Some(found);
            }
            if let Some(task) = self.look_elsewhere(processor) {
                return Some((task, false));
            }
            self.give_up(processor);
        }
    }

    fn look_here(&self, processor: &Processor) -> Option<(TaskPointer, bool)> {
        if processor.earliest() != u64::MAX && processor.run_timers(&self.scheduler, Instant::now())
        {
            self.just_stopped.set(false);
        }
        let turns = processor.turns.load(Ordering::Relaxed);
        if turns.is_multiple_of(GLOBAL_EACH)
            && self.scheduler.global_length() > 0
            && let Some(task) = self.take_global(processor, 1)
        {
            return Some((task, false));
        }
        // Having lost its P to a locked M, it has nothing to look at here.
        if self.processor.get() == NOBODY {
            return None;
        }
        if let Some(task) = processor.queue.pop_next() {
            if !processor.preempt.load(Ordering::Relaxed) {
                return Some((task, true));
            }
            // The slot's tasks have used up their slice among themselves.
            processor.begin_slice();
            self.scheduler.requeue(self, task);
        }
        processor.queue.pop().map(|task| (task, false))
    }

    fn look_elsewhere(&self, processor: &Processor) -> Option<TaskPointer> {
        self.just_stopped.set(false);
        if self.processor.get() == NOBODY {
            return None;
        }
        if self.scheduler.global_length() > 0 {
            if let Some(task) = self.take_global(processor, CAPACITY) {
                return Some(task);
            }
            if self.processor.get() == NOBODY {
                return None;
            }
        }
        if self.scheduler.watch.look(&self.scheduler) {
            // What became ready is in our own queue, the last of it in the slot.
            return processor.queue.pop_next().or_else(|| processor.queue.pop());
        }
        self.steal(processor)
    }

    /// Takes a share of the global queue: one to run, the others into the P's own. Or it is the turn of a
    /// locked M that waits for a P: it gets ours, and we have none.
    fn take_global(&self, processor: &Processor, most: usize) -> Option<TaskPointer> {
        self.just_stopped.set(false);
        let mut central = self.scheduler.central();
        if let Some(machine) = central.next_returning() {
            self.scheduler.publish(&central);
            self.stop_spinning();
            let id = self.release();
            drop(central);
            trace::emit_machine(&self.scheduler, self, trace::Kind::HandOff, id);
            machine.start_with(id, false);
            return None;
        }
        let active = self.scheduler.active.load(Ordering::Relaxed);
        let share = central.global.share(active, CAPACITY).min(most);
        let mut share = central.global.take(share);
        let first = share.next();
        for task in share {
            processor.queue.push(task, |_| {
                unreachable!("a share is less than what an empty queue takes")
            });
        }
        self.scheduler.publish(&central);
        first
    }

    fn steal(&self, processor: &Processor) -> Option<TaskPointer> {
        if !self.begin_to_spin() {
            return None;
        }
        let active = self.scheduler.active.load(Ordering::Relaxed);
        for round in 0..STEAL_ROUNDS {
            let last = round + 1 == STEAL_ROUNDS;
            let first = self.random();
            for step in 0..active {
                let victim = &self.scheduler.processors[first.wrapping_add(step) % active];
                if victim.id == processor.id {
                    continue;
                }
                if last && victim.run_timers(&self.scheduler, Instant::now()) {
                    // Woken by us, they are in our queue.
                    let woken = processor.queue.pop_next().or_else(|| processor.queue.pop());
                    if woken.is_some() {
                        return woken;
                    }
                }
                if victim.status() == Status::Idle {
                    continue;
                }
                if let Some(task) = victim.queue.steal_into(&processor.queue, last) {
                    trace::emit(
                        &self.scheduler,
                        Some(self),
                        trace::Kind::Steal,
                        task.id(),
                        victim.id as u64,
                    );
                    return Some(task);
                }
            }
            if self.scheduler.is_stopping() {
                return None;
            }
        }
        None
    }

    /// False when enough others spin.
    fn begin_to_spin(&self) -> bool {
        if self.machine.spinning.load(Ordering::Relaxed) {
            return true;
        }
        let spinning = self.scheduler.spinning.load(Ordering::Relaxed);
        let idle = self.scheduler.idle_processors.load(Ordering::Relaxed);
        let active = self.scheduler.active.load(Ordering::Relaxed);
        if 2 * spinning >= active.saturating_sub(idle) {
            return false;
        }
        self.machine.spinning.store(true, Ordering::Relaxed);
        self.scheduler.spinning.fetch_add(1, Ordering::SeqCst);
        true
    }

    /// True when it did.
    fn stop_spinning(&self) -> bool {
        let was = self.machine.spinning.swap(false, Ordering::Relaxed);
        if was {
            self.scheduler.spinning.fetch_sub(1, Ordering::SeqCst);
        }
        was
    }

    /// Nothing was found: lets the P go and waits, unless something has come meanwhile.
    fn give_up(&self, processor: &Processor) {
        if self.processor.get() == NOBODY {
            return;
        }
        let mut central = self.scheduler.central();
        if central.global.len() + central.returning.len() > 0 || self.scheduler.is_stopping() {
            return;
        }
        debug_assert!(
            processor.queue.is_empty(),
            "nobody looks for tasks in an idle P"
        );
        let id = self.release();
        self.scheduler.put_idle_processor(&mut central, id);
        drop(central);
        if self.stop_spinning() {
            // The one half of the delicate moment; see the scheduler.
            fence(Ordering::SeqCst);
            if self.look_once_more() {
                return;
            }
        }
        self.scheduler.watch.wait(self);
    }

    /// Whether there is work and a P for it, which it then has.
    fn look_once_more(&self) -> bool {
        let scheduler = &self.scheduler;
        let active = scheduler.active.load(Ordering::Relaxed);
        let is_full = |processor: &Processor| !processor.queue.is_empty();
        let work =
            scheduler.global_length() > 0 || scheduler.processors[..active].iter().any(is_full);
        work && self.take_processor(true)
    }

    /// Takes an idle P, if there is one, and looks around with it.
    pub(crate) fn take_processor(&self, spinning: bool) -> bool {
        let mut central = self.scheduler.central();
        let Some(id) = self.scheduler.take_idle_processor(&mut central) else {
            return false;
        };
        drop(central);
        self.acquire(id);
        if spinning {
            self.machine.spinning.store(true, Ordering::Relaxed);
            self.scheduler.spinning.fetch_add(1, Ordering::SeqCst);
        }
        true
    }

    /// Sleeps until somebody hands it a P, or the runtime stops. Go calls it `stopm`.
    fn sleep(&self) {
        let scheduler = &self.scheduler;
        let mut central = scheduler.central();
        if scheduler.is_stopping() {
            return;
        }
        central.idle_machines.push(Arc::clone(&self.machine));
        self.machine.blocked.store(true, Ordering::Relaxed);
        scheduler.check_dead(&mut central);
        drop(central);
        loop {
            self.machine.parker.park();
            let id = self.machine.next_processor.swap(NOBODY, Ordering::AcqRel);
            if id != NOBODY {
                self.machine.blocked.store(false, Ordering::Relaxed);
                let spinning = self.machine.next_spinning.load(Ordering::Relaxed);
                self.machine.spinning.store(spinning, Ordering::Relaxed);
                return self.acquire(id);
            }
            // A token that was left from when it was the watcher is no P.
            if scheduler.is_stopping() {
                return;
            }
        }
    }

    /// The P may not run any more.
    fn retire(&self) {
        self.stop_spinning();
        let id = self.release();
        let mut central = self.scheduler.central();
        self.scheduler.put_idle_processor(&mut central, id);
        drop(central);
        self.scheduler.wake_processor();
    }

    /// The M ends.
    fn leave(&self) {
        self.stop_spinning();
        if self.processor.get() != NOBODY {
            let id = self.release();
            let mut central = self.scheduler.central();
            self.scheduler.put_idle_processor(&mut central, id);
        }
    }
}

impl Scheduler {
    /// A locked M is asleep no longer, and wants a P.
    pub(crate) fn want_processor(&self, machine: &Arc<Machine>) {
        let mut central = self.central();
        central.locked_asleep -= 1;
        self.give_processor(central, machine);
    }

    /// Gives a locked M an idle P at once, or the first that somebody has to spare.
    pub(crate) fn give_processor(
        &self,
        mut central: MutexGuard<'_, Central>,
        machine: &Arc<Machine>,
    ) {
        if let Some(id) = self.take_idle_processor(&mut central) {
            drop(central);
            machine.start_with(id, false);
            return;
        }
        central.returning.push_back(Arc::clone(machine));
        self.publish(&central);
    }
}
