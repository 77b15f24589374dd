//! Which processes are listed.
//!
//! A process is in the list when any of the conditions holds (`-p 1 -u root`: pid 1 and all that is
//! root's), so that the conditions are added up and never narrow each other. Without any, it is
//! what the caller runs at the same terminal.

use crate::id::Pid;
use crate::table::{Fields, Process, State, Terminal};

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// `-e`, `-A`, BSD's `ax`: all.
    All,
    /// `-d`: all that do not lead their session.
    NoLeaders,
    /// `-a`: what has a terminal and does not lead its session.
    AtTerminals,
    /// BSD's `a`: what has a terminal.
    AnyoneAtTerminals,
    /// BSD's `x`: all of the caller's.
    Own,
    /// No condition said: the caller's, at the caller's terminal.
    Default,
    /// `-p`
    Pids(Vec<Pid>),
    /// `--ppid`
    Parents(Vec<Pid>),
    /// `-s`, and `-g` of numbers.
    Sessions(Vec<Pid>),
    /// `-u`: effective users.
    Users(Vec<u32>),
    /// `-U`: real users.
    RealUsers(Vec<u32>),
    /// `-g` of names: effective groups.
    Groups(Vec<u32>),
    /// `-G`: real groups.
    RealGroups(Vec<u32>),
    /// `-C`: names of programs, of which 15 bytes count.
    Names(Vec<String>),
    /// `-t`: terminals as they are shown, `?` for none.
    Terminals(Vec<String>),
    /// All but the kernel's own threads.
    Programs,
}

/// The conditions, and what changes them.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Any of these.
    pub conditions: Vec<Condition>,
    /// BSD's `r`: of these, only what runs or waits for nothing but a disk.
    pub running_only: bool,
    /// `-N`: all others.
    pub negated: bool,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) user: u32,
    pub(crate) terminal: Option<Terminal>,
}

impl Condition {
    /// What has to be read to decide it.
    fn needs(&self) -> Fields {
        match self {
            Condition::Own | Condition::Default | Condition::Users(_) | Condition::Groups(_) => {
                Fields::OWNER
            }
            Condition::RealUsers(_) | Condition::RealGroups(_) => Fields::STATUS,
            _ => Fields::NONE,
        }
    }

    fn holds(&self, process: &Process, caller: Caller) -> bool {
        let has_terminal = process.terminal.is_some();
        let owner = process.owner;
        let own = owner.is_some_and(|owner| owner.user == caller.user);
        let status = process.status.as_deref();
        let user = status.and_then(|status| status.users);
        let group = status.and_then(|status| status.groups);
        match self {
            Condition::All => true,
            Condition::NoLeaders => !process.leads_session(),
            Condition::AtTerminals => has_terminal && !process.leads_session(),
            Condition::AnyoneAtTerminals => has_terminal,
            Condition::Own => own,
            Condition::Default => own && process.terminal == caller.terminal,
            Condition::Pids(pids) => pids.contains(&process.pid),
            Condition::Parents(pids) => pids.contains(&process.parent),
            Condition::Sessions(pids) => pids.contains(&process.session),
            Condition::Users(users) => owner.is_some_and(|owner| users.contains(&owner.user)),
            Condition::RealUsers(users) => user.is_some_and(|user| users.contains(&user.real)),
            Condition::Groups(groups) => owner.is_some_and(|owner| groups.contains(&owner.group)),
            Condition::RealGroups(groups) => {
                group.is_some_and(|group| groups.contains(&group.real))
            }
            Condition::Names(names) => names.iter().any(|name| is_named(process, name)),
            Condition::Terminals(names) => names.iter().any(|name| is_at(process, name)),
            Condition::Programs => !process.is_kernel_thread(),
        }
    }
}

/// The kernel keeps 15 bytes of a name.
fn is_named(process: &Process, name: &str) -> bool {
    let name = name.as_bytes();
    process.name == name || (name.len() > 15 && process.name == name[..15])
}

/// `pts/3`, `/dev/pts/3`, and `S0` for `ttyS0`.
fn is_at(process: &Process, name: &str) -> bool {
    let Some(terminal) = process.terminal else {
        return matches!(name, "?" | "-");
    };
    let name = name.strip_prefix("/dev/").unwrap_or(name);
    let shown = terminal.to_string();
    shown == name || shown.strip_prefix("tty") == Some(name)
}

impl Selection {
    /// What has to be read to decide it.
    pub(crate) fn needs(&self) -> Fields {
        let needs = self.conditions.iter().map(Condition::needs);
        let needs = needs.fold(Fields::NONE, |all, one| all | one);
        // The default condition asks about the owner.
        let implied = if self.conditions.is_empty() {
            Fields::OWNER
        } else {
            Fields::NONE
        };
        needs | implied
    }

    pub(crate) fn contains(&self, process: &Process, caller: Caller) -> bool {
        let holds = |condition: &Condition| condition.holds(process, caller);
        let any = if self.conditions.is_empty() {
            holds(&Condition::Default)
        } else {
            self.conditions.iter().any(holds)
        };
        let busy = matches!(process.state, State::Running | State::Uninterruptible);
        (any && (busy || !self.running_only)) != self.negated
    }

    /// The pids, when nothing but pids is asked for: the rest of the table need not be read.
    pub(crate) fn only_pids(&self) -> Option<&[Pid]> {
        match &self.conditions[..] {
            [Condition::Pids(pids)] if !self.negated => Some(pids),
            _ => None,
        }
    }
}
