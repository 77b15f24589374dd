//! What each report means, and how the task goes on.

use nix::libc;

use super::memory::{family, is_thread};
use super::ptrace::{self, Report, Resume, Stop};
use super::task::{Process, Stage, Task};
use super::{Ending, Error, Held, Tracer, alive};
use crate::decode::{self, signal_name};
use crate::event::{Kind, Pid};

impl Tracer {
    /// Serves one report: events are told, and the task is held or gone.
    pub(super) fn serve(&mut self, tid: Pid, report: Report) -> Result<(), Error> {
        let stop = match report {
            Report::Stopped(stop) => stop,
            Report::Exited(_) | Report::Killed { .. } => {
                self.ended(tid, report);
                return Ok(());
            }
        };
        if !self.tasks.contains_key(&tid) {
            self.adopt(tid);
        }
        if stop != Stop::Executed && self.was_superseded(tid) {
            return Ok(());
        }
        match stop {
            Stop::Call | Stop::Chosen => {
                if self.at_call(tid)? {
                    self.hold(tid, 0);
                }
                Ok(())
            }
            Stop::Started => self.has_started(tid),
            Stop::Executed => self.has_executed(tid),
            Stop::Signal(signal) => self.gets_signal(tid, signal),
            Stop::Group(signal) => {
                self.is_stopped(tid, signal);
                Ok(())
            }
            Stop::Interrupted => self.is_interrupted(tid),
        }
    }

    /// Whether the number of a process's first thread belongs to another of them by now, one that has
    /// executed a program. Its report of that is under way; resumed before, it would be lost.
    pub(super) fn was_superseded(&self, tid: Pid) -> bool {
        let process = self.processes.get(&tid);
        process.is_some_and(|process| process.tasks > 1) && ptrace::stands_after_execve(tid)
    }

    /// The task goes on when its events have been given, in the way that its state asks for.
    fn hold(&mut self, tid: Pid, signal: i32) {
        let Some(task) = self.tasks.get(&tid) else {
            return;
        };
        let silent = task.hidden
            || self.filtered
            || self.processes.get(&task.pid).is_some_and(|p| p.before_main);
        let in_call = task.call.is_some() || task.asks_processors;
        let how = if !silent || in_call || task.stage == Stage::Launching {
            Resume::ToCall
        } else {
            Resume::Freely
        };
        self.held = Some(Held { tid, how, signal });
    }

    /// Makes a task known that was started by a traced one. `parent` is the task that did, as far as
    /// is known.
    pub(super) fn learn_of(&mut self, tid: Pid, pid: Pid, parent: Option<Pid>, stage: Stage) {
        let inherited = parent
            .and_then(|parent| self.tasks.get(&parent))
            .map(|task| (task.hidden, self.processes.get(&task.pid).copied()));
        let (hidden, process) = inherited.unwrap_or_default();
        let mut task = Task::new(pid, stage);
        task.hidden = hidden || (stage == Stage::New && !self.options.follow);
        self.tasks.insert(tid, task);
        let process = Process {
            tasks: 0,
            ..process.unwrap_or_default()
        };
        self.processes.entry(pid).or_insert(process).tasks += 1;
    }

    /// A task stopped that no parent has reported yet.
    fn adopt(&mut self, tid: Pid) {
        let (pid, parent) = family(tid).unwrap_or((tid, 0));
        let relative = if self.processes.contains_key(&pid) {
            pid
        } else {
            parent
        };
        let parent = self.some_task_of(relative);
        self.birth(tid, pid, parent);
    }

    fn some_task_of(&self, pid: Pid) -> Option<Pid> {
        let mut tasks = self.tasks.iter();
        tasks.find_map(|(tid, task)| (task.pid == pid).then_some(*tid))
    }

    fn birth(&mut self, tid: Pid, pid: Pid, parent: Option<Pid>) {
        self.learn_of(tid, pid, parent, Stage::New);
        if let Some(processor) = &mut self.processor {
            processor.started(tid, pid, parent);
        }
        if self.options.follow && !self.is_silent(tid) {
            self.tell(tid, Kind::Attached);
        }
    }

    /// A task reports that it has started another.
    fn has_started(&mut self, parent: Pid) -> Result<(), Error> {
        if let Some(child) = alive(ptrace::event_message(parent), "ask for the new task")?
            && !self.tasks.contains_key(&child)
        {
            let of = self.tasks.get(&parent).map_or(parent, |task| task.pid);
            let pid = if is_thread(child, of) { of } else { child };
            self.birth(child, pid, Some(parent));
            if let Some(report) = self.early_ends.remove(&child) {
                self.ended(child, report);
            }
        }
        self.hold(parent, 0);
        Ok(())
    }

    /// A task reports that it has executed a program.
    fn has_executed(&mut self, tid: Pid) -> Result<(), Error> {
        let Some(former) = alive(ptrace::event_message(tid), "ask who executed")? else {
            return Ok(());
        };
        if former != tid {
            self.supersede(tid, former);
        }
        if let (Some(unwinder), Some(task)) = (&mut self.unwinder, self.tasks.get(&tid)) {
            unwinder.forget(task.pid);
        }
        self.look_for_main(tid)?;
        self.hold(tid, 0);
        Ok(())
    }

    /// The thread `former` has executed a program and goes on under the number of the process's first.
    fn supersede(&mut self, tid: Pid, former: Pid) {
        self.never_leaves(tid);
        if self.tasks.contains_key(&tid) && !self.is_silent(tid) {
            self.tell(tid, Kind::Superseded { by: former });
        }
        if self.tasks.contains_key(&tid) {
            self.forget(tid);
        }
        if let Some(processor) = &mut self.processor {
            processor.ended(former);
        }
        if let Some(task) = self.tasks.remove(&former) {
            self.tasks.insert(tid, task);
        }
    }

    /// A signal is about to be delivered, or a breakpoint was hit.
    fn gets_signal(&mut self, tid: Pid, signal: i32) -> Result<(), Error> {
        if signal == libc::SIGTRAP && self.has_come_to_main(tid)? {
            self.hold(tid, 0);
            return Ok(());
        }
        let Some(info) = alive(ptrace::signal_info(tid), "look at a signal")? else {
            return Ok(());
        };
        if info.si_signo != signal {
            return Ok(());
        }
        if !self.is_silent(tid) {
            let (name, info) = decode::siginfo(&info);
            self.tell(tid, Kind::Signal { name, info });
        }
        self.hold(tid, signal);
        Ok(())
    }

    /// Job control has stopped a task.
    fn is_stopped(&mut self, tid: Pid, signal: i32) {
        if !self.is_silent(tid) {
            self.tell(tid, Kind::Stopped(signal_name(signal)));
        }
        self.held = Some(Held {
            tid,
            how: Resume::Listen,
            signal: 0,
        });
    }

    /// The first stop of a new task, or one that was asked for.
    fn is_interrupted(&mut self, tid: Pid) -> Result<(), Error> {
        let Some(task) = self.tasks.get_mut(&tid) else {
            return Ok(());
        };
        if task.stage == Stage::New {
            task.stage = Stage::Traced;
            if task.hidden && !self.filtered {
                return self.release(tid);
            }
        }
        self.hold(tid, 0);
        Ok(())
    }

    /// Lets go a task that was started by a traced one and is not to be followed.
    fn release(&mut self, tid: Pid) -> Result<(), Error> {
        let shares_memory = |process: &Process| process.tasks > 1;
        let process = self.tasks.get(&tid).map(|task| task.pid);
        if !process.is_some_and(|pid| self.processes.get(&pid).is_some_and(shares_memory)) {
            self.remove_breakpoint(tid);
        }
        if let Some(processor) = &mut self.processor {
            processor.leaves(tid);
        }
        self.forget(tid);
        alive(ptrace::detach(tid, 0), "let a child go").map(drop)
    }

    /// Whether nothing is told of a task now.
    pub(super) fn is_silent(&self, tid: Pid) -> bool {
        self.tasks.get(&tid).is_none_or(|task| {
            let process = self.processes.get(&task.pid);
            task.hidden || task.stage == Stage::Launching || process.is_some_and(|p| p.before_main)
        })
    }

    /// A task has ended.
    pub(super) fn ended(&mut self, tid: Pid, report: Report) {
        let Some(task) = self.tasks.get(&tid) else {
            self.early_ends.insert(tid, report);
            return;
        };
        let (hidden, launching) = (task.hidden, task.stage == Stage::Launching);
        self.never_leaves(tid);
        let (ending, kind) = match report {
            Report::Killed {
                signal,
                core_dumped,
            } => (
                Ending::Killed(signal),
                Kind::Killed {
                    signal: signal_name(signal),
                    number: signal,
                    core_dumped,
                },
            ),
            Report::Exited(status) => (Ending::Exited(status), Kind::Exited(status)),
            Report::Stopped(_) => return,
        };
        if Some(tid) == self.root {
            self.ending = Some(ending);
            self.root_ended(report);
        }
        if !hidden && !launching {
            self.tell(tid, kind);
        }
        self.forget(tid);
    }

    /// Drops all that is known of a task.
    pub(super) fn forget(&mut self, tid: Pid) {
        let Some(task) = self.tasks.remove(&tid) else {
            return;
        };
        if let Some(processor) = &mut self.processor {
            if task.asks_processors {
                processor.lower();
            }
            processor.ended(tid);
        }
        if let Some(process) = self.processes.get_mut(&task.pid) {
            process.tasks -= 1;
            if process.tasks == 0 {
                if let Some(unwinder) = &mut self.unwinder {
                    unwinder.forget(task.pid);
                }
                self.processes.remove(&task.pid);
            }
        }
    }
}
