//! Pipelines: POSIX.1-2024, 2.9.2.
//!
//! All parts start before any is waited for. Each part is in the pipeline's group when job control is
//! on, the first one leading it. Between two parts the shell holds both ends of one pipe, and closes
//! each as soon as the part that needs it has it: were one left open, a reader would wait for ever
//! for the end of its input.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, setpgid};
use process::spawn::Group;

use super::descriptor;
use super::launch::{Placement, running};
use super::redirect::{Move, Plan, Refusal, Source, null};
use super::{Flow, Outcome, Shell};
use crate::jobs::{Job, Process, State, of_and_or, of_commands};
use crate::state::Flag;
use crate::syntax::ast::{Action, AndOr, Bytes, Command, Operator, Part, Redirect, Simple, Word};

/// What was started: its group, with job control, and its processes.
pub(crate) type Started = (Option<Pid>, Vec<Process>);

/// The ends of pipes that a part gets.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    pub(crate) input: Option<OwnedFd>,
    pub(crate) output: Option<OwnedFd>,
    /// An end that the shell keeps, and that a copy of the shell has to close: a writer that held its
    /// own pipe's reading end would never hear that nobody reads.
    pub(crate) not_ours: Option<RawFd>,
}

impl Ends {
    fn into_plan(self) -> Plan {
        let onto = |target, end: Option<OwnedFd>| {
            end.map(|end| Move {
                target,
                source: Source::File(end),
            })
        };
        let moves = [onto(0, self.input), onto(1, self.output)];
        Plan {
            moves: moves.into_iter().flatten().collect(),
        }
    }
}

impl Shell {
    /// Runs a pipeline of several parts in the foreground.
    pub(crate) fn run_pipes(&mut self, commands: &[Command]) -> Outcome {
        let placement = self.foreground_placement();
        let (group, processes) = self.start(commands, placement)?;
        Ok(self.finish(group, processes, || of_commands(commands)))
    }

    /// `list &`: the shell goes on at once.
    pub(crate) fn run_in_background(&mut self, and_or: &AndOr) -> Outcome {
        self.reap();
        let job_control = self.has_job_control();
        let placement = Placement {
            group: if job_control {
                Group::New
            } else {
                Group::Inherit
            },
            foreground: false,
            detached: !job_control,
        };
        let (group, processes) = if and_or.rest.is_empty() && !and_or.first.negated {
            self.start(&and_or.first.commands, placement)?
        } else {
            let input = self.background_input(placement);
            let ends = Ends {
                input,
                ..Ends::default()
            };
            let pid = self.fork(placement, ends, |shell| shell.run_and_or(and_or))?;
            self.collected(vec![running(pid)], placement)
        };
        let last = processes.last().map(|process| process.pid);
        let number = self.jobs.add(group, processes, of_and_or(and_or));
        self.background = last;
        if self.interactive
            && !self.is_subshell
            && let Some(last) = last
        {
            let line = format!("[{number}] {last}\n");
            let _ = descriptor::write_all(2, line.as_bytes());
        }
        self.status = 0;
        Ok(0)
    }

    /// Without job control, a background command must not take the input that the shell reads.
    fn background_input(&self, placement: Placement) -> Option<OwnedFd> {
        placement.detached.then(null).flatten()
    }

    /// Starts all parts, from left to right.
    fn start(&mut self, commands: &[Command], mut placement: Placement) -> Result<Started, Flow> {
        let mut processes: Vec<Process> = Vec::with_capacity(commands.len());
        let mut input = self.background_input(placement);
        for (index, command) in commands.iter().enumerate() {
            let (next, output) = if index + 1 == commands.len() {
                (None, None)
            } else {
                let (reader, writer) = self.pipe()?;
                (Some(reader), Some(writer))
            };
            let ends = Ends {
                input,
                output,
                not_ours: next.as_ref().map(AsRawFd::as_raw_fd),
            };
            let process = self.start_part(command, ends, placement)?;
            processes.push(process);
            input = next;
            if placement.group == Group::New && process.state == State::Running {
                placement.group = Group::Join(process.pid);
            }
        }
        Ok(self.collected(processes, placement))
    }

    fn collected(&self, processes: Vec<Process>, placement: Placement) -> Started {
        let group = match placement.group {
            Group::Inherit => None,
            Group::Join(leader) => Some(leader),
            Group::New => processes.first().map(|process| process.pid),
        };
        (group, processes)
    }

    pub(crate) fn pipe(&self) -> Result<(OwnedFd, OwnedFd), Flow> {
        descriptor::pipe().map_err(|error| {
            self.complain(format!("pipe: {}", error.desc()));
            Flow::Error(2)
        })
    }

    fn start_part(
        &mut self,
        command: &Command,
        ends: Ends,
        placement: Placement,
    ) -> Result<Process, Flow> {
        let ends = match command {
            Command::Simple(simple) if is_plain(simple) => {
                match self.spawn_plain(simple, ends, placement)? {
                    Spawned::Started(pid) => return Ok(running(pid)),
                    Spawned::Failed(status) => {
                        let state = State::Exited(status);
                        let pid = Pid::from_raw(0);
                        return Ok(Process { pid, state });
                    }
                    Spawned::NeedsShell(ends) => ends,
                }
            }
            _ => ends,
        };
        let pid = self.fork(placement, ends, |shell| shell.run_part(command))?;
        Ok(running(pid))
    }

    /// A part, in the copy that was made for it.
    pub(crate) fn run_part(&mut self, command: &Command) -> Outcome {
        match command {
            Command::Simple(simple) => self.run_simple_and_end(simple),
            Command::Compound(crate::syntax::ast::Compound::Subshell(list), redirects) => {
                self.run_subshell_here(list, redirects)
            }
            other => self.run_command(other),
        }
    }

    /// Starts a command that is a program and nothing else, if it is one, without a copy of the shell.
    pub(crate) fn spawn_plain(
        &mut self,
        simple: &Simple,
        ends: Ends,
        placement: Placement,
    ) -> Result<Spawned, Flow> {
        if self.options.get(Flag::NoUnset) {
            return Ok(Spawned::NeedsShell(ends));
        }
        self.variables.set_line(simple.position.line);
        let arguments = self.arguments(&simple.words)?;
        if !self.is_program(&arguments) {
            return Ok(Spawned::NeedsShell(ends));
        }
        let mut plan = ends.into_plan();
        match self.plan(&simple.redirects) {
            Ok(more) => plan.moves.extend(more.moves),
            Err(Refusal::Flow(flow)) => return Err(flow),
            Err(Refusal::Redirect(error)) => {
                self.complain(error.to_string());
                return Ok(Spawned::Failed(1));
            }
        }
        self.trace(&[], &arguments);
        let started = self
            .place_of(&arguments[0], false)
            .and_then(|place| self.spawn(&place, &arguments, &plan, placement));
        Ok(match started {
            Ok(pid) => Spawned::Started(pid),
            Err(failure) => Spawned::Failed(self.say_through(plan, &failure)),
        })
    }

    fn is_program(&self, arguments: &[Bytes]) -> bool {
        arguments.first().is_some_and(|name| {
            self.functions.get(name).is_none() && crate::builtins::find(name).is_none()
        })
    }

    /// Waits for what runs in the foreground; gives its status. What was stopped becomes a job.
    pub(crate) fn finish(
        &mut self,
        group: Option<Pid>,
        mut processes: Vec<Process>,
        text: impl FnOnce() -> String,
    ) -> i32 {
        if let Some(group) = group {
            for process in &processes {
                // The child does it too; whoever comes first.
                let _: Result<(), Errno> = setpgid(process.pid, group);
            }
        }
        self.wait_for(&mut processes);
        let stopped = processes.iter().find_map(|process| match process.state {
            State::Stopped(signal) => Some(signal),
            _ => None,
        });
        self.take_terminal_back(group, &processes, stopped, text);
        stopped.map_or_else(|| self.status_of(&processes), |signal| 128 + signal)
    }

    /// `fg`: hands the terminal to a job, lets it go on, and waits for it.
    pub(crate) fn bring_to_foreground(&mut self, mut job: Job) -> i32 {
        if let (Some(terminal), Some(group)) = (&self.terminal, job.group) {
            if let Some(modes) = &job.modes {
                terminal.set(modes);
            }
            terminal.hand_to(group);
        }
        job.goes_on();
        for target in job.targets() {
            let _ = kill(target, Signal::SIGCONT);
        }
        self.wait_for(&mut job.processes);
        let stopped = matches!(job.state(), State::Stopped(_));
        let modes = self
            .terminal
            .as_mut()
            .and_then(|terminal| terminal.take_back(!stopped));
        let status = match job.state() {
            State::Stopped(signal) => 128 + signal,
            _ => self.status_of(&job.processes),
        };
        if stopped {
            job.modes = modes;
            job.told = false;
            self.jobs.put_back(job);
        }
        status
    }

    /// The last part's status, or with `pipefail` the last that is not 0.
    pub(crate) fn status_of(&self, processes: &[Process]) -> i32 {
        let mut statuses = processes.iter().map(|process| process.state.status());
        if self.options.get(Flag::PipeFail) {
            return statuses.rfind(|status| *status != 0).unwrap_or(0);
        }
        statuses.next_back().unwrap_or(0)
    }

    fn take_terminal_back(
        &mut self,
        group: Option<Pid>,
        processes: &[Process],
        stopped: Option<i32>,
        text: impl FnOnce() -> String,
    ) {
        let Some(group) = group else { return };
        let orderly = processes
            .iter()
            .all(|one| matches!(one.state, State::Exited(_)));
        let modes = self
            .terminal
            .as_mut()
            .and_then(|terminal| terminal.take_back(orderly));
        if stopped.is_some() {
            let number = self.jobs.add(Some(group), processes.to_vec(), text());
            if let Some(job) = self.jobs.get_mut(number) {
                job.modes = modes;
                job.told = false;
            }
        } else if let Some(killed) = processes.last().and_then(killed_by)
            && self.interactive
        {
            let line = if killed == nix::libc::SIGINT {
                "\n".to_owned()
            } else {
                let name = super::signal::name(killed).unwrap_or_default();
                format!("ended by SIG{name}\n")
            };
            let _ = descriptor::write_all(2, line.as_bytes());
        }
    }
}

fn killed_by(process: &Process) -> Option<i32> {
    match process.state {
        State::Killed(signal) => Some(signal),
        _ => None,
    }
}

/// What became of an attempt to start a plain program.
pub(crate) enum Spawned {
    Started(Pid),
    /// It could not be, which has been said; this is its status.
    Failed(i32),
    /// It is a function or a built-in: a copy of the shell has to run it.
    NeedsShell(Ends),
}

/// Whether expanding the command changes nothing in the shell, so that it may be done here and not in
/// a copy.
pub(crate) fn is_plain(simple: &Simple) -> bool {
    simple.assignments.is_empty()
        && !simple.words.is_empty()
        && simple.words.iter().all(is_pure)
        && simple.redirects.iter().all(is_pure_redirect)
}

/// A file is opened in the copy: to open a FIFO is to wait for its other end, which a later part of the
/// pipeline may be.
fn is_pure_redirect(redirect: &Redirect) -> bool {
    match &redirect.action {
        Action::Read(word) | Action::Write(word) | Action::Append(word) => {
            word.literal() == Some(b"/dev/null")
        }
        Action::DuplicateInput(word) | Action::DuplicateOutput(word) => is_pure(word),
        Action::Here(here) => is_pure(&here.body),
        Action::Clobber(_) | Action::ReadWrite(_) => false,
    }
}

fn is_pure(word: &Word) -> bool {
    word.parts.iter().all(is_pure_part)
}

fn is_pure_part(part: &Part) -> bool {
    match part {
        Part::Literal(_) | Part::Quoted(_) | Part::Tilde(_) => true,
        Part::DoubleQuoted(parts) => parts.iter().all(is_pure_part),
        Part::Parameter(parameter) => match &parameter.operator {
            Operator::Value | Operator::Length => true,
            Operator::Default(_, word) | Operator::Alternative(_, word) => is_pure(word),
            Operator::Trim(_, _, word) => is_pure(word),
            Operator::Assign(..) | Operator::Error(..) | Operator::Bad(_) => false,
        },
        // `$((i += 1))` assigns, and `$(cmd)` sets a status.
        Part::Command(_) | Part::Arithmetic(_) => false,
    }
}
