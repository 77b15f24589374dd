//! A program in a process of its own, without copying the shell: crate `process` does it.

use std::env;
use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::{self, Pid};
use process::spawn::{FdSource, Group, Spawn};

use super::path::{Lookup, STANDARD_PATH, search};
use super::redirect::{Plan, Source};
use super::{Outcome, Shell, signal};
use crate::jobs::{Process, State};
use crate::syntax::ast::Bytes;

/// A program that is not started: what to say, and the status.
#[derive(Debug)]
pub(crate) struct NotStarted {
    message: Bytes,
    pub(crate) status: i32,
}

/// How much of a file is looked at to tell a script from a program of another machine.
const GLANCE: usize = 256;

/// Where among the processes a new one belongs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Placement {
    /// With job control: a group of its own, or that of the pipeline's first process.
    pub(crate) group: Group,
    /// Whether that group gets the terminal.
    pub(crate) foreground: bool,
    /// Whether it is in the background without job control: keys do not reach it.
    pub(crate) detached: bool,
}

impl Shell {
    /// Finds the program for `name`.
    pub(crate) fn place_of(&mut self, name: &[u8], standard: bool) -> Result<Bytes, NotStarted> {
        let found = if standard && !name.contains(&b'/') {
            search(STANDARD_PATH, name)
        } else {
            self.find_program(name)
        };
        match found {
            Lookup::Found(place) => Ok(place),
            Lookup::NotExecutable(place) => Err(NotStarted::new(name, refusal(&place))),
            Lookup::Missing => Err(NotStarted {
                message: [name, b": not found"].concat(),
                status: 127,
            }),
        }
    }

    /// Runs a program in the foreground and waits for it.
    pub(crate) fn run_program(
        &mut self,
        arguments: &[Bytes],
        plan: Plan,
        standard: bool,
    ) -> Outcome {
        let job_control = self.has_job_control();
        let placement = self.foreground_placement();
        let started = self
            .place_of(&arguments[0], standard)
            .and_then(|place| self.spawn(&place, arguments, &plan, placement));
        match started {
            Ok(pid) => {
                drop(plan);
                let group = job_control.then_some(pid);
                Ok(self.finish(group, vec![running(pid)], || shown(arguments)))
            }
            Err(failure) => Ok(self.say_through(plan, &failure)),
        }
    }

    /// Says why a program was not started, where its own messages would have gone: `nosuch 2>/dev/null`
    /// is silent.
    pub(crate) fn say_through(&self, plan: Plan, failure: &NotStarted) -> i32 {
        let saved = plan.carry_out();
        self.complain(&failure.message);
        drop(saved);
        failure.status
    }

    /// With job control, a new group that has the terminal.
    pub(crate) fn foreground_placement(&self) -> Placement {
        let job_control = self.has_job_control();
        Placement {
            group: if job_control {
                Group::New
            } else {
                Group::Inherit
            },
            foreground: job_control,
            detached: false,
        }
    }

    /// Starts the program at `place`.
    pub(crate) fn spawn(
        &mut self,
        place: &[u8],
        arguments: &[Bytes],
        plan: &Plan,
        placement: Placement,
    ) -> Result<Pid, NotStarted> {
        let start = |shell: &mut Self, place: &[u8], arguments: &[Bytes]| {
            let spawn = shell.prepared(place, arguments, plan, placement);
            spawn
                .spawn()
                .map(|child| child.id())
                .map_err(|error| error.errno)
        };
        let error = match start(self, place, arguments) {
            Ok(pid) => return Ok(pid),
            Err(Errno::ENOEXEC) if is_text(place) => {
                let (own, arguments) = as_script(place, arguments);
                match start(self, &own, &arguments) {
                    Ok(pid) => return Ok(pid),
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        self.commands.forget(&arguments[0]);
        Err(NotStarted::new(&arguments[0], error))
    }

    fn prepared(
        &mut self,
        place: &[u8],
        arguments: &[Bytes],
        plan: &Plan,
        placement: Placement,
    ) -> Spawn {
        let mut spawn = Spawn::new(OsStr::from_bytes(place));
        spawn
            .arg0(OsStr::from_bytes(&arguments[0]))
            .args(
                arguments[1..]
                    .iter()
                    .map(|argument| OsStr::from_bytes(argument)),
            )
            .environ(self.variables.environment().to_vec())
            .signals_default(self.signals_to_restore())
            .stoppable(self.has_job_control())
            .group(placement.group);
        for step in &plan.moves {
            spawn.fd(
                step.target,
                match &step.source {
                    Source::File(file) => FdSource::from(file.as_fd()),
                    Source::Number(number) => FdSource::Dup(*number),
                    Source::Closed => FdSource::Close,
                },
            );
        }
        if placement.detached {
            spawn.signals_ignore(
                [Signal::SIGINT, Signal::SIGQUIT]
                    .into_iter()
                    .collect::<SigSet>(),
            );
        }
        if placement.foreground
            && let Some(terminal) = &self.terminal
        {
            spawn.foreground(terminal.descriptor().as_fd());
        }
        spawn
    }

    /// Becomes the program; comes back, with a status, only when that fails.
    pub(crate) fn become_program(&mut self, arguments: &[Bytes], standard: bool) -> i32 {
        let place = match self.place_of(&arguments[0], standard) {
            Ok(place) => place,
            Err(failure) => {
                self.complain(&failure.message);
                return failure.status;
            }
        };
        let restored = self.signals_to_restore();
        for signal in &restored {
            let _ = signal::set(signal as i32, signal::Disposition::Default);
        }
        let mut error = self.exec(&place, arguments);
        if error == Errno::ENOEXEC && is_text(&place) {
            let (own, arguments) = as_script(&place, arguments);
            error = self.exec(&own, &arguments);
        }
        self.settle_signals();
        let failure = NotStarted::new(&arguments[0], error);
        self.complain(&failure.message);
        failure.status
    }

    fn exec(&mut self, place: &[u8], arguments: &[Bytes]) -> Errno {
        let strings = arguments.iter().map(|argument| CString::new(&argument[..]));
        let (Ok(place), Ok(arguments)) =
            (CString::new(place), strings.collect::<Result<Vec<_>, _>>())
        else {
            return Errno::EINVAL;
        };
        let environment = self.variables.environment();
        match unistd::execve(&place, &arguments, &environment) {
            Err(error) => error,
        }
    }
}

impl NotStarted {
    fn new(name: &[u8], error: Errno) -> Self {
        Self {
            message: [name, b": ", error.desc().as_bytes()].concat(),
            status: if error == Errno::ENOENT { 127 } else { 126 },
        }
    }
}

/// A process that has just been started.
pub(crate) fn running(pid: Pid) -> Process {
    Process {
        pid,
        state: State::Running,
    }
}

/// Arguments as a person would read them.
pub(crate) fn shown(arguments: &[Bytes]) -> String {
    let words = arguments
        .iter()
        .map(|argument| String::from_utf8_lossy(argument));
    words.collect::<Vec<_>>().join(" ")
}

/// A file without a format that the kernel knows is a script for this very shell.
fn as_script(place: &[u8], arguments: &[Bytes]) -> (Bytes, Vec<Bytes>) {
    let own = env::current_exe().map_or_else(
        |_| b"/bin/sh".to_vec(),
        |path| path.into_os_string().as_bytes().to_vec(),
    );
    let mut with_script = vec![own.clone(), place.to_vec()];
    with_script.extend_from_slice(&arguments[1..]);
    (own, with_script)
}

fn refusal(place: &[u8]) -> Errno {
    if Path::new(OsStr::from_bytes(place)).is_dir() {
        Errno::EISDIR
    } else {
        Errno::EACCES
    }
}

/// Whether the file's first line could be a script's: it has no NUL.
fn is_text(place: &[u8]) -> bool {
    let mut glance = [0; GLANCE];
    let read = File::open(OsStr::from_bytes(place)).and_then(|mut file| file.read(&mut glance));
    let glance = &glance[..read.unwrap_or(0)];
    let line = glance
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    !line.contains(&0)
}
