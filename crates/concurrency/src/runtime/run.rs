//! What an M does with its P: takes a task, polls it, puts it back or lets it go, and takes the next.

use std::sync::atomic::Ordering;

use super::machine::{BUDGET, NOBODY, Seat};
use super::processor::{Processor, Status};
use super::scheduler::Scheduler;
use super::task::{TaskId, TaskPointer};
use crate::trace;

impl Seat {
    /// What an M does all its life.
    pub(crate) fn run(&self) {
        let spinning = self.machine.next_spinning.load(Ordering::Relaxed);
        self.machine.spinning.store(spinning, Ordering::Relaxed);
        let first = self.machine.next_processor.swap(NOBODY, Ordering::AcqRel);
        self.acquire(first);
        while let Some((task, inherits_slice)) = self.next_task() {
            self.execute(task, inherits_slice);
        }
        let mut central = self.scheduler.central();
        Scheduler::remove_machine(&mut central, self.machine.id);
    }

    /// Takes a P that is the caller's: just taken from the idle ones, or handed over.
    pub(crate) fn acquire(&self, id: usize) {
        self.acquire_again(id);
        self.scheduler.processors[id].begin_slice();
    }

    /// The same after a system call: the slice goes on.
    pub(crate) fn acquire_again(&self, id: usize) {
        let processor = &self.scheduler.processors[id];
        processor.set_status(Status::Running);
        processor.machine.store(self.machine.id, Ordering::Relaxed);
        self.set_processor(id);
        self.just_stopped.set(false);
        trace::emit_machine(&self.scheduler, self, trace::Kind::ProcessorStart, id);
    }

    /// Lets go of the P, which is the caller's then.
    pub(crate) fn release(&self) -> usize {
        let id = self.processor.get();
        // While it is ours: so is its part of the trace.
        trace::emit_machine(&self.scheduler, self, trace::Kind::ProcessorStop, id);
        self.set_processor(NOBODY);
        id
    }

    /// Runs one task until it waits, ends, or gives up its turn.
    fn execute(&self, task: TaskPointer, inherits_slice: bool) {
        if self.machine.spinning.load(Ordering::Relaxed) {
            self.stop_spinning_with_work();
        }
        if let Some(processor) = self.processor().filter(|_| !inherits_slice) {
            processor.begin_slice();
            Processor::count(&processor.turns);
        }
        let id = task.id();
        self.machine.current_task.store(id.0, Ordering::Relaxed);
        self.task.set(Some(task.as_ptr()));
        self.budget.set(BUDGET);
        self.preempted.set(false);
        self.waits_for.set(None);
        self.ended.set(false);
        if self.scheduler.tracer.is_on() {
            self.scheduler.tracer.turn_begins(self, id);
        }
        let again = task.run();
        self.trace_stop(id, again.is_some());
        self.task.set(None);
        self.machine.current_task.store(0, Ordering::Relaxed);
        if let Some(task) = again {
            self.scheduler.requeue(self, task);
        }
    }

    /// Why a turn was over; an end was told when it came.
    pub(crate) fn trace_stop(&self, id: TaskId, goes_on: bool) {
        let tracer = &self.scheduler.tracer;
        if !tracer.is_on() || self.ended.get() {
            return;
        }
        let (kind, reason) = match goes_on {
            true if self.preempted.get() => (trace::Kind::Preempt, 0),
            true => (trace::Kind::Yield, 0),
            false => (trace::Kind::Stop, tracer.reason(self.waits_for.get())),
        };
        tracer.turn_ends(self, kind, id, reason);
    }

    /// Work was found. If nobody else looks around now, somebody should.
    fn stop_spinning_with_work(&self) {
        self.machine.spinning.store(false, Ordering::Relaxed);
        let before = self.scheduler.spinning.fetch_sub(1, Ordering::SeqCst);
        debug_assert!(before > 0, "this M was counted");
        if before == 1 {
            self.scheduler.wake_processor();
        }
    }
}
