//! Children connected by pipes.
//!
//! `a | b | c` is three children, two pipes and one process group. The difficulty is in what must *not* be
//! there: a writing end that is left open anywhere, in the parent or in a sibling, keeps the reader waiting
//! for an end of file that never comes. Here each end is made with `FD_CLOEXEC`, put onto descriptor 0 or 1
//! of the one child that needs it, and closed in the parent as soon as that child runs.
//!
//! ```
//! use std::io::Read;
//!
//! use process::exit::Status;
//! use process::pipeline::Pipeline;
//! use process::spawn::Spawn;
//!
//! let mut pipeline = Pipeline::new();
//! let mut echo = Spawn::new("/bin/echo");
//! echo.arg("three little words");
//! let mut count = Spawn::new("wc");
//! count.search_path(true).arg("-w");
//!
//! let mut running = pipeline.stage(echo).stage(count).capture(true).start()?;
//! let mut output = String::new();
//! running.output().expect("captured").read_to_string(&mut output)?;
//! assert_eq!(output.trim(), "3");
//! assert_eq!(running.wait()?, [Status::Exited(0); 2]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::exit::Status;
use crate::spawn::{Child, FdSource, Group, Spawn, SpawnError};

/// Programs, each of which reads what the one before it writes.
#[derive(Debug, Default)]
pub struct Pipeline {
    stages: Vec<Spawn>,
    capture: bool,
}

/// Why a pipeline did not start. What of it had started was ended and waited for.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// It has no stage.
    #[error("an empty pipeline")]
    Empty,
    /// No pipe could be made.
    #[error("cannot make a pipe")]
    Pipe(#[source] io::Error),
    /// A stage could not be started.
    #[error(transparent)]
    Spawn(#[from] SpawnError),
}

/// A pipeline that runs. Dropping it neither ends nor waits for it.
#[derive(Debug)]
pub struct Running {
    /// In the order of the stages.
    children: Vec<Child>,
    output: Option<File>,
}

impl Pipeline {
    /// Without stages.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a stage. Its descriptors 0 and 1 become pipes, as far as it has neighbours, before what it
    /// says of its descriptors itself: so its `2>&1` means the pipe. The groups that stages ask for are
    /// not looked at: the first leads, the others join.
    pub fn stage(&mut self, spawn: Spawn) -> &mut Self {
        self.stages.push(spawn);
        self
    }

    /// Whether [`Running::output`] has what the last stage writes.
    pub fn capture(&mut self, capture: bool) -> &mut Self {
        self.capture = capture;
        self
    }

    /// Starts the stages from left to right.
    ///
    /// # Errors
    ///
    /// See [`PipelineError`].
    pub fn start(&self) -> Result<Running, PipelineError> {
        if self.stages.is_empty() {
            return Err(PipelineError::Empty);
        }
        let mut running = Running {
            children: Vec::with_capacity(self.stages.len()),
            output: None,
        };
        match self.start_stages(&mut running) {
            Ok(()) => Ok(running),
            Err(error) => {
                running.give_up();
                Err(error)
            }
        }
    }

    fn start_stages(&self, running: &mut Running) -> Result<(), PipelineError> {
        let mut input: Option<OwnedFd> = None;
        for (index, stage) in self.stages.iter().enumerate() {
            let is_last = index + 1 == self.stages.len();
            let (next, output) = match is_last && !self.capture {
                true => (None, None),
                false => {
                    let (read, write) = pipe().map_err(PipelineError::Pipe)?;
                    (Some(read), Some(write))
                }
            };
            let mut stage = stage.clone();
            stage.group(running.group().map_or(Group::New, Group::Join));
            connect(&mut stage, input.as_ref(), output.as_ref());
            running.children.push(stage.spawn()?);
            // Both ends that this child has got are closed here before the next one is started.
            input = next;
        }
        running.output = input.map(File::from);
        Ok(())
    }
}

impl Running {
    /// The process group, which is the pid of the first stage.
    pub fn group(&self) -> Option<Pid> {
        self.children.first().map(Child::id)
    }

    /// The children, in the order of the stages.
    pub fn children(&mut self) -> &mut [Child] {
        &mut self.children
    }

    /// What the last stage writes, if [`Pipeline::capture`] asked for it; the first call takes it.
    pub fn output(&mut self) -> Option<File> {
        self.output.take()
    }

    /// Sends all of them a signal at once.
    ///
    /// # Errors
    ///
    /// `ESRCH` when all have ended and are waited for.
    pub fn signal(&self, signal: Signal) -> nix::Result<()> {
        self.group()
            .map_or(Err(Errno::ESRCH), |group| killpg(group, signal))
    }

    /// Waits for all, and tells how each ended. A last stage whose output was captured and not taken
    /// meets a closed pipe.
    ///
    /// # Errors
    ///
    /// As [`Child::wait`].
    pub fn wait(&mut self) -> nix::Result<Vec<Status>> {
        self.output = None;
        self.children.iter_mut().map(Child::wait).collect()
    }

    fn give_up(&mut self) {
        for child in &mut self.children {
            // One that has ended already is only waited for.
            let _ = child.signal(Signal::SIGKILL);
            let _ = child.wait();
        }
    }
}

/// A pipe whose ends no program inherits, and which does not lie on 0, 1 or 2: where a caller has closed
/// one of these, an end would otherwise be overwritten before it is used.
fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (read, write) = io::pipe()?;
    Ok((above_stderr(read.into())?, above_stderr(write.into())?))
}

fn above_stderr(fd: OwnedFd) -> io::Result<OwnedFd> {
    match fd.as_raw_fd() {
        // std duplicates to 3 or more.
        0..=2 => fd.try_clone(),
        _ => Ok(fd),
    }
}

/// Puts the pipes in front of what the stage says itself.
fn connect(stage: &mut Spawn, input: Option<&OwnedFd>, output: Option<&OwnedFd>) {
    let ends = [(0, input), (1, output)];
    let ends = ends
        .into_iter()
        .filter_map(|(number, end)| Some((number, FdSource::from(end?.as_fd()))));
    stage.fds_first(ends);
}
