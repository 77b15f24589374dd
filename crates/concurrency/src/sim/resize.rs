//! Another number of Ps: Go's `procresize`.
//!
//! Go stops the world for it. Here a P above the number stops where it is: an idle one at once, one whose M is in
//! the kernel too, and one that runs a G when that gives way, which it is asked to. What is in its queue goes
//! to the global one.

use super::event::{Queue, What};
use super::world::{Processor, World};
use crate::runtime::{MAX_PROCESSORS, Status, TaskId};

impl World {
    pub(super) fn resize(&mut self, m: usize, number: usize) {
        let number = number.clamp(1, MAX_PROCESSORS);
        self.note_on(m, None, What::Resized(number));
        let before = std::mem::replace(&mut self.active, number);
        while self.processors.len() < number {
            self.processors.push(Processor::new());
        }
        // From the highest to the lowest, so that the lowest is taken first.
        for p in (before.min(number)..number).rev() {
            // One that is still running stays what it is.
            if self.processors[p].status == Status::Dead {
                self.put_idle(m, p);
            }
        }
        for p in number..before.max(number) {
            match self.processors[p].status {
                Status::Idle => {
                    self.idle_processors.retain(|&idle| idle != p);
                    self.bury(m, p);
                }
                Status::Syscall => {
                    self.take_from_call(m, p);
                    self.bury(m, p);
                }
                Status::Running => self.ask_to_stop(p),
                Status::Dead => {}
            }
        }
        if before > 0 {
            self.wake_processor(m);
        }
    }

    fn ask_to_stop(&mut self, p: usize) {
        if let Some(m) = self.processors[p].machine
            && let Some(id) = self.machines[m].task
        {
            self.ask(m, id);
        }
    }

    /// The M finds that its P may not run any more.
    pub(super) fn retire(&mut self, m: usize) {
        if self.machines[m].spinning {
            self.stop_spinning(m);
        }
        let p = self.release(m);
        self.bury(m, p);
        self.wake_processor(m);
        self.wait_for_work(m, false);
    }

    /// A P that no M has, and that may not run: what it has goes to others.
    pub(super) fn bury(&mut self, m: usize, p: usize) {
        while let Some((id, queue)) = self.take_any(p) {
            self.note(Some(m), Some(p), Some(id), What::Taken(queue));
            self.put_into_global(m, id);
        }
        let timers = std::mem::take(&mut self.processors[p].timers);
        self.processors[0].timers.extend(timers);
        self.processors[p].status = Status::Dead;
        self.processors[p].machine = None;
        self.note(Some(m), Some(p), None, What::Retired);
    }

    fn take_any(&mut self, p: usize) -> Option<(TaskId, Queue)> {
        let processor = &mut self.processors[p];
        if processor.slot.take().is_some() {
            return Some((processor.queue.pop_next()?.0, Queue::Slot));
        }
        Some((processor.queue.pop()?.0, Queue::Ring))
    }
}
