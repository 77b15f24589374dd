//! A cgroup of one's own, in either version, if one may make it.
//!
//! Version 2 is one tree in which a group may have processes or pass controllers on to groups below
//! it, not both (but for the root). So a new group goes not below the caller's but beside it, or
//! further up, wherever the controller is passed on. Version 1 has a tree for each controller and
//! no such rule. A machine may have both: each controller is in one of them.
//!
//! See cgroups(7).

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;

use super::{NamespaceError, Step};

/// What of a group's use is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controller {
    /// Bytes.
    Memory,
    /// Processes and threads.
    Pids,
}

impl Controller {
    fn name(self) -> &'static str {
        match self {
            Controller::Memory => "memory",
            Controller::Pids => "pids",
        }
    }

    /// The file that takes the limit.
    fn file(self, version: Version) -> &'static str {
        match (self, version) {
            (Controller::Memory, Version::One) => "memory.limit_in_bytes",
            (Controller::Memory, Version::Two) => "memory.max",
            (Controller::Pids, _) => "pids.max",
        }
    }
}

impl fmt::Display for Controller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

/// Why there is no cgroup for it.
#[derive(Debug, thiserror::Error)]
pub(super) enum CgroupError {
    #[error("no cgroup hierarchy with {0} is mounted")]
    NotMounted(Controller),
    #[error("cannot make a cgroup below {}: {source}", .path.display())]
    Refused { path: PathBuf, source: io::Error },
}

/// A directory of the host that is there as long as this is.
#[derive(Debug)]
pub(super) struct Cgroup {
    directory: PathBuf,
    version: Version,
}

impl Cgroup {
    pub(super) fn limiting(controller: Controller, limit: u64) -> Result<Cgroup, CgroupError> {
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let (version, parents) = parents(controller, &mounts, &own, passes_on)
            .ok_or(CgroupError::NotMounted(controller))?;
        let mut refused = CgroupError::NotMounted(controller);
        for path in parents {
            match Cgroup::make(&path, controller, version, limit) {
                Ok(cgroup) => return Ok(cgroup),
                Err(source) => refused = CgroupError::Refused { path, source },
            }
        }
        Err(refused)
    }

    fn make(
        parent: &Path,
        controller: Controller,
        version: Version,
        limit: u64,
    ) -> io::Result<Cgroup> {
        let name = format!("process-sandbox-{}", process::id());
        let directory = parent.join(name);
        // Of one with our number that was killed, if anything: a group with processes cannot be
        // removed.
        let _ = fs::remove_dir(&directory);
        fs::create_dir(&directory)?;
        // From here on it is taken away again if anything fails.
        let cgroup = Cgroup { directory, version };
        cgroup.limit(controller, limit)?;
        Ok(cgroup)
    }

    /// Whether it may have other controllers as well. A process is in one group of each tree.
    pub(super) fn takes_all_controllers(&self) -> bool {
        self.version == Version::Two
    }

    /// One more limit for one that takes all controllers.
    pub(super) fn limit(&self, controller: Controller, limit: u64) -> io::Result<()> {
        let path = self.directory.join(controller.file(self.version));
        fs::write(path, limit.to_string())?;
        if controller == Controller::Memory {
            self.limit_swap(limit);
        }
        Ok(())
    }

    /// What does not fit shall not go to the swap. A kernel may be without the account of it.
    fn limit_swap(&self, memory: u64) {
        let (file, limit) = match self.version {
            Version::One => ("memory.memsw.limit_in_bytes", memory),
            Version::Two => ("memory.swap.max", 0),
        };
        let _ = fs::write(self.directory.join(file), limit.to_string());
    }

    /// Moves the calling process in; its children are born there.
    pub(super) fn join(&self) -> Result<(), NamespaceError> {
        let path = self.directory.join("cgroup.procs");
        // 0 stands for the writer.
        fs::write(path, "0").map_err(Step::JoinCgroup(self.directory.clone()).failed_io())
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // Empty by now: its processes ended with pid 1. What cannot be removed limits nobody.
        let _ = fs::remove_dir(&self.directory);
    }
}

fn passes_on(directory: &Path, controller: Controller) -> bool {
    let list = fs::read_to_string(directory.join("cgroup.subtree_control")).unwrap_or_default();
    list.split_whitespace()
        .any(|name| name == controller.name())
}

/// Below which directories a group with `controller` could be made, best first.
fn parents(
    controller: Controller,
    mountinfo: &str,
    own: &str,
    passes_on: impl Fn(&Path, Controller) -> bool,
) -> Option<(Version, Vec<PathBuf>)> {
    if let Some(mount) = mounted(mountinfo, "cgroup", Some(controller.name())) {
        let path = own_path(own, |controllers| {
            controllers.split(',').any(|name| name == controller.name())
        })?;
        return Some((Version::One, vec![below(&mount, path)]));
    }
    let mount = mounted(mountinfo, "cgroup2", None)?;
    let group = below(&mount, own_path(own, str::is_empty)?);
    let above = group
        .ancestors()
        .take_while(|path| path.starts_with(&mount));
    let able = above.filter(|path| passes_on(path, controller));
    Some((Version::Two, able.map(Path::to_owned).collect()))
}

/// Where a filesystem of type `kind` with `option` is mounted. See proc_pid_mountinfo(5).
fn mounted(mountinfo: &str, kind: &str, option: Option<&str>) -> Option<PathBuf> {
    mountinfo.lines().find_map(|line| {
        let (place, filesystem) = line.split_once(" - ")?;
        let mut fields = filesystem.split(' ');
        let matches = fields.next()? == kind
            && option.is_none_or(|option| {
                fields
                    .nth(1)
                    .is_some_and(|all| all.split(',').any(|one| one == option))
            });
        matches.then(|| place.split(' ').nth(4).map(PathBuf::from))?
    })
}

/// The group of this process in the tree whose controllers `wanted` accepts. See cgroups(7).
fn own_path(own: &str, wanted: impl Fn(&str) -> bool) -> Option<&str> {
    own.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        wanted(fields.next()?).then(|| fields.next())?
    })
}

/// `/` in a cgroup namespace, and in a container, is the root of what is mounted there.
fn below(mount: &Path, path: &str) -> PathBuf {
    mount.join(path.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HYBRID: &str = "\
36 31 0:33 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
";

    #[test]
    fn version_one_has_a_tree_for_each() {
        let own = "8:pids:/some/where\n4:memory:/else\n0::/\n";
        let found = parents(Controller::Pids, HYBRID, own, |_, _| false);
        let expected = PathBuf::from("/sys/fs/cgroup/pids/some/where");
        assert_eq!(found, Some((Version::One, vec![expected])));
        let memory = parents(Controller::Memory, HYBRID, own, |_, _| false);
        assert_eq!(memory, Some((Version::Two, vec![])));
    }

    #[test]
    fn version_two_goes_up_to_where_the_controller_is_passed_on() {
        let mounts = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n";
        let own = "0::/user.slice/session.scope\n";
        let found = parents(Controller::Memory, mounts, own, |path, _| {
            !path.ends_with("session.scope")
        });
        let expected = ["/sys/fs/cgroup/user.slice", "/sys/fs/cgroup/"].map(PathBuf::from);
        assert_eq!(found, Some((Version::Two, expected.to_vec())));
    }

    #[test]
    fn without_cgroups_there_is_no_place() {
        assert_eq!(parents(Controller::Pids, "", "", |_, _| true), None);
        assert_eq!(
            parents(Controller::Pids, "\n - \nx - y", "::", |_, _| true),
            None
        );
    }
}
