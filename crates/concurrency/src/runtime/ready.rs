//! Where a task goes that has become runnable: to the P of the M that has made it so, or to the global
//! queue.

use std::ptr;
use std::sync::atomic::Ordering;

use super::machine::Seat;
use super::scheduler::{Central, Scheduler};
use super::task::{TaskId, TaskPointer};
use crate::trace;

impl Scheduler {
    /// A task has become runnable. It is one of its own, and so not complete.
    pub(crate) fn ready(&self, task: TaskPointer) {
        let mut task = Some(task);
        Seat::of(self, |seat| {
            let task = task.take().expect("taken once");
            if self.tracer.is_on() {
                self.tracer.readied(seat, task.id());
            }
            self.ready_on(seat, task);
        });
        if let Some(task) = task {
            // As soon as the task is in the queue it may run, end, and let its runtime go: this keeps the
            // scheduler until we are done with it. (An M owns a reference anyway.)
            let _keep = self.sysmon.scheduler();
            trace::emit(self, None, trace::Kind::Ready, task.id(), 0);
            self.ready_from_outside(task);
        }
    }

    /// The same for a new task, which is runnable from the beginning.
    pub(crate) fn enqueue_new(&self, task: TaskPointer) {
        let mut task = Some(task);
        Seat::of(self, |seat| {
            self.ready_on(seat, task.take().expect("taken once"));
        });
        if let Some(task) = task {
            self.ready_from_outside(task);
        }
    }

    fn ready_from_outside(&self, task: TaskPointer) {
        self.push_global(task);
        self.wake_processor();
    }

    /// A task that this M polled is over: its turn is, with it.
    pub(crate) fn trace_end(&self, id: TaskId) {
        if self.tracer.is_on() {
            Seat::current(|seat| {
                let is_its_own = |seat: &&Seat| {
                    let id_here = seat.machine.current_task.load(Ordering::Relaxed);
                    id_here == id.0 && ptr::eq(&raw const *seat.scheduler, self)
                };
                if let Some(seat) = seat.filter(is_its_own) {
                    self.tracer.turn_ends(seat, trace::Kind::End, id, 0);
                    seat.ended.set(true);
                } else {
                    trace::emit(self, seat, trace::Kind::End, id, 0);
                }
            });
        }
    }

    fn ready_on(&self, seat: &Seat, task: TaskPointer) {
        match seat.processor() {
            // It runs next: it is what the running task has just spoken to.
            Some(processor) => {
                self.with_overflow(|overflow| processor.queue.push_next(task, overflow));
                self.wake_processor();
            }
            None if seat.collecting.get() => seat.collected.borrow_mut().push(task),
            None => {
                self.push_global(task);
                self.wake_processor();
            }
        }
    }

    /// To the end of the queue of the M's own P: for a task that has given up its turn.
    pub(crate) fn requeue(&self, seat: &Seat, task: TaskPointer) {
        match seat.processor() {
            Some(processor) if !seat.preempted.take() => {
                self.with_overflow(|overflow| processor.queue.push(task, overflow));
            }
            // It had enough: first come those that wait for any P.
            _ => self.push_global(task),
        }
        self.wake_processor();
    }

    /// Collects what a local queue cannot take, and puts it into the global one under one lock.
    fn with_overflow(&self, push: impl FnOnce(&mut dyn FnMut(TaskPointer))) {
        let mut overflow = Vec::new();
        push(&mut |task| overflow.push(task));
        if !overflow.is_empty() {
            self.push_all_global(overflow);
        }
    }

    fn push_global(&self, task: TaskPointer) {
        let mut central = self.central();
        central.global.push(task);
        self.publish(&central);
    }

    pub(crate) fn push_all_global(&self, tasks: impl IntoIterator<Item = TaskPointer>) {
        let mut central = self.central();
        tasks.into_iter().for_each(|task| central.global.push(task));
        self.publish(&central);
    }

    /// To be called under the lock whenever the global queue has changed.
    pub(crate) fn publish(&self, central: &Central) {
        let length = central.global.len() + central.returning.len();
        self.global_length.store(length, Ordering::SeqCst);
    }
}
