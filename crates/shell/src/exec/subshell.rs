//! Subshells: POSIX.1-2024, 2.13 and 2.6.3.
//!
//! A subshell is a copy of the process, which is what makes `(cd /; x=1)` leave no trace. It costs
//! the copying of page tables; programs do not need it, and get a process without.

use std::os::fd::{AsRawFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use nix::errno::Errno;
use nix::libc;
use nix::unistd::{self, Pid};
use process::spawn::Group;

use super::child;
use super::descriptor;
use super::launch::{Placement, running};
use super::pipeline::{Ends, Spawned, is_plain};
use super::redirect::Refusal;
use super::signal::{self, Disposition};
use super::{Flow, Outcome, Shell};
use crate::jobs::terminal;
use crate::syntax::ast::{Bytes, Command, Item, Redirect, Simple, Substitution};

/// The status of a copy in which the shell itself failed.
const PANICKED: i32 = 70;

/// How much of a command's output is read at once.
const BLOCK: usize = 4096;

impl Shell {
    /// Makes a copy of the shell that runs `body` and ends. The ends of pipes are put in place in the
    /// copy, and closed here.
    pub(crate) fn fork(
        &mut self,
        placement: Placement,
        ends: Ends,
        body: impl FnOnce(&mut Self) -> Outcome,
    ) -> Result<Pid, Flow> {
        let copied = child::copy().map_err(|error| {
            self.complain(format!("cannot make a process: {}", error.desc()));
            Flow::Error(2)
        })?;
        let Some(pid) = copied else {
            // A panic must not run on into what only the original may do.
            let run = || self.live_as_copy(placement, ends, body);
            let status = catch_unwind(AssertUnwindSafe(run)).unwrap_or(PANICKED);
            child::end(status);
        };
        let group = match placement.group {
            Group::Inherit => return Ok(pid),
            Group::New => pid,
            Group::Join(leader) => leader,
        };
        // Copy and original both do it, since nobody knows who comes first.
        let _: Result<(), Errno> = unistd::setpgid(pid, group);
        Ok(pid)
    }

    fn live_as_copy(
        &mut self,
        placement: Placement,
        ends: Ends,
        body: impl FnOnce(&mut Self) -> Outcome,
    ) -> i32 {
        self.become_subshell(placement);
        if let Err(error) = ends.put_in_place() {
            self.complain(format!("pipe: {}", error.desc()));
            return 2;
        }
        let outcome = body(self);
        self.leave(outcome)
    }

    fn become_subshell(&mut self, placement: Placement) {
        let own = unistd::getpid();
        let group = match placement.group {
            Group::Inherit => None,
            Group::New => Some(own),
            Group::Join(leader) => Some(leader),
        };
        if let Some(group) = group {
            let _: Result<(), Errno> = unistd::setpgid(own, group);
            if placement.foreground
                && let Some(held) = &self.terminal
            {
                terminal::hand(std::os::fd::AsFd::as_fd(held.descriptor()), group);
            }
        }
        self.reset_traps();
        if placement.detached {
            for number in [libc::SIGINT, libc::SIGQUIT] {
                let _ = signal::set(number, Disposition::Ignore);
            }
        }
        self.terminal = None;
        self.jobs.leave_to_parent();
        self.loops = 0;
    }

    /// `( list )`
    pub(crate) fn run_subshell(&mut self, list: &[Item], redirects: &[Redirect]) -> Outcome {
        let placement = self.foreground_placement();
        let pid = self.fork(placement, Ends::default(), |shell| {
            shell.run_subshell_here(list, redirects)
        })?;
        let group = self.has_job_control().then_some(pid);
        Ok(self.finish(group, vec![running(pid)], || "( … )".to_owned()))
    }

    /// The body of a subshell, in the copy.
    pub(crate) fn run_subshell_here(&mut self, list: &[Item], redirects: &[Redirect]) -> Outcome {
        match self.redirect(redirects) {
            Ok(saved) => {
                saved.forget();
                self.run_list_and_end(list)
            }
            Err(Refusal::Flow(flow)) => Err(flow),
            Err(Refusal::Redirect(error)) => {
                self.complain(error.to_string());
                Ok(1)
            }
        }
    }

    /// What the commands print, without NULs, which no argument could hold. Its status is left in `substituted`.
    ///
    /// # Errors
    ///
    /// When no pipe or process can be made.
    pub fn substitute(&mut self, what: &Rc<Substitution>) -> Result<Bytes, Flow> {
        let (reader, writer) = self.pipe()?;
        let line = self.variables.line();
        let mut process = [running(self.start_substitution(what, &reader, writer)?)];
        let mut text = read_all(&reader);
        drop(reader);
        if process[0].pid.as_raw() != 0 {
            self.wait_for(&mut process);
            self.substituted = Some(process[0].state.status());
        }
        self.variables.set_line(line);
        text.retain(|byte| *byte != 0);
        Ok(text)
    }

    /// Gives number 0 when there is nothing to wait for.
    fn start_substitution(
        &mut self,
        what: &Rc<Substitution>,
        reader: &OwnedFd,
        writer: OwnedFd,
    ) -> Result<Pid, Flow> {
        let mut ends = Ends {
            input: None,
            output: Some(writer),
            not_ours: Some(reader.as_raw_fd()),
        };
        let placement = Placement::default();
        if let Some(simple) = only_command(&what.body)
            && is_plain(simple)
        {
            match self.spawn_plain(simple, ends, placement)? {
                Spawned::Started(pid) => return Ok(pid),
                Spawned::Failed(status) => {
                    self.substituted = Some(status);
                    return Ok(Pid::from_raw(0));
                }
                Spawned::NeedsShell(kept) => ends = kept,
            }
        }
        self.fork(placement, ends, |shell| shell.run_list_and_end(&what.body))
    }
}

impl Ends {
    /// Puts the ends onto 0 and 1 of this process.
    fn put_in_place(self) -> Result<(), Errno> {
        if let Some(number) = self.not_ours {
            // Its owner is a variable of the original, to which a copy never comes back.
            descriptor::close(number);
        }
        // With 0 or 1 closed in the shell, a pipe may have got these numbers itself.
        let high = |end: Option<OwnedFd>| end.map(descriptor::move_high).transpose();
        let (input, output) = (high(self.input)?, high(self.output)?);
        if let Some(input) = input {
            descriptor::place(input.as_raw_fd(), 0)?;
        }
        if let Some(output) = output {
            descriptor::place(output.as_raw_fd(), 1)?;
        }
        Ok(())
    }
}

/// The command, if the list is one simple command and nothing else.
fn only_command(list: &[Item]) -> Option<&Simple> {
    let [item] = list else { return None };
    let pipeline = &item.and_or.first;
    if item.background || !item.and_or.rest.is_empty() || pipeline.negated {
        return None;
    }
    match &pipeline.commands[..] {
        [Command::Simple(simple)] => Some(simple),
        _ => None,
    }
}

fn read_all(reader: &OwnedFd) -> Bytes {
    let mut text = Bytes::new();
    loop {
        let length = text.len();
        text.resize(length + BLOCK.max(length), 0);
        match descriptor::read(reader.as_raw_fd(), &mut text[length..]) {
            Ok(0) => {
                text.truncate(length);
                return text;
            }
            Ok(count) => text.truncate(length + count),
            Err(Errno::EINTR) => text.truncate(length),
            Err(_) => {
                text.truncate(length);
                return text;
            }
        }
    }
}
