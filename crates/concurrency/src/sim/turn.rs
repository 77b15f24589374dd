//! A G's turn: what it does, step by step, and how its turn ends.
//!
//! A G that is asked to give way does so at its next *call*, where a function compares the stack's end with
//! the limit that sysmon has falsified. `Step::Compute` has a call every microsecond, and each other step is
//! one; `Step::Loop` has none. A signal stops both.

use super::bootstrap::MAIN;
use super::cost;
use super::event::{Reason, Time, What};
use super::log::Outcome;
use super::program::Step;
use super::world::{Doing, State, World, nanoseconds};
use crate::runtime::TaskId;

impl World {
    /// The G of this M goes on: something that it did is over, or it was stopped in it.
    pub(super) fn go_on(&mut self, m: usize) {
        let id = self.machines[m].task.expect("it runs one");
        if let Some(since) = self.machines[m].since.take() {
            let elapsed = self.now - since;
            let task = self.task(id);
            task.left = task.left.map(|left| left.saturating_sub(elapsed));
            if task.left == Some(0) {
                task.left = None;
                task.at += 1;
            }
        }
        let task = self.task(id);
        let step = task.body.get(task.at).cloned();
        match step {
            None => self.end(m, id),
            Some(_) if task.preempt => self.preempt(m, id),
            Some(step) => self.do_step(m, id, &step),
        }
    }

    fn do_step(&mut self, m: usize, id: TaskId, step: &Step) {
        if !matches!(step, Step::Compute(_) | Step::Loop(_)) {
            // Whatever comes of it, the G goes on behind it.
            self.task(id).at += 1;
        }
        match step {
            Step::Compute(time) | Step::Loop(time) => self.compute(m, id, nanoseconds(*time)),
            Step::Yield => self.give_turn_away(m, id, What::Yielded),
            Step::Spawn(body) => {
                self.create(m, body, Some(id));
                self.then(m, cost::STEP, Doing::Running);
            }
            Step::Syscall(time) => self.enter_call(m, id, nanoseconds(*time)),
            Step::Sleep(time) => {
                self.add_timer(m, id, nanoseconds(*time));
                self.park(m, id, Reason::Sleep);
            }
            Step::Network(time) => {
                self.wait_for_network(m, id, nanoseconds(*time));
                self.park(m, id, Reason::Network);
            }
            Step::Send(channel) => self.send(m, id, *channel),
            Step::Receive(channel) => self.receive(m, id, *channel),
            Step::Done(group) => self.done(m, *group),
            Step::Wait(group) => self.wait_for_group(m, id, *group),
            Step::Processors(number) => {
                self.resize(m, *number);
                self.then(m, cost::STEP, Doing::Running);
            }
        }
    }

    /// Begins to compute, or goes on where it was stopped.
    fn compute(&mut self, m: usize, id: TaskId, time: Time) {
        let left = self.task(id).left.unwrap_or(time.max(1));
        self.task(id).left = Some(left);
        self.machines[m].since = Some(self.now);
        self.then(m, left, Doing::Running);
    }

    /// sysmon asks the G of this M to give way.
    pub(super) fn ask(&mut self, m: usize, id: TaskId) {
        if self.task(id).preempt {
            return;
        }
        self.task(id).preempt = true;
        let processor = self.machines[m].processor;
        self.note(Some(m), processor, Some(id), What::Asked);
        let signalled = self.settings.signals.then(|| {
            self.note(Some(m), processor, Some(id), What::Signalled);
            self.now + self.about(cost::SIGNAL)
        });
        let Some(since) = self.machines[m].since else {
            // In a step that is over soon.
            return;
        };
        let task = self.task(id);
        let end = since + task.left.unwrap_or(0);
        let has_calls = matches!(task.body.get(task.at), Some(Step::Compute(_)));
        let call =
            has_calls.then(|| self.now + cost::PROLOGUE - (self.now - since) % cost::PROLOGUE);
        let stops: Option<Time> = call.into_iter().chain(signalled).min();
        if let Some(stops) = stops.filter(|&stops| stops < end) {
            self.rearrange(m, stops);
        }
    }

    /// Go's way there: `morestack`, `newstack`, `gopreempt_m`, `goschedImpl`.
    fn preempt(&mut self, m: usize, id: TaskId) {
        self.task(id).preempt = false;
        self.give_turn_away(m, id, What::Preempted);
    }

    /// To the global queue: a G that had its turn stands behind those of all Ps.
    fn give_turn_away(&mut self, m: usize, id: TaskId, what: What) {
        self.task(id).state = State::Runnable;
        self.machines[m].task = None;
        self.note_on(m, Some(id), what);
        self.put_into_global(m, id);
        self.wake_processor(m);
        self.schedule(m);
    }

    /// Go's `gopark`.
    pub(super) fn park(&mut self, m: usize, id: TaskId, reason: Reason) {
        self.task(id).state = State::Waiting;
        self.machines[m].task = None;
        self.note_on(m, Some(id), What::Parked(reason));
        self.schedule(m);
    }

    fn end(&mut self, m: usize, id: TaskId) {
        self.task(id).state = State::Dead;
        self.machines[m].task = None;
        self.note_on(m, Some(id), What::Ended);
        if id != MAIN {
            return self.schedule(m);
        }
        self.note_on(m, None, What::Exited);
        let tasks = self.tasks.iter();
        let left = tasks.filter(|task| task.state != State::Dead).count();
        self.outcome = Some(Outcome::Finished { left });
    }
}
