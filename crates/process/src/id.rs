//! Who a process is: pid, parent, group, session; users and groups.
//!
//! Two families of numbers. One says where a process stands: its own number, its parent's, its
//! *process group* (what Ctrl-C reaches: the members of one pipeline) and its *session* (what one
//! login made, and what loses its terminal together). The other says what it may do: the *real*
//! user, who started it; the *effective* one, whom the kernel asks about when it opens a file; and
//! the *saved* one, which a set-user-ID program may go back to.

use std::collections::HashMap;

use nix::libc;
use nix::unistd::{self, Group, User};

/// A number of a process, a process group or a session, as the C library has it.
pub type Pid = libc::pid_t;

/// The three users, or the three groups, that a process has. See credentials(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Ids {
    /// Who started it.
    pub real: u32,
    /// Whose rights it has.
    pub effective: u32,
    /// Whose rights it can take back.
    pub saved: u32,
}

/// What a process can ask the kernel about itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Identity {
    /// Its number.
    pub pid: Pid,
    /// Who started it, or who took it over when that one ended.
    pub parent: Pid,
    /// Its process group: the pid of the group's leader.
    pub group: Pid,
    /// Its session: the pid of the session's leader.
    pub session: Pid,
    /// Its users.
    pub users: Ids,
    /// Its groups of users.
    pub groups: Ids,
    /// The groups that its user belongs to besides, in ascending order. macOS names at most 16 of
    /// them here; its answers about files take account of all.
    pub supplementary: Vec<u32>,
}

impl Identity {
    /// The calling process.
    ///
    /// # Errors
    ///
    /// What `getsid(2)` and `getgroups(2)` say; neither fails for a process that asks about itself,
    /// unless a sandbox forbids it.
    pub fn current() -> nix::Result<Identity> {
        Ok(Identity {
            pid: unistd::getpid().as_raw(),
            parent: unistd::getppid().as_raw(),
            group: unistd::getpgrp().as_raw(),
            session: unistd::getsid(None)?.as_raw(),
            users: users()?,
            groups: groups()?,
            supplementary: supplementary()?,
        })
    }

    /// Whether it leads its session, so that it cannot begin another with `setsid(2)`.
    pub fn leads_session(&self) -> bool {
        self.pid == self.session
    }

    /// Whether it leads its process group.
    pub fn leads_group(&self) -> bool {
        self.pid == self.group
    }
}

#[cfg(target_os = "linux")]
fn users() -> nix::Result<Ids> {
    let ids = unistd::getresuid()?;
    Ok(Ids {
        real: ids.real.as_raw(),
        effective: ids.effective.as_raw(),
        saved: ids.saved.as_raw(),
    })
}

#[cfg(target_os = "linux")]
fn groups() -> nix::Result<Ids> {
    let ids = unistd::getresgid()?;
    Ok(Ids {
        real: ids.real.as_raw(),
        effective: ids.effective.as_raw(),
        saved: ids.saved.as_raw(),
    })
}

/// macOS keeps a saved user but has no call that tells it; it begins as the effective one.
#[cfg(not(target_os = "linux"))]
fn users() -> nix::Result<Ids> {
    let effective = unistd::geteuid().as_raw();
    Ok(Ids {
        real: unistd::getuid().as_raw(),
        effective,
        saved: effective,
    })
}

#[cfg(not(target_os = "linux"))]
fn groups() -> nix::Result<Ids> {
    let effective = unistd::getegid().as_raw();
    Ok(Ids {
        real: unistd::getgid().as_raw(),
        effective,
        saved: effective,
    })
}

#[cfg(target_os = "linux")]
fn supplementary() -> nix::Result<Vec<u32>> {
    let mut groups: Vec<u32> = unistd::getgroups()?
        .iter()
        .map(|gid| gid.as_raw())
        .collect();
    groups.sort_unstable();
    Ok(groups)
}

/// nix leaves `getgroups` out on macOS, where it tells only the first 16 and not what counts; the
/// effective group is always among them.
#[cfg(not(target_os = "linux"))]
fn supplementary() -> nix::Result<Vec<u32>> {
    Ok(vec![unistd::getegid().as_raw()])
}

/// Looks up names of users and groups, and remembers them: a look-up reads `/etc/passwd` or asks a
/// server, and a thousand processes have a handful of owners.
#[derive(Debug, Default)]
pub struct Names {
    users: HashMap<u32, Option<String>>,
    groups: HashMap<u32, Option<String>>,
}

impl Names {
    /// The user's name; `None` when nobody has that number.
    #[doc(alias = "getpwuid")]
    pub fn user(&mut self, uid: u32) -> Option<&str> {
        let found = self.users.entry(uid).or_insert_with(|| {
            let user = User::from_uid(uid.into()).ok().flatten();
            user.map(|user| user.name)
        });
        found.as_deref()
    }

    /// The group's name; `None` when no group has that number.
    #[doc(alias = "getgrgid")]
    pub fn group(&mut self, gid: u32) -> Option<&str> {
        let found = self.groups.entry(gid).or_insert_with(|| {
            let group = Group::from_gid(gid.into()).ok().flatten();
            group.map(|group| group.name)
        });
        found.as_deref()
    }
}

/// The number of a user, from a number or a name.
#[doc(alias = "getpwnam")]
pub fn user_number(text: &str) -> Option<u32> {
    text.parse().ok().or_else(|| {
        let user = User::from_name(text).ok().flatten();
        user.map(|user| user.uid.as_raw())
    })
}

/// The number of a group, from a number or a name.
#[doc(alias = "getgrnam")]
pub fn group_number(text: &str) -> Option<u32> {
    text.parse().ok().or_else(|| {
        let group = Group::from_name(text).ok().flatten();
        group.map(|group| group.gid.as_raw())
    })
}
