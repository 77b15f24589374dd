//! Calls: from their entry to their exit, or to the end of the task.

use std::time::Instant;

use nix::libc;

use super::memory::TaskMemory;
use super::processor::is_about_processors;
use super::ptrace::{self, CallInfo};
use super::seccomp::ARCHITECTURE;
use super::task::{OpenCall, Stage};
use super::{Error, Tracer, alive, now};
use crate::event::{Call, Entry, Frame, Kind, Outcome, Pid};
use crate::symbols::Unwinder;

/// Added to the number of a call that was made by the instructions of another architecture (32-bit
/// code), so that it is not taken for the call that has this number here.
const FOREIGN: u64 = 1 << 32;

/// What strace writes for arguments that were to come from a kernel that never answered.
const UNFINISHED: &str = "<unfinished ...>";

impl Tracer {
    /// A task stopped at the entry or the exit of a call. False when it has not: the report is of
    /// one that is no more, and the task must not be resumed for it.
    pub(super) fn at_call(&mut self, tid: Pid) -> Result<bool, Error> {
        match alive(ptrace::call_info(tid), "look at a call")? {
            Some(CallInfo::Enter {
                architecture,
                number,
                arguments,
            }) => {
                let foreign = if architecture == ARCHITECTURE {
                    0
                } else {
                    FOREIGN
                };
                self.enters(tid, number | foreign, arguments);
            }
            Some(CallInfo::Leave { result, failed }) => self.leaves(tid, result, failed),
            Some(CallInfo::None) | None => return Ok(false),
        }
        Ok(true)
    }

    fn enters(&mut self, tid: Pid, number: u64, arguments: [u64; 6]) {
        let Some(task) = self.tasks.get_mut(&tid) else {
            return;
        };
        if task.stage == Stage::Launching {
            if number != libc::SYS_execve as u64 {
                return;
            }
            task.stage = Stage::Traced;
        }
        if let Some(processor) = &mut self.processor
            && is_about_processors(number)
            && !task.asks_processors
        {
            processor.lift();
            task.asks_processors = true;
        }
        // A chosen call stops twice when the task was to stop at each: its entry is told once.
        if task.call.is_some() || task.hidden || !self.admission.admits(number) {
            return;
        }
        if self.processes.get(&task.pid).is_some_and(|p| p.before_main) {
            return;
        }
        let mut decoding = self.decoder.enter(number, arguments, &TaskMemory(tid));
        if number == libc::SYS_restart_syscall as u64 {
            let name = task.interrupted.unwrap_or("system call");
            decoding.text = format!("<... resuming interrupted {name} ...>");
            decoding.spans.clear();
            decoding.spans.push(0..decoding.text.len());
        }
        let entry = self.admission.every_outcome.then(|| Entry {
            name: decoding.name,
            arguments: decoding.text.clone(),
        });
        let stack = match &mut self.unwinder {
            Some(unwinder) => stack_of(unwinder, tid, task.pid),
            None => Vec::new(),
        };
        let time = now();
        task.call = Some(OpenCall {
            decoding,
            time,
            entered: Instant::now(),
            stack,
        });
        if let Some(entry) = entry {
            self.tell_at(tid, time, Kind::Enter(entry));
        }
    }

    fn leaves(&mut self, tid: Pid, result: i64, failed: bool) {
        let Some(task) = self.tasks.get_mut(&tid) else {
            return;
        };
        if let Some(processor) = &mut self.processor
            && task.asks_processors
        {
            processor.lower();
            task.asks_processors = false;
        }
        // Without a call, it is one that is not to be told.
        let Some(mut call) = task.call.take() else {
            return;
        };
        let memory = TaskMemory(tid);
        let outcome = self
            .decoder
            .exit(&mut call.decoding, result, failed, &memory);
        if let Outcome::Restart(_) = outcome {
            task.interrupted = Some(call.decoding.name);
        }
        self.tell_call(tid, call, outcome);
    }

    /// The call that a task was in, if any, never returns.
    pub(super) fn never_leaves(&mut self, tid: Pid) {
        let Some(task) = self.tasks.get_mut(&tid) else {
            return;
        };
        if let Some(mut call) = task.call.take() {
            if !call.decoding.is_complete() {
                call.decoding.text.push_str(UNFINISHED);
            }
            self.tell_call(tid, call, Outcome::Never);
        }
    }

    fn tell_call(&mut self, tid: Pid, call: OpenCall, outcome: Outcome) {
        if !self.options.filter.admits_outcome(&outcome) {
            return;
        }
        let decoding = call.decoding;
        let told = Call {
            number: decoding.number % FOREIGN,
            name: decoding.name,
            arguments: decoding.text,
            spans: decoding.spans,
            outcome,
            took: call.entered.elapsed(),
            stack: call.stack,
        };
        self.tell_at(tid, call.time, Kind::Call(told));
    }
}

/// Who called; nobody when the task has been killed meanwhile.
fn stack_of(unwinder: &mut Unwinder, tid: Pid, pid: Pid) -> Vec<Frame> {
    ptrace::registers(tid)
        .map(|registers| unwinder.stack(pid, &registers.of_stack()))
        .unwrap_or_default()
}
