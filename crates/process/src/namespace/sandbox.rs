//! The steps in their order, in three processes.
//!
//! ```text
//! caller ── fork ── outer ── fork ── init ── fork ── command
//! cgroup            unshare          host name, lo,  exec
//! waits             waits            root, drops;
//!                                    pid 1: waits
//! ```
//!
//! The caller stays what it was, and takes the cgroup away at the end. Outer exists because the
//! caller of `unshare` does not get into the new pid namespace, only its children do. Each is
//! killed when the one before it ends, however it ends; with init the kernel ends all that is
//! inside, and with the last process the namespaces and the mounts in them. Nothing has to be
//! cleaned up.
//!
//! What fails, and how the command ended, is written to a pipe that all of them have.

use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};

use nix::errno::Errno;
use nix::unistd::sethostname;
use serde::{Deserialize, Serialize};

use super::fork::{close_others_on_exec, fork_into, let_children_be_waited_for};
use super::init::{Blocked, supervise};
use super::limits::{Held, Imposed, Limits};
use super::{Capability, Kind, NamespaceError, NewRoot, Step};
use super::{bring_up_loopback, enter, keep_only};

/// Which network is inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// A new one, with nothing but 127.0.0.1.
    #[default]
    Own,
    /// The caller's.
    Host,
}

/// What a command is to see of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sandbox {
    /// The host name; at most 64 bytes.
    pub hostname: String,
    /// The root and what is mounted.
    pub root: NewRoot,
    /// The network.
    pub network: Network,
    /// What the command's root may do at most.
    pub capabilities: Vec<Capability>,
    /// How much it may use.
    pub limits: Limits,
}

impl Default for Sandbox {
    fn default() -> Self {
        Sandbox {
            hostname: "sandbox".to_owned(),
            root: NewRoot::default(),
            network: Network::Own,
            capabilities: Capability::CONTAINER.to_vec(),
            limits: Limits::default(),
        }
    }
}

/// A sandbox whose limits are set up. Its cgroup goes when this is dropped; if the process is
/// killed before, an empty one stays.
pub struct Prepared {
    sandbox: Sandbox,
    imposed: Imposed,
}

impl Sandbox {
    /// Sets up the limits: cgroups, or the plan to do with less. [`Prepared::held`] says which.
    pub fn prepare(self) -> Prepared {
        Prepared {
            imposed: Imposed::new(&self.limits),
            sandbox: self,
        }
    }
}

/// From the processes inside to the caller, a line each.
#[derive(Serialize, Deserialize)]
enum Report {
    Failed(Step, i32),
    Ended(i32),
}

impl Prepared {
    /// How each limit that was asked for is held.
    pub fn held(&self) -> &[Held] {
        self.imposed.held()
    }

    /// Runs `command` and returns how it ended. SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1 and
    /// SIGUSR2 that are sent to the caller meanwhile are passed on to it.
    ///
    /// # Errors
    ///
    /// The step that was refused; [`Step::Run`] when the command is not there or cannot be
    /// executed; [`Step::Fork`] when the caller has more than one thread.
    pub fn run(&self, command: &mut Command) -> Result<ExitStatus, NamespaceError> {
        let (reports, writer) = pipe().map_err(Step::Report.failed_io())?;
        let blocked = Blocked::new().map_err(Step::Supervise.failed())?;
        let outer = fork_into(|| {
            let outcome = self.outer(&writer, &blocked, command);
            report_failure(&writer, outcome)
        })?;
        drop(writer);
        supervise(outer, false).map_err(Step::Supervise.failed())?;
        verdict(reports)
    }

    fn outer(
        &self,
        writer: &PipeWriter,
        blocked: &Blocked,
        command: &mut Command,
    ) -> Result<(), NamespaceError> {
        let_children_be_waited_for().map_err(Step::Supervise.failed_io())?;
        // Before the cgroup namespace, whose root is the cgroup that the process is then in.
        self.imposed.join()?;
        enter(&self.kinds())?;
        let init = fork_into(|| report_failure(writer, self.init(writer, blocked, command)))?;
        supervise(init, false).map_err(Step::Supervise.failed())?;
        Ok(())
    }

    fn kinds(&self) -> Vec<Kind> {
        let shared = (self.sandbox.network == Network::Host).then_some(Kind::Network);
        let own = Kind::ALL.into_iter().filter(|&kind| Some(kind) != shared);
        own.collect()
    }

    fn init(
        &self,
        writer: &PipeWriter,
        blocked: &Blocked,
        command: &mut Command,
    ) -> Result<(), NamespaceError> {
        let Sandbox {
            hostname,
            root,
            network,
            capabilities,
            ..
        } = &self.sandbox;
        sethostname(hostname).map_err(Step::HostName(hostname.clone()).failed())?;
        if *network == Network::Own {
            bring_up_loopback()?;
        }
        root.enter()?;
        self.imposed.restrict()?;
        // Here and not in the command alone: it must not find a more powerful process to take over.
        keep_only(capabilities)?;
        let command = fork_into(|| {
            blocked.give_back();
            report_failure(writer, Err(execute(command)))
        })?;
        let status = supervise(command, true).map_err(Step::Supervise.failed())?;
        report(writer, &Report::Ended(status));
        Ok(())
    }
}

/// Returns only if it could not.
fn execute(command: &mut Command) -> NamespaceError {
    if let Err(errno) = close_others_on_exec() {
        return Step::Descriptors.failed()(errno);
    }
    let program = command.get_program().to_string_lossy().into_owned();
    Step::Run(program).failed_io()(command.exec())
}

fn report_failure(writer: &PipeWriter, outcome: Result<(), NamespaceError>) -> i32 {
    let Err(NamespaceError { step, errno }) = outcome else {
        return 0;
    };
    report(writer, &Report::Failed(step, errno as i32));
    1
}

/// Two lines cannot mix: whoever could write has ended or waits for the next to end.
fn report(mut writer: &PipeWriter, report: &Report) {
    let mut line = serde_json::to_vec(report).expect("a report is strings and numbers");
    line.push(b'\n');
    // If nobody listens, the caller has ended, and so do we.
    let _ = writer.write_all(&line);
}

/// The first failure counts: the others follow from it.
fn verdict(mut reports: PipeReader) -> Result<ExitStatus, NamespaceError> {
    let mut text = Vec::new();
    reports
        .read_to_end(&mut text)
        .map_err(Step::Report.failed_io())?;
    let mut lines = serde_json::Deserializer::from_slice(&text).into_iter();
    match lines.next() {
        Some(Ok(Report::Ended(status))) => Ok(ExitStatus::from_raw(status)),
        Some(Ok(Report::Failed(step, errno))) => Err(NamespaceError {
            step,
            errno: Errno::from_raw(errno),
        }),
        None | Some(Err(_)) => Err(Step::Report.failed()(Errno::EPIPE)),
    }
}
