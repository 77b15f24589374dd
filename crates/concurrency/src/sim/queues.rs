//! Where runnable Gs wait: the runtime's own queues, and a line in the log for each move.

use super::event::{Queue, What};
use super::program::Body;
use super::world::{State, Task, World};
use crate::runtime::TaskId;
use crate::runtime::queue::{CAPACITY, Item};

/// A G in a queue: there is nothing to it but its number, which is not 0.
#[derive(Debug)]
pub(crate) struct Number(pub(super) TaskId);

impl Item for Number {
    fn into_word(self) -> usize {
        self.0.0 as usize
    }

    fn from_word(word: usize) -> Self {
        Number(TaskId(word as u64))
    }
}

impl World {
    /// Go's `newproc`: makes a G and queues it. It does not run before whoever makes it lets go.
    pub(super) fn create(&mut self, m: usize, body: &Body, by: Option<TaskId>) {
        let id = TaskId(self.tasks.len() as u64);
        self.tasks.push(Task {
            state: State::Runnable,
            body: Body::clone(body),
            at: 0,
            left: None,
            preempt: false,
        });
        self.note_on(m, Some(id), What::Created(by));
        self.run_next(m, id);
    }

    /// Go's `goready`: a G that waited runs next on this M's P.
    pub(super) fn ready(&mut self, m: usize, id: TaskId) {
        self.is_ready(m, id);
        self.run_next(m, id);
    }

    /// It is runnable, and in the M's hand.
    pub(super) fn is_ready(&mut self, m: usize, id: TaskId) {
        self.task(id).state = State::Runnable;
        self.note_on(m, Some(id), What::Readied);
    }

    /// Into the slot, and what was there to the end of the ring; then somebody may be woken for it.
    fn run_next(&mut self, m: usize, id: TaskId) {
        let p = self.processor_of(m);
        if let Some(kicked) = self.processors[p].slot.replace(id) {
            self.processors[p].queue.pop_next();
            self.note_on(m, Some(kicked), What::Kicked);
            self.put_into_ring(m, kicked);
        }
        let no_overflow = |_| unreachable!("the slot is empty");
        self.processors[p].queue.push_next(Number(id), no_overflow);
        self.note_on(m, Some(id), What::Queued(Queue::Slot));
        self.wake_processor(m);
    }

    /// To the ring's end; if it is full, half of it and this one to the global queue.
    pub(super) fn put_into_ring(&mut self, m: usize, id: TaskId) {
        let p = self.processor_of(m);
        let mut spilled = Vec::new();
        self.processors[p]
            .queue
            .push(Number(id), |task| spilled.push(task));
        if spilled.is_empty() {
            self.note_on(m, Some(id), What::Queued(Queue::Ring));
            return;
        }
        self.note_on(m, Some(id), What::Spilled(spilled.len() - 1));
        spilled.into_iter().for_each(|task| self.global.push(task));
    }

    pub(super) fn put_into_global(&mut self, m: usize, id: TaskId) {
        self.global.push(Number(id));
        self.note_on(m, Some(id), What::Queued(Queue::Global));
    }

    pub(super) fn take_from_slot(&mut self, m: usize) -> Option<TaskId> {
        let processor = self.processor_of(m);
        let processor = &mut self.processors[processor];
        processor.slot = None;
        let Number(id) = processor.queue.pop_next()?;
        self.note_on(m, Some(id), What::Taken(Queue::Slot));
        Some(id)
    }

    pub(super) fn take_from_ring(&mut self, m: usize) -> Option<TaskId> {
        let p = self.processor_of(m);
        let Number(id) = self.processors[p].queue.pop()?;
        self.note_on(m, Some(id), What::Taken(Queue::Ring));
        Some(id)
    }

    /// A P's share of the global queue, `most` at most: one in hand, the others into its ring.
    pub(super) fn take_from_global(&mut self, m: usize, most: usize) -> Option<TaskId> {
        let p = self.processor_of(m);
        let share = self.global.share(self.active, CAPACITY).min(most);
        let mut share = self.global.take(share);
        let Number(id) = share.next()?;
        let mut more = 0;
        for task in share {
            let no_overflow = |_| unreachable!("a share is less than what an empty ring takes");
            self.processors[p].queue.push(task, no_overflow);
            more += 1;
        }
        self.note_on(m, Some(id), What::Taken(Queue::Global));
        if more > 0 {
            self.note_on(m, Some(id), What::Shared(more));
        }
        Some(id)
    }

    /// Half of another P's ring; with `slot_too`, what is alone in its slot.
    pub(super) fn steal(&mut self, m: usize, victim: usize, slot_too: bool) -> Option<TaskId> {
        let p = self.processor_of(m);
        let [thief, from] = self
            .processors
            .get_disjoint_mut([p, victim])
            .expect("nobody steals from itself");
        let slot = from.ring() == 0;
        let Number(id) = from.queue.steal_into(&thief.queue, slot_too)?;
        let number = 1 + thief.ring();
        if slot {
            from.slot = None;
        }
        let from = victim;
        self.note_on(m, Some(id), What::Stolen { from, number, slot });
        Some(id)
    }
}
