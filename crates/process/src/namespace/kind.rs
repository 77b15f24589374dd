//! The kinds of namespaces, and how to tell one from another.

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;

use nix::sched::CloneFlags;
use serde::{Deserialize, Serialize};

/// Which of a process's tables. In the order in which they are to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// Users, groups and capabilities: the one that allows the others.
    User,
    /// What is mounted where.
    Mount,
    /// Host and domain name.
    Uts,
    /// System V queues, semaphores and shared memory; POSIX queues.
    Ipc,
    /// Interfaces, addresses, routes, ports, and abstract Unix sockets.
    Network,
    /// Which cgroup looks like the root.
    Cgroup,
    /// Process ids. The caller stays where it is; its next child is pid 1.
    Pid,
}

/// One namespace. Two processes with equal ones share it, as long as one of them lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Kind {
    /// All of them, in the order in which they are to be made.
    pub const ALL: [Kind; 7] = [
        Kind::User,
        Kind::Mount,
        Kind::Uts,
        Kind::Ipc,
        Kind::Network,
        Kind::Cgroup,
        Kind::Pid,
    ];

    /// Which namespace of this kind the calling process is in.
    ///
    /// # Errors
    ///
    /// `/proc` is not mounted, or the kernel is built without this kind.
    pub fn of_this_process(self) -> io::Result<Identity> {
        let metadata = fs::metadata(format!("/proc/self/ns/{}", self.file()))?;
        Ok(Identity {
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }

    /// Its name in `/proc/PID/ns`.
    pub fn file(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Mount => "mnt",
            Kind::Uts => "uts",
            Kind::Ipc => "ipc",
            Kind::Network => "net",
            Kind::Cgroup => "cgroup",
            Kind::Pid => "pid",
        }
    }

    pub(super) fn flag(self) -> CloneFlags {
        match self {
            Kind::User => CloneFlags::CLONE_NEWUSER,
            Kind::Mount => CloneFlags::CLONE_NEWNS,
            Kind::Uts => CloneFlags::CLONE_NEWUTS,
            Kind::Ipc => CloneFlags::CLONE_NEWIPC,
            Kind::Network => CloneFlags::CLONE_NEWNET,
            Kind::Cgroup => CloneFlags::CLONE_NEWCGROUP,
            Kind::Pid => CloneFlags::CLONE_NEWPID,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::User => "user",
            Kind::Mount => "mount",
            Kind::Uts => "host name",
            Kind::Ipc => "IPC",
            Kind::Network => "network",
            Kind::Cgroup => "cgroup",
            Kind::Pid => "pid",
        })
    }
}
