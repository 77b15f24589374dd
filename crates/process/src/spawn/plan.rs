//! The child's orders as C sees them: all memory is laid out before the child exists.

use std::env;
use std::ffi::{CString, OsStr, OsString};
use std::iter;
use std::os::fd::RawFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::ptr;

use nix::errno::Errno;
use nix::libc::{self, c_char, c_int, mode_t, pid_t, rlim_t, sigset_t};

use super::builder::Environment;
use super::error::Failure;
use super::{FdSource, Group, Spawn, Step};

/// Where a name is looked up when there is no `PATH`, as in glibc.
const DEFAULT_PATH: &str = "/bin:/usr/bin";

/// Invariant: the pointer lists end with NULL and point into the lists of strings beside them, which are
/// never changed.
pub(super) struct Plan<'spawn> {
    /// The paths to try, in this order.
    pub(super) programs: Vec<CString>,
    pub(super) arguments: StringList,
    pub(super) environment: StringList,
    pub(super) fds: &'spawn [(RawFd, FdSource)],
    pub(super) session: bool,
    pub(super) controlling_terminal: Option<RawFd>,
    /// For `setpgid(0, group)`: 0 is a new group.
    pub(super) group: Option<pid_t>,
    pub(super) foreground: Option<RawFd>,
    pub(super) stoppable: bool,
    pub(super) limits: Vec<(c_int, libc::rlimit)>,
    pub(super) umask: Option<mode_t>,
    pub(super) directory: Option<CString>,
    pub(super) signals_default: sigset_t,
    pub(super) signals_ignore: sigset_t,
    pub(super) mask: sigset_t,
    #[cfg_attr(
        target_os = "macos",
        expect(dead_code, reason = "Linux alone has pidfds")
    )]
    pub(super) pidfd: bool,
}

/// `char *const[]`.
pub(super) struct StringList {
    _strings: Vec<CString>,
    pointers: Vec<*const c_char>,
}

impl StringList {
    fn new(strings: Vec<CString>) -> Self {
        let pointers = strings.iter().map(|string| string.as_ptr());
        let pointers = pointers.chain(iter::once(ptr::null())).collect();
        Self {
            _strings: strings,
            pointers,
        }
    }

    pub(super) fn as_ptr(&self) -> *const *const c_char {
        self.pointers.as_ptr()
    }
}

impl<'spawn> Plan<'spawn> {
    pub(super) fn new(spawn: &'spawn Spawn) -> Result<Self, Failure> {
        let arguments: Result<_, _> = spawn.arguments.iter().map(|word| c_string(word)).collect();
        let directory = spawn.directory.as_deref();
        Ok(Self {
            programs: programs(spawn)?,
            arguments: StringList::new(arguments?),
            environment: StringList::new(environment(&spawn.environment)?),
            fds: &spawn.fds,
            session: spawn.session,
            controlling_terminal: spawn.controlling_terminal,
            group: match spawn.group {
                Group::Inherit => None,
                Group::New => Some(0),
                Group::Join(group) => Some(group.as_raw()),
            },
            foreground: spawn.foreground,
            stoppable: spawn.stoppable,
            limits: limits(spawn),
            umask: spawn.umask.map(|mask| mask.bits()),
            directory: directory
                .map(|path| c_string(path.as_os_str()))
                .transpose()?,
            signals_default: *spawn.signals_default.as_ref(),
            signals_ignore: *spawn.signals_ignore.as_ref(),
            mask: *spawn.mask.as_ref(),
            pidfd: spawn.pidfd,
        })
    }
}

fn programs(spawn: &Spawn) -> Result<Vec<CString>, Failure> {
    let program = spawn.program.as_bytes();
    if !spawn.search_path || program.is_empty() || program.contains(&b'/') {
        return Ok(vec![c_string(&spawn.program)?]);
    }
    let path = spawn.environment.get("PATH");
    let path = path.unwrap_or_else(|| DEFAULT_PATH.into());
    env::split_paths(&path)
        .map(|directory| c_string(directory.join(&spawn.program).as_os_str()))
        .collect()
}

fn environment(environment: &Environment) -> Result<Vec<CString>, Failure> {
    let (inherit, changes) = match environment {
        Environment::Exact(strings) => return Ok(strings.clone()),
        Environment::Changed { inherit, changes } => (*inherit, changes),
    };
    let ours = inherit.then(env::vars_os).into_iter().flatten();
    let ours = ours.filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    ours.map(|(name, value)| variable(name, &value))
        .chain(
            changes
                .iter()
                .map(|(name, value)| variable(name.clone(), value)),
        )
        .collect()
}

fn variable(name: OsString, value: &OsStr) -> Result<CString, Failure> {
    let mut string = name;
    string.reserve_exact(value.len() + 2);
    string.push("=");
    string.push(value);
    CString::new(string.into_vec()).map_err(|_| has_a_nul())
}

fn limits(spawn: &Spawn) -> Vec<(c_int, libc::rlimit)> {
    let limit = |(resource, soft, hard): &(_, u64, u64)| {
        let limit = libc::rlimit {
            rlim_cur: *soft as rlim_t,
            rlim_max: *hard as rlim_t,
        };
        (*resource as c_int, limit)
    };
    spawn.limits.iter().map(limit).collect()
}

fn c_string(string: &OsStr) -> Result<CString, Failure> {
    CString::new(string.as_bytes()).map_err(|_| has_a_nul())
}

fn has_a_nul() -> Failure {
    Failure {
        step: Step::Arguments,
        errno: Errno::EINVAL,
    }
}
