//! What the new root is to have, opened while the old one can still be seen.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;

use super::calls::{bind, make_read_only};
use super::{Bind, NewRoot};
use crate::namespace::{NamespaceError, Step};

/// An ordinary user cannot make device files, not even in a namespace: they are the host's.
const DEVICES: [&str; 6] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
];

/// Programs and libraries. On most systems all but the first are links into it.
const SYSTEM: [&str; 7] = [
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
];

/// What programs want to read of /etc; nothing secret is among it.
const SETTINGS: [&str; 7] = [
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/ssl",
];

/// Who uses the host's network wants its names.
const NAMES: [&str; 3] = ["/etc/hosts", "/etc/resolv.conf", "/etc/services"];

const DIRECTORIES: [&str; 5] = ["/etc", "/root", "/run", "/usr", "/var/tmp"];

const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n";
const GROUP: &str = "root:x:0:\nnogroup:x:65534:\n";

/// In the order in which it is to be made.
pub(super) struct Plan {
    image: Option<OwnedFd>,
    items: Vec<Item>,
}

/// Something at a path of the new root.
enum Item {
    Directory(PathBuf),
    Link(PathBuf, PathBuf),
    File(PathBuf, &'static str),
    Mount(PathBuf, Source),
}

/// A file or directory of the host.
struct Source {
    /// Opened for its place only (`O_PATH`); by it the kernel finds what to mount.
    place: OwnedFd,
    is_directory: bool,
    read_only: bool,
}

impl Plan {
    pub(super) fn new(root: &NewRoot) -> Result<Plan, NamespaceError> {
        let mut plan = Plan {
            image: None,
            items: Vec::new(),
        };
        for device in DEVICES {
            let source = Source::open(device.as_ref(), false)?;
            plan.items.push(Item::Mount(device.into(), source));
        }
        match &root.image {
            Some(image) => plan.image = Some(Source::open(image, true)?.place),
            None => plan.add_minimal_system(root.host_names)?,
        }
        for Bind {
            source,
            target,
            read_only,
        } in &root.binds
        {
            let source = Source::open(source, *read_only)?;
            plan.items.push(Item::Mount(inside(target)?, source));
        }
        Ok(plan)
    }

    /// The path of the image, for as long as the plan lives.
    pub(super) fn image(&self) -> Option<PathBuf> {
        self.image.as_ref().map(path_of)
    }

    fn add_minimal_system(&mut self, host_names: bool) -> Result<(), NamespaceError> {
        let directories = DIRECTORIES.map(|path| Item::Directory(path.into()));
        self.items.extend(directories);
        for path in SYSTEM {
            match fs::read_link(path) {
                Ok(to) => self.items.push(Item::Link(to, path.into())),
                Err(_) => self.add_if_there(path)?,
            }
        }
        let names: &[&str] = if host_names { &NAMES } else { &[] };
        for path in SETTINGS.iter().chain(names) {
            self.add_if_there(path)?;
        }
        self.items.push(Item::File("/etc/passwd".into(), PASSWD));
        self.items.push(Item::File("/etc/group".into(), GROUP));
        Ok(())
    }

    fn add_if_there(&mut self, path: &str) -> Result<(), NamespaceError> {
        match Source::open(path.as_ref(), true) {
            Ok(source) => self.items.push(Item::Mount(path.into(), source)),
            Err(NamespaceError {
                errno: Errno::ENOENT,
                ..
            }) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The root has been exchanged, and `/proc` is the new one.
    pub(super) fn carry_out(&self) -> Result<(), NamespaceError> {
        self.items.iter().try_for_each(Item::make)
    }
}

impl Item {
    fn make(&self) -> Result<(), NamespaceError> {
        match self {
            Item::Directory(at) => make_directory(at),
            Item::Link(to, at) => symlink(to, at).map_err(Step::Mount(at.clone()).failed_io()),
            Item::File(at, text) => {
                fs::write(at, text).map_err(Step::Mount(at.clone()).failed_io())
            }
            Item::Mount(at, source) => source.mount(at),
        }
    }
}

impl Source {
    fn open(path: &Path, read_only: bool) -> Result<Source, NamespaceError> {
        let failed = |error: io::Error| Step::Source(path.into()).failed_io()(error);
        let place = open(path, OFlag::O_PATH | OFlag::O_CLOEXEC, Mode::empty())
            .map_err(|errno| failed(errno.into()))?;
        let is_directory = fs::metadata(path).map_err(failed)?.is_dir();
        Ok(Source {
            place,
            is_directory,
            read_only,
        })
    }

    fn mount(&self, target: &Path) -> Result<(), NamespaceError> {
        if self.is_directory {
            make_directory(target)?;
        } else {
            make_file(target)?;
        }
        bind(&path_of(&self.place), target)?;
        if self.read_only {
            make_read_only(target)?;
        }
        Ok(())
    }
}

fn path_of(place: &OwnedFd) -> PathBuf {
    format!("/proc/self/fd/{}", place.as_raw_fd()).into()
}

pub(super) fn make_directory(path: &Path) -> Result<(), NamespaceError> {
    fs::create_dir_all(path).map_err(Step::Mount(path.into()).failed_io())
}

/// Something to mount a file on.
pub(super) fn make_file(path: &Path) -> Result<(), NamespaceError> {
    if let Some(directory) = path.parent() {
        make_directory(directory)?;
    }
    let made = OpenOptions::new().append(true).create(true).open(path);
    made.map(drop).map_err(Step::Mount(path.into()).failed_io())
}

/// `target` from the root on. What has a `..` is refused: the reader of a command line should see
/// where things go.
fn inside(target: &Path) -> Result<PathBuf, NamespaceError> {
    let mut path = PathBuf::from("/");
    for component in target.components() {
        match component {
            Component::RootDir | Component::CurDir => {}
            Component::Normal(name) => path.push(name),
            Component::ParentDir | Component::Prefix(_) => {
                return Err(Step::Mount(target.into()).failed()(Errno::EINVAL));
            }
        }
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_below_the_root() {
        assert_eq!(inside("a/./b".as_ref()), Ok("/a/b".into()));
        assert_eq!(inside("/a//b/".as_ref()), Ok("/a/b".into()));
        assert!(inside("/a/../b".as_ref()).is_err());
    }

    #[test]
    fn what_is_missing_is_named() {
        let root = NewRoot {
            binds: vec![Bind::read_only("/no/such/thing")],
            ..NewRoot::default()
        };
        let error = Plan::new(&root).err().unwrap();
        assert_eq!(error.step, Step::Source("/no/such/thing".into()));
        assert_eq!(error.errno, Errno::ENOENT);
    }
}
