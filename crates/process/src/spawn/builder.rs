//! What can be said of a child before it exists.

use std::env;
use std::ffi::{CString, OsStr, OsString};
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use nix::sys::resource::Resource;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::stat::Mode;
use nix::unistd::Pid;

use super::error::Failure;
use super::plan::Plan;
use super::{Child, SpawnError, Step, platform, steps};

/// A program to start, and the state in which it starts.
///
/// All that is not said is inherited, with two exceptions, which are std's too: no signal is blocked in
/// the child, and `SIGPIPE` ends it. (Rust's runtime ignores that signal in every Rust program; a child
/// that inherited this would write into closed pipes for ever.)
///
/// One `Spawn` can start any number of children.
#[derive(Debug, Clone)]
pub struct Spawn {
    pub(super) program: OsString,
    pub(super) arguments: Vec<OsString>,
    pub(super) search_path: bool,
    pub(super) environment: Environment,
    pub(super) fds: Vec<(RawFd, FdSource)>,
    pub(super) session: bool,
    pub(super) controlling_terminal: Option<RawFd>,
    pub(super) group: Group,
    pub(super) foreground: Option<RawFd>,
    pub(super) stoppable: bool,
    pub(super) limits: Vec<(Resource, u64, u64)>,
    pub(super) umask: Option<Mode>,
    pub(super) directory: Option<PathBuf>,
    pub(super) signals_default: SigSet,
    pub(super) signals_ignore: SigSet,
    pub(super) mask: SigSet,
    pub(super) pidfd: bool,
}

/// The environment of the child.
#[derive(Debug, Clone)]
pub(super) enum Environment {
    /// The caller's at the moment of the start, or none, with these changes.
    Changed {
        inherit: bool,
        changes: Vec<(OsString, OsString)>,
    },
    /// These strings and no others.
    Exact(Vec<CString>),
}

/// Where a descriptor of the child comes from.
///
/// The number is looked up when its turn comes: after `fd(1, Dup(5))`, `fd(2, Dup(1))` is what a
/// shell means by `2>&1`. A number that is not open then fails the start with `EBADF`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FdSource {
    /// A duplicate of this one.
    Dup(RawFd),
    /// Nowhere: it is closed. Closing one that is not open is no error.
    Close,
}

impl From<BorrowedFd<'_>> for FdSource {
    /// The descriptor has to stay open until the child is started.
    fn from(fd: BorrowedFd) -> Self {
        Self::Dup(fd.as_raw_fd())
    }
}

/// The process group of the child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Group {
    /// That of the caller.
    #[default]
    Inherit,
    /// A new one, which the child leads.
    New,
    /// An existing one of the same session.
    Join(Pid),
}

impl Spawn {
    /// The program at this path; see [`Spawn::search_path`] for a bare name.
    pub fn new(program: impl Into<OsString>) -> Self {
        let program = program.into();
        let mut signals_default = SigSet::empty();
        signals_default.add(Signal::SIGPIPE);
        Self {
            arguments: vec![program.clone()],
            program,
            search_path: false,
            environment: Environment::Changed {
                inherit: true,
                changes: Vec::new(),
            },
            fds: Vec::new(),
            session: false,
            controlling_terminal: None,
            group: Group::Inherit,
            foreground: None,
            stoppable: false,
            limits: Vec::new(),
            umask: None,
            directory: None,
            signals_default,
            signals_ignore: SigSet::empty(),
            mask: SigSet::empty(),
            pidfd: false,
        }
    }

    /// Looks a name without a slash up in the `PATH` of the child's environment, as `execvp(3)` does.
    pub fn search_path(&mut self, search: bool) -> &mut Self {
        self.search_path = search;
        self
    }

    /// One more argument.
    pub fn arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// More arguments.
    pub fn args<S: AsRef<OsStr>>(&mut self, arguments: impl IntoIterator<Item = S>) -> &mut Self {
        for argument in arguments {
            self.arg(argument);
        }
        self
    }

    /// What the program finds as its own name; the path if nothing is said.
    pub fn arg0(&mut self, name: impl AsRef<OsStr>) -> &mut Self {
        self.arguments[0] = name.as_ref().to_owned();
        self
    }

    /// Starts from an empty environment.
    pub fn env_clear(&mut self) -> &mut Self {
        self.environment = Environment::Changed {
            inherit: false,
            changes: Vec::new(),
        };
        self
    }

    /// Sets a variable. After [`Spawn::environ`] it is added to the exact list.
    pub fn env(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> &mut Self {
        let (name, value) = (name.as_ref().to_owned(), value.as_ref().to_owned());
        if let Environment::Exact(strings) = &mut self.environment {
            let changes = strings.drain(..).filter_map(split_variable).collect();
            self.environment = Environment::Changed {
                inherit: false,
                changes,
            };
        }
        if let Environment::Changed { changes, .. } = &mut self.environment {
            changes.retain(|(other, _)| *other != name);
            changes.push((name, value));
        }
        self
    }

    /// Exactly these `NAME=value` strings, in this order.
    pub fn environ(&mut self, strings: Vec<CString>) -> &mut Self {
        self.environment = Environment::Exact(strings);
        self
    }

    /// What descriptor `target` of the child is. These are done in the order in which they are given;
    /// the descriptor stays open in the program, whatever the source's `FD_CLOEXEC` says.
    pub fn fd(&mut self, target: RawFd, source: impl Into<FdSource>) -> &mut Self {
        self.fds.push((target, source.into()));
        self
    }

    /// Does these before all that were given so far.
    pub(crate) fn fds_first(&mut self, fds: impl IntoIterator<Item = (RawFd, FdSource)>) {
        self.fds.splice(0..0, fds);
    }

    /// The process group. Whoever reads it after the start sees the right one: the child has set it.
    pub fn group(&mut self, group: Group) -> &mut Self {
        self.group = group;
        self
    }

    /// Whether the child leads a session of its own, without a controlling terminal.
    pub fn session(&mut self, own: bool) -> &mut Self {
        self.session = own;
        self
    }

    /// The terminal behind this descriptor *of the caller* becomes that of the child's own session,
    /// which this asks for too.
    pub fn controlling_terminal(&mut self, terminal: BorrowedFd) -> &mut Self {
        self.session = true;
        self.controlling_terminal = Some(terminal.as_raw_fd());
        self
    }

    /// Makes the child's group the one that reads from the terminal behind this descriptor *of the
    /// caller*. It is done before the program runs, so that its first read cannot stop it.
    pub fn foreground(&mut self, terminal: BorrowedFd) -> &mut Self {
        self.foreground = Some(terminal.as_raw_fd());
        self
    }

    /// Control-Z may stop it before it is another program: then this one is not to be held up by it. For
    /// shells with job control; it costs a copy of the caller's page tables, and there is no pidfd.
    pub fn stoppable(&mut self, stoppable: bool) -> &mut Self {
        self.stoppable = stoppable;
        self
    }

    /// Signals that do what they do by default, even where the caller ignores them. Handlers of the
    /// caller never live on in a program. Replaces what was set, `SIGPIPE` among it.
    pub fn signals_default(&mut self, signals: SigSet) -> &mut Self {
        self.signals_default = signals;
        self
    }

    /// Signals that the child ignores. Where a signal is in both sets, it is ignored.
    pub fn signals_ignore(&mut self, signals: SigSet) -> &mut Self {
        self.signals_ignore = signals;
        self
    }

    /// The signals that are blocked in the child; none if nothing is said.
    pub fn mask(&mut self, signals: SigSet) -> &mut Self {
        self.mask = signals;
        self
    }

    /// A resource limit of the child, in the resource's own unit.
    pub fn limit(&mut self, resource: Resource, soft: u64, hard: u64) -> &mut Self {
        self.limits.push((resource, soft, hard));
        self
    }

    /// The permission bits that files of the child do not get.
    pub fn umask(&mut self, mask: Mode) -> &mut Self {
        self.umask = Some(mask);
        self
    }

    /// The working directory of the child. A relative path to the program counts from there.
    pub fn current_dir(&mut self, directory: impl Into<PathBuf>) -> &mut Self {
        self.directory = Some(directory.into());
        self
    }

    /// Whether [`Child::pidfd`] gives a descriptor, which a poller can wait on (Linux, since 5.2).
    pub fn pidfd(&mut self, wanted: bool) -> &mut Self {
        self.pidfd = wanted;
        self
    }

    /// Starts a child. When this returns, the program is running in it.
    ///
    /// # Errors
    ///
    /// The [`Step`] that failed and the kernel's reason. The child has ended then and is
    /// waited for.
    pub fn spawn(&self) -> Result<Child, SpawnError> {
        let started = Plan::new(self).and_then(|plan| platform::start(&plan));
        started.map_err(|failure| self.failed(failure))
    }

    /// Becomes the program, with the same pid: `execve(2)` after the same steps. Only a failure comes
    /// back, and what was done before the failing step stays done.
    pub fn exec(&self) -> SpawnError {
        let failure = match Plan::new(self) {
            Ok(plan) => exec(&plan),
            Err(failure) => failure,
        };
        self.failed(failure)
    }

    fn failed(&self, failure: Failure) -> SpawnError {
        SpawnError {
            step: failure.step,
            errno: failure.errno,
            program: self.program.clone(),
        }
    }
}

/// A handler of ours that ran now would find half of the steps done.
fn exec(plan: &Plan) -> Failure {
    match SigSet::all().thread_set_mask() {
        Ok(()) => steps::run(plan),
        Err(errno) => Failure {
            step: Step::Signals,
            errno,
        },
    }
}

impl Environment {
    /// The variable's value in the child.
    pub(super) fn get(&self, name: &str) -> Option<OsString> {
        match self {
            Self::Changed { inherit, changes } => changes
                .iter()
                .find(|(other, _)| other == name)
                .map(|(_, value)| value.clone())
                .or_else(|| inherit.then(|| env::var_os(name)).flatten()),
            Self::Exact(strings) => strings
                .iter()
                .cloned()
                .filter_map(split_variable)
                .find(|(other, _)| other == name)
                .map(|(_, value)| value),
        }
    }
}

/// `NAME=value`. The name may begin with `=` (none that we set does).
fn split_variable(string: CString) -> Option<(OsString, OsString)> {
    let bytes = string.into_bytes();
    let equals = 1 + bytes.get(1..)?.iter().position(|byte| *byte == b'=')?;
    let value = OsStr::from_bytes(&bytes[equals + 1..]).to_owned();
    Some((OsString::from_vec(bytes[..equals].to_vec()), value))
}
