//! How much a sandbox may use: by cgroups where they may be made, by resource limits where not.

use std::fmt;

use nix::sys::resource::{Resource, setrlimit};

use super::cgroup::{Cgroup, Controller};
use super::{NamespaceError, Step};

/// How much a sandbox may use at most. `None` for as much as there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory, of all its processes together.
    pub memory: Option<u64>,
    /// How many processes and threads, pid 1 and the one outside it included.
    pub processes: Option<u64>,
}

/// How one limit is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// As asked for: the kernel counts the whole sandbox.
    ByCgroup(Controller),
    /// By a resource limit, which counts less exactly; and why no cgroup.
    ByResourceLimit(Controller, String),
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Held::ByCgroup(controller) => write!(f, "{controller} limited by cgroup"),
            Held::ByResourceLimit(Controller::Memory, why) => {
                write!(f, "memory limited for each process alone: {why}")
            }
            Held::ByResourceLimit(Controller::Pids, why) => write!(
                f,
                "pids limited by RLIMIT_NPROC, which does not bind the host's root: {why}"
            ),
        }
    }
}

/// Limits that are set up, and the cgroups that go with it.
pub(super) struct Imposed {
    cgroups: Vec<Cgroup>,
    held: Vec<Held>,
    fallback: Limits,
}

impl Imposed {
    pub(super) fn new(limits: &Limits) -> Imposed {
        let mut imposed = Imposed {
            cgroups: Vec::new(),
            held: Vec::new(),
            fallback: *limits,
        };
        if let Some(bytes) = limits.memory
            && imposed.by_cgroup(Controller::Memory, bytes)
        {
            imposed.fallback.memory = None;
        }
        if let Some(count) = limits.processes
            && imposed.by_cgroup(Controller::Pids, count)
        {
            imposed.fallback.processes = None;
        }
        imposed
    }

    /// Notes how `limit` is held, and returns whether that is by cgroup.
    fn by_cgroup(&mut self, controller: Controller, limit: u64) -> bool {
        let outcome = self.add_to_cgroups(controller, limit);
        let made = outcome.is_ok();
        self.held.push(match outcome {
            Ok(()) => Held::ByCgroup(controller),
            Err(why) => Held::ByResourceLimit(controller, why),
        });
        made
    }

    fn add_to_cgroups(&mut self, controller: Controller, limit: u64) -> Result<(), String> {
        match self
            .cgroups
            .iter()
            .find(|group| group.takes_all_controllers())
        {
            Some(group) => group
                .limit(controller, limit)
                .map_err(|error| error.to_string()),
            None => {
                let group = Cgroup::limiting(controller, limit).map_err(|why| why.to_string())?;
                self.cgroups.push(group);
                Ok(())
            }
        }
    }

    pub(super) fn held(&self) -> &[Held] {
        &self.held
    }

    /// Moves the calling process into the cgroups.
    pub(super) fn join(&self) -> Result<(), NamespaceError> {
        self.cgroups.iter().try_for_each(Cgroup::join)
    }

    /// Sets for the calling process, and all that comes of it, what no cgroup holds.
    pub(super) fn restrict(&self) -> Result<(), NamespaceError> {
        let Limits { memory, processes } = self.fallback;
        for (resource, limit) in [
            (Resource::RLIMIT_AS, memory),
            (Resource::RLIMIT_NPROC, processes),
        ] {
            if let Some(limit) = limit {
                setrlimit(resource, limit, limit).map_err(Step::ResourceLimit.failed())?;
            }
        }
        Ok(())
    }
}
