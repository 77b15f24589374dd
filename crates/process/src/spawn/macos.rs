//! `posix_spawn(2)`, which is one system call here, for all that it can say; `fork(2)` for the rest.
//!
//! `posix_spawn` tells an errno and not the step that failed. So when it fails the same is done again
//! with `fork`, whose child tells; only a failure pays for that.
//!
//! Sound: attributes and actions are initialised before use and destroyed once; the pointers given to the
//! kernel point into the plan.
#![allow(unsafe_code)]

use std::ptr;

use nix::errno::Errno;
use nix::libc::{self, c_char, c_int, c_short, posix_spawn_file_actions_t, posix_spawnattr_t};
use nix::unistd::Pid;

use super::child::Child;
use super::error::Failure;
use super::plan::Plan;
use super::{FdSource, forked, steps};

pub(super) fn start(plan: &Plan) -> Result<Child, Failure> {
    if posix_spawn_can_say(plan)
        && let Ok(pid) = posix_spawn(plan)
    {
        return Ok(Child::new(pid, None));
    }
    forked::start(plan).map(|pid| Child::new(pid, None))
}

fn posix_spawn_can_say(plan: &Plan) -> bool {
    // A duplicate onto itself has to lose FD_CLOEXEC, and adddup2 is not documented to do that.
    let plain = |(target, source): &(c_int, FdSource)| match source {
        FdSource::Dup(number) => number != target,
        FdSource::Close => true,
    };
    plan.programs.len() == 1
        && !plan.session
        && plan.controlling_terminal.is_none()
        && plan.foreground.is_none()
        && plan.limits.is_empty()
        && plan.umask.is_none()
        && plan.directory.is_none()
        && !plan.stoppable
        && !steps::ignores_any(plan)
        && plan.fds.iter().all(plain)
}

fn posix_spawn(plan: &Plan) -> nix::Result<Pid> {
    let attributes = Attributes::new(plan)?;
    let actions = Actions::new(plan)?;
    let mut pid = 0;
    let (path, arguments) = (plan.programs[0].as_ptr(), plan.arguments.as_ptr());
    // SAFETY: strings and lists of the plan, initialised attributes and actions, room for a pid. The
    // lists are not written to, though C's type does not say so.
    let error = unsafe {
        libc::posix_spawn(
            &raw mut pid,
            path,
            &raw const actions.0,
            &raw const attributes.0,
            arguments.cast::<*mut c_char>(),
            plan.environment.as_ptr().cast::<*mut c_char>(),
        )
    };
    check(error).map(|()| Pid::from_raw(pid))
}

struct Attributes(posix_spawnattr_t);

impl Attributes {
    fn new(plan: &Plan) -> nix::Result<Self> {
        let mut attributes: posix_spawnattr_t = ptr::null_mut();
        // SAFETY: room for attributes.
        check(unsafe { libc::posix_spawnattr_init(&raw mut attributes) })?;
        let mut this = Self(attributes);
        let mut flags = libc::POSIX_SPAWN_SETSIGDEF | libc::POSIX_SPAWN_SETSIGMASK;
        // SAFETY: initialised above; the set is the plan's.
        check(unsafe {
            libc::posix_spawnattr_setsigdefault(&raw mut this.0, &plan.signals_default)
        })?;
        // SAFETY: as above.
        check(unsafe { libc::posix_spawnattr_setsigmask(&raw mut this.0, &plan.mask) })?;
        if let Some(group) = plan.group {
            flags |= libc::POSIX_SPAWN_SETPGROUP;
            // SAFETY: initialised above.
            check(unsafe { libc::posix_spawnattr_setpgroup(&raw mut this.0, group) })?;
        }
        // SAFETY: initialised above.
        check(unsafe { libc::posix_spawnattr_setflags(&raw mut this.0, flags as c_short) })?;
        Ok(this)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: initialised in `new`, and not used again.
        unsafe { libc::posix_spawnattr_destroy(&raw mut self.0) };
    }
}

struct Actions(posix_spawn_file_actions_t);

impl Actions {
    fn new(plan: &Plan) -> nix::Result<Self> {
        let mut actions: posix_spawn_file_actions_t = ptr::null_mut();
        // SAFETY: room for actions.
        check(unsafe { libc::posix_spawn_file_actions_init(&raw mut actions) })?;
        let mut this = Self(actions);
        for (target, source) in plan.fds {
            this.add(*target, *source)?;
        }
        Ok(this)
    }

    fn add(&mut self, target: c_int, source: FdSource) -> nix::Result<()> {
        let actions = &raw mut self.0;
        check(match source {
            // SAFETY: initialised in `new`.
            FdSource::Dup(number) => unsafe {
                libc::posix_spawn_file_actions_adddup2(actions, number, target)
            },
            // SAFETY: initialised in `new`.
            FdSource::Close => unsafe { libc::posix_spawn_file_actions_addclose(actions, target) },
        })
    }
}

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: initialised in `new`, and not used again.
        unsafe { libc::posix_spawn_file_actions_destroy(&raw mut self.0) };
    }
}

/// These functions return the error instead of setting errno.
fn check(error: c_int) -> nix::Result<()> {
    match error {
        0 => Ok(()),
        error => Err(Errno::from_raw(error)),
    }
}
