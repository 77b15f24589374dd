//! From a command to the first instruction of its program.

use nix::errno::Errno;

use super::launch::{Launched, launch};
use super::processor::Processor;
use super::ptrace::{self, Report};
use super::task::Stage;
use super::{Command, Error, Tracer, seccomp, system};

/// How far the spawned program has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// Its execve is still to succeed.
    Pending,
    /// It runs, or ran.
    Done,
    /// With this error.
    Failed(Errno),
    /// It has no `main` and should.
    NoMain,
}

impl Tracer {
    /// Has the command's program executed, and serves what happens until it is in memory.
    pub(super) fn start(mut self, command: &Command) -> Result<Self, Error> {
        self.filtered = !self.options.filter.every_call();
        let filter = if self.filtered {
            seccomp::program(&self.admission)
        } else {
            Vec::new()
        };
        let name = || command.program.to_string_lossy().into_owned();
        let failed = |source| Error::Execute {
            program: name(),
            source,
        };
        let child = launch(command, &filter).map_err(failed)?;
        self.seize_launched(child)?;
        self.run_to_program()?;
        match self.start {
            Start::Failed(error) => Err(failed(error.into())),
            Start::NoMain => Err(Error::NoMain { program: name() }),
            Start::Pending | Start::Done => Ok(self),
        }
    }

    /// Seizes the child at its gate and opens that; the child stops before it does anything else.
    fn seize_launched(&mut self, child: Launched) -> Result<(), Error> {
        let pid = child.pid;
        let seized = ptrace::seize(pid, true).and_then(|()| ptrace::interrupt(pid));
        if let Err(error) = seized {
            // Its gate closes, and it ends.
            drop(child);
            let _ = ptrace::wait(true);
            return Err(system("trace the program (PTRACE_SEIZE)", error));
        }
        self.root = Some(pid);
        self.learn_of(pid, pid, None, Stage::Launching);
        if let Some(process) = self.processes.get_mut(&pid) {
            process.before_main = self.options.from_main;
        }
        // Before `main` the calls about processors are not seen.
        if !self.options.from_main {
            self.processor = Processor::new();
        }
        if let Some(processor) = &mut self.processor {
            processor.started(pid, pid, None);
        }
        child.open().map_err(|source| Error::System {
            step: "let the program start",
            source,
        })
    }

    /// Serves reports until the program is in memory, or is known not to get there.
    fn run_to_program(&mut self) -> Result<(), Error> {
        while self.start == Start::Pending {
            self.resume_held()?;
            match self.next_report() {
                Ok(Some((tid, report))) => self.serve(tid, report)?,
                Ok(None) => break,
                Err(Error::Interrupted) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// When the child has ended by itself before its program was there, its status is an error.
    pub(super) fn root_ended(&mut self, report: Report) {
        if self.start == Start::Pending {
            self.start = match report {
                Report::Exited(status) => Start::Failed(Errno::from_raw(status)),
                _ => Start::Done,
            };
        }
    }
}
