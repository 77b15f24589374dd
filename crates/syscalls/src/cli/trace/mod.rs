//! `syscalls trace`: the tracer's command line.

mod arguments;
mod end;
mod report;
mod signals;
mod source;

use std::fs;
use std::io;
use std::process::ExitCode;

use anyhow::Context;
use syscalls::event::Pid;
use syscalls::trace::{Command, Error, Tracer};

pub(crate) use arguments::Trace;
use end::{die_of, end_as};
use report::Report;
use signals::Caught;

impl Trace {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let mut report = Report::new(&self)?;
        let mut session = Session {
            tracer: self.begin()?,
            attached: !self.processes.is_empty(),
            program: None,
            left_by: None,
        };
        let outcome = session.tell(&mut report);
        if let Err(error) = outcome {
            // Its events have nowhere to go. A program with a filter in it cannot be let go, and ends
            // with the tracer.
            let _ = session.tracer.detach();
            return Err(error);
        }
        report.finish()?;
        match (session.left_by, session.tracer.ending()) {
            (Some(signal), _) => Ok(die_of(signal)),
            (None, Some(ending)) => Ok(end_as(ending)),
            (None, None) => Ok(ExitCode::SUCCESS),
        }
    }

    fn begin(&self) -> anyhow::Result<Tracer> {
        let options = self.options();
        if !self.processes.is_empty() {
            signals::catch(signals::ENDS)?;
            return Ok(Tracer::attach(&self.processes, options)?);
        }
        let mut words = self.command.iter();
        let program = words.next().context("no program to trace")?;
        let tracer = Tracer::spawn(&Command::new(program).args(words), options)?;
        // Not before: what is ignored stays so in the program. The keyboard's signals go to it
        // directly, and it is for it to say what they mean.
        signals::ignore(signals::KEYBOARD)?;
        signals::catch(signals::DEMANDS)?;
        Ok(tracer)
    }
}

/// A trace under way.
struct Session {
    tracer: Tracer,
    attached: bool,
    /// The process of the first event: the program that was started.
    program: Option<Pid>,
    /// The signal that ended the tracing of processes that go on.
    left_by: Option<i32>,
}

impl Session {
    /// Reports all events until the end.
    fn tell(&mut self, report: &mut Report) -> anyhow::Result<()> {
        loop {
            if let Some(caught) = signals::caught() {
                self.obey(caught)?;
            }
            match self.tracer.next() {
                Ok(Some(event)) => {
                    self.program.get_or_insert(event.pid);
                    report.event(&event)?;
                }
                Ok(None) => return Ok(()),
                Err(Error::Interrupted) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// A signal to us leaves processes that we attached to alone, and is passed on to a program that
    /// we started.
    fn obey(&mut self, Caught(signal): Caught) -> io::Result<()> {
        if self.attached {
            self.left_by = Some(signal);
            return self.tracer.detach().map_err(io::Error::other);
        }
        match self.program.or_else(child) {
            Some(program) => signals::send(program, signal),
            None => Ok(()),
        }
    }
}

/// The only child of this thread: the program, of which a filter may have let no event through.
fn child() -> Option<Pid> {
    let children = fs::read_to_string("/proc/thread-self/children").ok()?;
    children.split_whitespace().next()?.parse().ok()
}
