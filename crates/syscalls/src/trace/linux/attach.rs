//! Coming to processes that run already, and leaving them.

use std::fs;
use std::io;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd;

use super::memory::tracer_of;
use super::ptrace::{self, Report};
use super::task::Stage;
use super::{Error, Held, Tracer, alive, system};
use crate::event::{Kind, Outcome, Pid};
use crate::table::Architecture;

impl Tracer {
    /// Seizes all threads of a process. A thread may start others meanwhile: those of a thread that is
    /// seized already are traced from their birth, those of another are in the list at the next look.
    pub(super) fn attach_to(&mut self, pid: Pid) -> Result<(), Error> {
        let failed = |source| Error::Attach { pid, source };
        loop {
            let mut found = false;
            for tid in threads(pid).map_err(failed)? {
                if !self.tasks.contains_key(&tid) {
                    found |= self.attach_to_thread(pid, tid).map_err(failed)?;
                }
            }
            if !found {
                return Ok(());
            }
        }
    }

    /// False when the thread is traced already, or has ended.
    fn attach_to_thread(&mut self, pid: Pid, tid: Pid) -> io::Result<bool> {
        match ptrace::seize(tid, false) {
            Ok(()) => {}
            Err(Errno::ESRCH) if tid != pid => return Ok(false),
            Err(Errno::EPERM) if tracer_of(tid) == Some(own_tid()) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        self.learn_of(tid, pid, None, Stage::Traced);
        if let Some(task) = self.tasks.get_mut(&tid) {
            task.interrupted = call_of(tid);
        }
        self.tell(tid, Kind::Attached);
        match ptrace::interrupt(tid) {
            Ok(()) | Err(Errno::ESRCH) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// Leaves all tasks: those that stand, at once; the others as soon as they do.
    pub(super) fn leave_all(&mut self) -> Result<(), Error> {
        if self.filtered && !self.tasks.is_empty() {
            return Err(system(
                "leave a program whose seccomp filter needs its tracer",
                Errno::EBUSY,
            ));
        }
        if let Some(mut processor) = self.processor.take() {
            processor.release();
        }
        if let Some(Held { tid, signal, .. }) = self.held.take() {
            self.leave(tid, signal)?;
        }
        for tid in self.tasks.keys() {
            let _ = ptrace::interrupt(*tid);
        }
        while !self.tasks.is_empty() {
            match self.next_report() {
                Ok(Some((tid, report))) => self.leave_at(tid, report)?,
                Ok(None) => break,
                Err(Error::Interrupted) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Leaves a task that has just reported.
    fn leave_at(&mut self, tid: Pid, report: Report) -> Result<(), Error> {
        // What a birth, an execve or a breakpoint means is worked out as always.
        self.serve(tid, report)?;
        // A call that our own interruption ended is taken up again when we are gone.
        if let Some(Kind::Call(call)) = self.events.back().map(|event| &event.kind)
            && matches!(call.outcome, Outcome::Restart(_))
        {
            self.events.pop_back();
        }
        match self.held.take() {
            Some(held) => self.leave(held.tid, held.signal),
            None => Ok(()),
        }
    }

    fn leave(&mut self, tid: Pid, signal: i32) -> Result<(), Error> {
        let told = !self.is_silent(tid);
        self.remove_breakpoint(tid);
        if alive(ptrace::detach(tid, signal), "leave a task")?.is_none() {
            // Killed meanwhile; its end will be reported.
            return Ok(());
        }
        if told {
            self.tell(tid, Kind::Detached);
        }
        self.forget(tid);
        Ok(())
    }

    /// Ends all that was spawned, and waits until it has ended.
    pub(super) fn kill_all(&mut self) {
        let mut gone = false;
        while !gone && !self.tasks.is_empty() {
            for task in self.tasks.values() {
                let _ = kill(unistd::Pid::from_raw(task.pid), Signal::SIGKILL);
            }
            gone = self.reap();
        }
    }

    /// Waits for one report on the way to the end; true when there is nobody to wait for.
    fn reap(&mut self) -> bool {
        match self.next_report() {
            Ok(Some((tid, Report::Stopped(_)))) => {
                if !self.tasks.contains_key(&tid) {
                    self.learn_of(tid, tid, None, Stage::Traced);
                }
                false
            }
            Ok(Some((tid, _))) => {
                self.forget(tid);
                false
            }
            Err(Error::Interrupted) => false,
            Ok(None) | Err(_) => true,
        }
    }
}

fn threads(pid: Pid) -> io::Result<Vec<Pid>> {
    let entries = match fs::read_dir(format!("/proc/{pid}/task")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Errno::ESRCH.into());
        }
        entries => entries?,
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter_map(|name| name.parse().ok()).collect())
}

fn own_tid() -> Pid {
    unistd::gettid().as_raw()
}

/// The call that a task is in, for when it is taken up again.
fn call_of(tid: Pid) -> Option<&'static str> {
    let text = fs::read_to_string(format!("/proc/{tid}/syscall")).ok()?;
    let number = text.split(' ').next()?.parse().ok()?;
    Architecture::HERE.name(number)
}
