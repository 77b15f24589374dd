//! A place for a filesystem, that needs no rights and that nobody else sees.
//!
//! Mounting takes `CAP_SYS_ADMIN`, and any process has it in a *user namespace* that it has made itself:
//! it is root there, and outside it is what it was. With a *mount namespace* beside it the process has
//! its own table of mounts, and what it mounts goes away with it. So `fusermount`, a program that
//! does the mounting with root's rights, is not needed.
//!
//! The device has to be opened *inside* the user namespace: the kernel compares who opened it with who
//! mounts.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getegid, geteuid};

/// Why there is no mount, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum MountError {
    /// A sandbox, a container or a setting forbids it.
    #[error(
        "no user namespace for this process: {0}; allow it with \
         `sysctl user.max_user_namespaces=10000`, on Ubuntu also with \
         `sysctl kernel.apparmor_restrict_unprivileged_userns=0`, in Docker with \
         `--security-opt seccomp=unconfined`"
    )]
    Namespace(#[source] io::Error),

    /// The module is not loaded, or its device is for root alone.
    #[error(
        "cannot open /dev/fuse: {0}; load it with `modprobe fuse`, open it to all with \
         `chmod 666 /dev/fuse`, in Docker give `--device /dev/fuse`"
    )]
    Device(#[source] io::Error),

    /// The kernel does not mount it.
    #[error("cannot mount on {}: {source}", point.display())]
    Refused {
        /// Where it was to be.
        point: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },
}

/// A mounted filesystem, until this is dropped.
#[derive(Debug)]
pub struct Mount {
    point: PathBuf,
    device: File,
}

impl Mount {
    /// Puts the whole process into namespaces of its own and mounts there, on the directory `point`.
    /// Nothing answers yet: that is [`Server::serve`](super::server::Server::serve)'s part, with the
    /// [device](Self::device).
    ///
    /// The process must have one thread only, as the kernel wants it.
    ///
    /// # Errors
    ///
    /// See [`MountError`]: each says what would help.
    pub fn new(point: &Path) -> Result<Mount, MountError> {
        enter_namespaces().map_err(MountError::Namespace)?;
        let device = File::options().read(true).write(true).open("/dev/fuse");
        let device = device.map_err(MountError::Device)?;
        let options = format!(
            "fd={},rootmode=40000,user_id=0,group_id=0",
            device.as_raw_fd()
        );
        let flags = MsFlags::MS_RDONLY | MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
        let refused = |error: nix::Error| MountError::Refused {
            point: point.to_owned(),
            source: error.into(),
        };
        mount(Some("mmap"), point, Some("fuse"), flags, Some(&*options)).map_err(refused)?;
        Ok(Mount {
            point: point.to_owned(),
            device,
        })
    }

    /// Where questions are read and answers written. A clone of it ends with the mount.
    ///
    /// # Errors
    ///
    /// There are no more descriptors.
    pub fn device(&self) -> io::Result<File> {
        self.device.try_clone()
    }
}

/// Lazily, so that a file which somebody still has open does not keep it.
impl Drop for Mount {
    fn drop(&mut self) {
        let _ = umount2(&self.point, MntFlags::MNT_DETACH);
    }
}

fn enter_namespaces() -> io::Result<()> {
    let (user, group) = (geteuid(), getegid());
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNS)?;
    // Without this a group that is denied something could be dropped here.
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("0 {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("0 {group} 1"))?;
    // Mounts elsewhere still come to us, ours go nowhere.
    let all = MsFlags::MS_REC | MsFlags::MS_SLAVE;
    mount(None::<&str>, "/", None::<&str>, all, None::<&str>)?;
    Ok(())
}
