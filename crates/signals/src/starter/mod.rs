//! A listening socket handed from generation to generation.
//!
//! The contract is Server::Starter's. A supervisor opens the sockets and starts the server with them
//! open; which is which stands in the environment. At HUP it starts the server anew, and when the new
//! one has stayed up for the interval, it tells the old one to end. The socket is never closed, so no
//! connection is refused: what arrives in between waits in the kernel's queue, which both share.
//!
//! The rules are a pure [`machine`]; [`Starter`] feeds it with what happens and does what it says.
//!
//! # After a kill -9
//!
//! Workers go on serving when their supervisor is killed: nothing ties them to it. The pid file tells
//! that it is gone, since its lock is; the status file tells who they are. The next start with the same
//! files tells them to end, waits for that, and listens again. A number of the status file that has
//! another process by now is left alone: whoever began after the file was written cannot be the worker.

mod config;
pub mod endpoint;
pub mod files;
pub mod layout;
pub mod listen;
pub mod machine;
mod note;
mod orphans;
mod remote;
pub mod settings;

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::time::Instant;

use nix::sys::signal::Signal;
use thiserror::Error;

use crate::supervisor::{Happening, Launch, Passed, Supervisor};
use config::{environment, policy};
use files::{PidFile, PidFileError};
use listen::{Bound, Paths};
use machine::{Action, Event, Machine, Why};

pub use config::Config;
pub use note::Note;
pub use remote::{Left, RemoteError, restart, stop};

/// Why there is nothing to serve with.
#[derive(Debug, Error)]
pub enum StartError {
    /// The pid file.
    #[error("cannot take the pid file {0}")]
    PidFile(PathBuf, #[source] PidFileError),
    /// An address or path. With the workers that another starter left there, if any can be found.
    #[error("cannot listen on {0}{1}")]
    Listen(String, String, #[source] io::Error),
    /// Two sockets want the same number.
    #[error("descriptor {0} is asked for twice")]
    Twice(i32),
    /// A worker of a dead supervisor does not end.
    #[error(
        "worker {pid} of generation {generation} outlived its supervisor and does not end; kill it first"
    )]
    Orphan {
        /// Which.
        pid: nix::unistd::Pid,
        /// Its generation.
        generation: u64,
    },
    /// The status file.
    #[error("cannot write the status file {0}")]
    Status(PathBuf, #[source] io::Error),
    /// Something else of the system.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A supervisor that listens, and starts generation after generation.
#[derive(Debug)]
pub struct Starter {
    config: Config,
    supervisor: Supervisor,
    machine: Machine,
    /// Time zero of the machine.
    origin: Instant,
    descriptors: Vec<Passed>,
    /// What the workers find in their environment about the descriptors.
    about: Vec<(OsString, OsString)>,
    /// TERM or INT, whichever came.
    leaving_by: Signal,
    status_written: bool,
    _paths: Paths,
    _pid_file: Option<PidFile>,
}

impl Starter {
    /// Opens what is to be opened, after mending what a killed predecessor left. `tell` gets the report.
    ///
    /// Blocks HUP, TERM, INT and CHLD in this thread.
    ///
    /// # Errors
    ///
    /// See [`StartError`].
    pub fn new(config: Config, tell: &mut dyn FnMut(&Note)) -> Result<Self, StartError> {
        let told_by = [Signal::SIGHUP, Signal::SIGTERM, Signal::SIGINT];
        let supervisor = Supervisor::new(&told_by)?;
        let pid_file = take_pid_file(&config, tell)?;
        if pid_file.is_some() {
            end_orphans(&config, tell)?;
        }
        let mut paths = Paths::default();
        let bound = listen_all(&config, &mut paths, tell)?;
        let (descriptors, about) = lay_out(&config, &bound, tell)?;
        let mut starter = Starter {
            machine: Machine::new(policy(&config, &environment(&config))),
            config,
            supervisor,
            origin: Instant::now(),
            descriptors,
            about,
            leaving_by: Signal::SIGTERM,
            status_written: false,
            _paths: paths,
            _pid_file: None,
        };
        if let Some(mut file) = pid_file {
            file.write()?;
            starter._pid_file = Some(file);
        }
        Ok(starter)
    }

    /// Serves until TERM or INT, and until all workers have ended.
    ///
    /// # Errors
    ///
    /// The status file cannot be written; those of waiting.
    pub fn run(mut self, tell: &mut dyn FnMut(&Note)) -> Result<(), StartError> {
        let mut event = Event::Tick;
        loop {
            if self.handle(event, tell)? {
                return Ok(());
            }
            let deadline = self.machine.deadline().map(|at| self.origin + at);
            event = match self.supervisor.next(deadline)? {
                Happening::Told(Signal::SIGHUP) => Event::Hup,
                Happening::Told(signal) => {
                    self.leaving_by = signal;
                    Event::Term
                }
                Happening::Ended { pid, status } => Event::Ended(pid, status),
                Happening::Deadline => Event::Tick,
            };
        }
    }

    /// Whether that was the end.
    fn handle(&mut self, event: Event, tell: &mut dyn FnMut(&Note)) -> Result<bool, StartError> {
        if matches!(event, Event::Hup | Event::Tick) {
            let policy = policy(&self.config, &environment(&self.config));
            self.machine.set_policy(policy);
        }
        let mut actions = VecDeque::from(self.machine.handle(self.origin.elapsed(), event));
        while let Some(action) = actions.pop_front() {
            match action {
                Action::Start { generation } => {
                    let answer = self.start(generation, tell);
                    actions.extend(self.machine.handle(self.origin.elapsed(), answer));
                }
                Action::Tell(pid, why) => {
                    // An error would be a child with another user's rights, which keeps its own counsel.
                    let _ = self.supervisor.tell(pid, self.signal(why));
                }
                Action::Status => self.write_status()?,
                Action::Note(note) => tell(&note),
                Action::Leave => return Ok(true),
            }
        }
        Ok(false)
    }

    fn start(&mut self, generation: u64, tell: &mut dyn FnMut(&Note)) -> Event {
        let mut environment = environment(&self.config);
        environment.extend(self.about.iter().cloned());
        environment.insert(
            "SERVER_STARTER_GENERATION".into(),
            generation.to_string().into(),
        );
        let launch = Launch {
            program: self.config.program.clone(),
            arguments: self.config.arguments.clone(),
            directory: self.config.directory.clone(),
            environment: environment.into_iter().collect(),
            descriptors: self.descriptors.clone(),
            listen_pid: !self.descriptors.is_empty(),
        };
        let started = launch
            .command()
            .and_then(|mut command| self.supervisor.spawn(&mut command));
        match started {
            Ok(pid) => Event::Started(pid),
            Err(error) => {
                let program = self.config.program.display();
                tell(&Note::CannotStart(format!("{program}: {error}")));
                Event::NotStarted
            }
        }
    }

    /// INT is the terminal's, and Server::Starter answers it with TERM always.
    fn signal(&self, why: Why) -> Signal {
        match why {
            Why::Replaced => self.config.signal_on_hup,
            Why::Leaving if self.leaving_by == Signal::SIGINT => Signal::SIGTERM,
            Why::Leaving => self.config.signal_on_term,
        }
    }

    fn write_status(&mut self) -> Result<(), StartError> {
        let Some(path) = &self.config.status_file else {
            return Ok(());
        };
        self.status_written = true;
        files::write_status(path, &self.machine.workers())
            .map_err(|error| StartError::Status(path.clone(), error))
    }
}

impl Drop for Starter {
    fn drop(&mut self) {
        if let Some(path) = self
            .config
            .status_file
            .as_ref()
            .filter(|_| self.status_written)
        {
            // Gone already: nothing is left to say.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn take_pid_file(
    config: &Config,
    tell: &mut dyn FnMut(&Note),
) -> Result<Option<PidFile>, StartError> {
    let Some(path) = &config.pid_file else {
        return Ok(None);
    };
    let taken = PidFile::take(path);
    let (file, former) = taken.map_err(|error| StartError::PidFile(path.clone(), error))?;
    if let Some(pid) = former {
        tell(&Note::StalePid(pid));
    }
    Ok(Some(file))
}

/// Our lock on the pid file proves that the workers of the status file have no supervisor.
fn end_orphans(config: &Config, tell: &mut dyn FnMut(&Note)) -> Result<(), StartError> {
    let Some(status_file) = &config.status_file else {
        return Ok(());
    };
    let left = orphans::end(status_file, config.signal_on_term, tell)?;
    match left.first() {
        Some(&(generation, pid)) => Err(StartError::Orphan { pid, generation }),
        None => Ok(()),
    }
}

fn listen_all(
    config: &Config,
    paths: &mut Paths,
    tell: &mut dyn FnMut(&Note),
) -> Result<Vec<Bound>, StartError> {
    let mut all = Vec::new();
    for spec in &config.ports {
        let bound = listen::port(spec, config.backlog);
        all.push(bound.map_err(|error| cannot_listen(spec.to_string(), error))?);
    }
    for path in &config.paths {
        let name = path.display().to_string();
        let removed = &mut || tell(&Note::StalePath(name.clone()));
        let bound = listen::path(path, config.backlog, removed);
        all.push(bound.map_err(|error| cannot_listen(name.clone(), error))?);
        paths.0.push(path.clone());
    }
    Ok(all)
}

/// Whoever was started for the same name, and lives on, is the likely holder.
fn cannot_listen(name: String, error: io::Error) -> StartError {
    let holders = match error.kind() {
        io::ErrorKind::AddrInUse => orphans::started_for(&name),
        _ => Vec::new(),
    };
    let hint = match holders.is_empty() {
        true => String::new(),
        false => {
            let words: Vec<String> = holders.iter().map(ToString::to_string).collect();
            format!(" (a starter's worker has it: process {})", words.join(", "))
        }
    };
    StartError::Listen(name, hint, error)
}

type Variables = Vec<(OsString, OsString)>;

fn lay_out(
    config: &Config,
    bound: &[Bound],
    tell: &mut dyn FnMut(&Note),
) -> Result<(Vec<Passed>, Variables), StartError> {
    let chosen = config.ports.iter().map(|spec| spec.descriptor);
    let chosen: Vec<_> = chosen.chain(config.paths.iter().map(|_| None)).collect();
    let numbers = layout::numbers(&chosen).map_err(StartError::Twice)?;
    let all = numbers.iter().flat_map(|n| [n.starter, n.systemd]);
    let above = all.max().unwrap_or(layout::FIRST);
    let mut passed = Vec::new();
    let mut entries = Vec::new();
    for (bound, number) in bound.iter().zip(&numbers) {
        tell(&Note::Listening(bound.name.clone(), number.starter));
        let mut places = vec![number.starter, number.systemd];
        places.dedup();
        passed.push(Passed::new(bound.socket.as_fd(), places, above)?);
        entries.push(format!("{}={}", bound.name, number.starter));
    }
    let mut about: Variables = vec![("SERVER_STARTER_PORT".into(), entries.join(";").into())];
    if !bound.is_empty() {
        about.push(("LISTEN_FDS".into(), bound.len().to_string().into()));
        about.push(("LISTEN_FDNAMES".into(), names(bound, &numbers).into()));
    }
    Ok((passed, about))
}

/// In the order of the descriptors. A name may hold no colon: it separates names.
fn names(bound: &[Bound], numbers: &[layout::Numbers]) -> String {
    let mut order: Vec<_> = numbers.iter().map(|n| n.systemd).zip(bound).collect();
    order.sort_unstable_by_key(|(number, _)| *number);
    let names = order.iter().map(|(_, bound)| bound.name.replace(':', "-"));
    names.collect::<Vec<_>>().join(":")
}
