//! A program under the tracer of the chapter `syscalls`, from its `main` on and with everything that it
//! starts, each call told with the line that led to it.
//!
//! The tracer works on this thread, since the kernel serves no other. All that it traces ends with it
//! (`PTRACE_O_EXITKILL`), however this program ends. To end a run is to kill any of its processes: the
//! tracer wakes, sees that the run is to end, and is dropped, which kills the others.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use syscalls::event::{Call, Event, Frame, Kind};
use syscalls::source::origin;
use syscalls::trace::{Command, Ending as Traced, Error, Options, Tracer};

use super::log::Place;
use super::output::{self, Output};
use super::program::{self, Ending, Program, Untraced};
use super::run::Run;

/// How long the reading of what has been written may take.
const LAST_WORDS: Duration = Duration::from_secs(10);

pub(super) fn run(
    run: &Arc<Run>,
    program: &Program,
    temporary: &Path,
) -> Result<Result<Ending, Untraced>> {
    let Output { writer, ended } = output::listen(run)?;
    let mut command = Command::new(&program.executable)
        .stdin(program::no_input()?)
        .stdout(writer.try_clone()?)
        .stderr(writer);
    for (name, value) in program::surroundings(temporary) {
        command = command.env(name, value);
    }
    let options = Options {
        follow: true,
        stack: true,
        from_main: true,
        ..Options::default()
    };
    let tracer = match Tracer::spawn(&command, options) {
        Ok(tracer) => tracer,
        Err(error) => return Ok(Err(Untraced::Refused(error.to_string()))),
    };
    // With our end of the pipe in it, which would keep that from ending.
    drop(command);
    run.tell(|log| log.start(None));
    let outcome = follow(run, program, tracer);
    run.release();
    // All processes have ended that could write; what they have written is still to be read.
    let _ = ended.recv_timeout(LAST_WORDS);
    if let Ok(Err(Untraced::Traces)) = outcome {
        run.tell(|log| log.restart("It traces programs itself: once more, without a tracer."));
    }
    outcome
}

/// Tells of all calls until everything has ended.
fn follow(run: &Run, program: &Program, mut tracer: Tracer) -> Result<Result<Ending, Untraced>> {
    run.lead_traced(children_of_this_thread())?;
    loop {
        let event = match tracer.next() {
            Ok(Some(event)) => event,
            Ok(None) => break,
            Err(Error::Interrupted) => continue,
            Err(error) => return Err(error.into()),
        };
        run.trace(event.pid, !is_end(&event))?;
        match &event.kind {
            // The kernel would refuse it what the program is about.
            Kind::Enter(entry) if entry.name == "ptrace" => return Ok(Err(Untraced::Traces)),
            Kind::Call(call) => tell(run, program, call),
            _ => {}
        }
    }
    Ok(Ok(match tracer.ending() {
        Some(Traced::Exited(status)) => Ending::Exited(status),
        Some(Traced::Killed(signal)) => Ending::Killed(signal),
        None => anyhow::bail!("its end was not seen"),
    }))
}

fn tell(run: &Run, program: &Program, call: &Call) {
    let own = |frame: &&Frame| {
        let file = frame.file.as_ref();
        file.is_some_and(|file| file.ends_with(&program.file))
    };
    let line = call.stack.iter().find(own).and_then(|frame| frame.line);
    let place = match line {
        Some(line) => Place::Line(line),
        None => Place::Elsewhere(origin(&call.stack)),
    };
    let text = call.to_string();
    run.tell(|log| log.call(place, call.name, &text, call.failed()));
}

/// Whether a process has ended, and not only a thread.
fn is_end(event: &Event) -> bool {
    event.pid == event.tid && matches!(event.kind, Kind::Exited(_) | Kind::Killed { .. })
}

/// The program, of which the tracer may have nothing to tell before its `main`, nor for long after it.
fn children_of_this_thread() -> Vec<i32> {
    let children = std::fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
    let numbers = children.split_whitespace();
    numbers.flat_map(str::parse).collect()
}
