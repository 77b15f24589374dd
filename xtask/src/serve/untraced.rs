//! A program without a tracer: what it prints, and how it ends.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::output::{self, Output};
use super::program::{self, Ending, Program};
use super::run::Run;
use crate::group;

/// How often is looked whether the run was ended.
const LOOK: Duration = Duration::from_millis(100);

/// A process that has left the group and holds the pipe is not waited for longer than this.
const LAST_WORDS: Duration = Duration::from_secs(1);

pub(super) fn run(run: &Arc<Run>, program: &Program, temporary: &Path) -> Result<Ending> {
    let Output { writer, ended } = output::listen(run)?;
    let mut command = Command::new(&program.executable);
    command
        .envs(program::surroundings(temporary))
        .stdin(program::no_input()?)
        .stdout(writer.try_clone()?)
        .stderr(writer);
    group::of_its_own(&mut command);
    let name = program.executable.display();
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    // With our end of the pipe in it.
    drop(command);
    let led = run.lead(&child);
    wait_for_end(run, &ended);
    let status = run.wait(&mut child)?;
    led?;
    Ok(ending(status))
}

/// The pipe ends when the program has, and every process that it started with it. Who has left the
/// program's group holds the pipe even when the group was killed.
fn wait_for_end(run: &Run, ended: &Receiver<()>) {
    let mut killed = None;
    while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        if run.ended().is_some() && killed.get_or_insert_with(Instant::now).elapsed() > LAST_WORDS {
            return;
        }
    }
}

fn ending(status: ExitStatus) -> Ending {
    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Exited(code),
        (None, Some(signal)) => Ending::Killed(signal),
        (None, None) => Ending::Exited(-1),
    }
}
