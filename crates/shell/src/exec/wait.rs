//! Hearing what became of the children.

use nix::errno::Errno;
use nix::libc;
use nix::unistd::Pid;

use super::Shell;
use super::child::{self, Patience};
use super::signal::{self, Disposition};
use crate::jobs::{Process, State};

/// How a wait that a signal may end came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waited {
    /// What was waited for has happened.
    Done,
    /// This trapped signal came first.
    Interrupted(i32),
    /// There is nothing to wait for.
    NoChildren,
}

impl Shell {
    /// Waits for the processes of a command in the foreground, until all have ended, or with job
    /// control until those that have not are stopped. What other children do is noted on the way.
    pub(crate) fn wait_for(&mut self, processes: &mut [Process]) {
        let stops = self.has_job_control();
        while processes
            .iter()
            .any(|process| process.state == State::Running)
        {
            match child::news(Patience::Wait, stops) {
                Ok(Some((pid, state))) => self.note(processes, pid, state),
                Ok(None) | Err(Errno::EINTR) => {}
                // Somebody has waited for them: their statuses are lost.
                Err(_) => {
                    for process in &mut *processes {
                        process.state = State::Exited(127);
                    }
                }
            }
        }
    }

    fn note(&mut self, processes: &mut [Process], pid: Pid, state: State) {
        match processes.iter_mut().find(|process| process.pid == pid) {
            Some(process) => process.state = state,
            None => drop(self.jobs.record(pid, state)),
        }
    }

    /// Notes what has happened so far, without waiting.
    pub fn reap(&mut self) {
        while let Ok(Some((pid, state))) = child::news(Patience::Look, self.has_job_control()) {
            self.jobs.record(pid, state);
        }
    }

    /// Waits until `is_done` says so, or a trapped signal comes.
    ///
    /// A signal that comes between the look and the wait would be slept through. So signals are held
    /// back while we look, and let through only inside `sigsuspend`; SIGCHLD is caught, that it ends
    /// that too.
    pub(crate) fn wait_until(&mut self, is_done: impl Fn(&Self) -> bool) -> Waited {
        let _ = signal::set(libc::SIGCHLD, Disposition::Catch);
        signal::held_back(|mask| {
            loop {
                let looked = child::news(Patience::Look, self.has_job_control());
                if let Ok(Some((pid, state))) = looked {
                    self.jobs.record(pid, state);
                    continue;
                }
                if is_done(self) {
                    return Waited::Done;
                }
                if let Some(number) = self.interrupting_signal() {
                    return Waited::Interrupted(number);
                }
                if looked == Err(Errno::ECHILD) {
                    return Waited::NoChildren;
                }
                signal::suspend(mask);
            }
        })
    }
}
