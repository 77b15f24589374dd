//! System calls: a G goes into the kernel with its M, and the P can be taken.
//!
//! Most calls are over in a microsecond, so the P is left where it is, marked. Only if the call lasts does
//! sysmon take it and hand it to another M. Coming back, the M takes the same P if it is still there (no
//! lock, no wake-up), or an idle one; without either the G goes to the global queue, and the M to sleep.

use super::cost;
use super::event::{Return, Spin, Time, What};
use super::world::{Doing, State, World};
use crate::runtime::{Status, TaskId};

impl World {
    pub(super) fn enter_call(&mut self, m: usize, id: TaskId, time: Time) {
        self.note_on(m, Some(id), What::EnteredCall);
        let p = self.processor_of(m);
        self.task(id).state = State::Syscall;
        self.processors[p].status = Status::Syscall;
        self.processors[p].syscall_tick += 1;
        self.machines[m].processor = None;
        self.machines[m].old_processor = Some(p);
        self.then(m, time.max(1), Doing::Syscall);
    }

    pub(super) fn leave_call(&mut self, m: usize) {
        let id = self.machines[m].task.expect("it is in the kernel with it");
        let old = self.machines[m].old_processor.take();
        // Another M may be in the kernel with it by now: then that one finds it gone.
        let old = old.filter(|&old| self.processors[old].status == Status::Syscall);
        let back = if let Some(old) = old {
            self.processors[old].status = Status::Running;
            self.processors[old].machine = Some(m);
            self.machines[m].processor = Some(old);
            Return::Same
        } else if let Some(idle) = self.take_idle() {
            self.acquire(m, idle);
            self.begin_turn(m);
            Return::Another
        } else {
            return self.leave_call_without(m, id);
        };
        self.task(id).state = State::Running;
        self.note_on(m, Some(id), What::LeftCall(back));
        self.then(m, cost::STEP, Doing::Running);
    }

    fn leave_call_without(&mut self, m: usize, id: TaskId) {
        self.task(id).state = State::Runnable;
        self.machines[m].task = None;
        self.note_on(m, Some(id), What::LeftCall(Return::Without));
        self.put_into_global(m, id);
        self.sleep(m);
    }

    /// Takes a P from its M in the kernel, for another one if there is anything to do.
    pub(super) fn retake(&mut self, by: usize, p: usize) {
        self.take_from_call(by, p);
        self.processors[p].syscall_tick += 1;
        self.hand_off(by, p);
    }

    pub(super) fn take_from_call(&mut self, by: usize, p: usize) {
        self.note(Some(by), Some(p), None, What::Retook);
        self.processors[p].machine = None;
    }

    /// Go's `handoffp`.
    fn hand_off(&mut self, by: usize, p: usize) {
        if !self.processors[p].queue.is_empty() || self.global.len() > 0 {
            return self.start_machine(by, p, None);
        }
        // Somebody should look around while others run.
        if self.spinning == 0 && self.idle_processors.is_empty() {
            return self.start_machine(by, p, Some(Spin::HandedOver));
        }
        // The last P that is not idle: the network is not to go without a poller.
        let is_last = self.idle_processors.len() + 1 == self.active;
        if is_last && self.network.is_to_be_polled() {
            return self.start_machine(by, p, None);
        }
        let timer = self.processors[p].timers.first_key_value();
        let timer = timer.map(|((when, _), _)| *when);
        self.put_idle(by, p);
        match timer {
            Some(when) if self.network.has_poller() => self.wake_poller_before(when),
            Some(_) => self.wake_processor(by),
            None => {}
        }
    }
}
