//! A new root: few things of the host, read-only, and all else gone.
//!
//! Two ways to it were rejected. `chroot(2)` leaves the old root mounted, and whoever holds a
//! directory of it walks out. Making the mounts first and exchanging the root last resolves the
//! target paths on the host, where a symbolic link within an image leads wherever it likes. So the
//! root, still empty, is exchanged first, and everything is mounted from descriptors that were
//! opened before.

mod calls;
mod plan;
mod system;

use std::env;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::mount::{MntFlags, MsFlags, umount2};
use nix::unistd::{chdir, pivot_root};

use super::{NamespaceError, Step};
use calls::mount_new;
use plan::Plan;

pub use system::MASKED;

/// Something of the host that is to be seen inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bind {
    /// A file or directory of the host.
    pub source: PathBuf,
    /// Where it is to be seen, from the new root on.
    pub target: PathBuf,
    /// Whether it, and what is mounted below it, cannot be written to.
    pub read_only: bool,
}

impl Bind {
    /// `path`, seen under its own name.
    pub fn read_only(path: impl Into<PathBuf>) -> Bind {
        let source = path.into();
        Bind {
            target: source.clone(),
            source,
            read_only: true,
        }
    }
}

/// What the new root is to have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRoot {
    /// A directory of the host that is the root, read-only underneath: what is written stays in
    /// memory and is gone at the end. `None` for an empty root with the host's programs and
    /// libraries.
    pub image: Option<PathBuf>,
    /// What else of the host is seen.
    pub binds: Vec<Bind>,
    /// Whether names are looked up as on the host: for those who use its network.
    pub host_names: bool,
}

/// Any directory will do, and this one is there everywhere. Only we see what is mounted over it.
const STAGING: &str = "/tmp";

/// No device files, and no program that gives rights.
const QUIET: MsFlags = MsFlags::MS_NODEV.union(MsFlags::MS_NOSUID);

impl NewRoot {
    /// Makes it the root of the calling process, with `/proc`, `/dev`, `/tmp` and [`MASKED`] paths.
    ///
    /// The caller has to have its own user, mount and pid namespaces, and be a member of the last.
    /// The current directory stays if the new root has one of that name, and is `/` otherwise.
    ///
    /// # Errors
    ///
    /// The step that was refused. The process is then between two roots and fit for nothing but its
    /// end.
    #[doc(alias = "pivot_root")]
    pub fn enter(&self) -> Result<(), NamespaceError> {
        let directory = env::current_dir().unwrap_or_else(|_| "/".into());
        let plan = Plan::new(self)?;
        let root = self.stage(&plan)?;
        exchange(&root)?;
        system::mount_proc()?;
        system::mount_devices()?;
        plan.carry_out()?;
        system::mask()?;
        forget_old_root()?;
        if chdir(&directory).is_err() {
            chdir("/").map_err(Step::PivotRoot.failed())?;
        }
        Ok(())
    }

    /// Makes the root that is to be, still without anything mounted in it. Returns where it is.
    fn stage(&self, plan: &Plan) -> Result<PathBuf, NamespaceError> {
        let staging = PathBuf::from(STAGING);
        mount_new("tmpfs", &staging, QUIET, "mode=755")?;
        match (&self.image, plan.image()) {
            (Some(name), Some(opened)) => layer(&staging, name, &opened),
            _ => Ok(staging),
        }
    }
}

/// Mounts memory over an image. The way to the image is by descriptor: its name may contain what
/// separates options.
fn layer(staging: &Path, name: &Path, opened: &Path) -> Result<PathBuf, NamespaceError> {
    let [upper, work, root] = ["upper", "work", "root"].map(|name| staging.join(name));
    for directory in [&upper, &work, &root] {
        plan::make_directory(directory)?;
    }
    let options = format!(
        "userxattr,lowerdir={},upperdir={},workdir={}",
        opened.display(),
        upper.display(),
        work.display()
    );
    mount_new("overlay", &root, QUIET, &options)
        .map_err(|error| Step::Image(name.to_owned()).failed()(error.errno))?;
    Ok(root)
}

/// Mounts made here are seen nowhere else, and none made elsewhere here. systemd shares all of
/// them.
pub(super) fn make_private() -> Result<(), NamespaceError> {
    calls::mount(None, "/", None, MsFlags::MS_REC | MsFlags::MS_PRIVATE, None)
        .map_err(Step::Mount("/".into()).failed())
}

/// Afterwards `/` is the new root, and the old one lies on top of it where only `.` leads.
fn exchange(root: &Path) -> Result<(), NamespaceError> {
    let failed = |errno: Errno| Step::PivotRoot.failed()(errno);
    chdir(root).map_err(failed)?;
    pivot_root(".", ".").map_err(failed)
}

fn forget_old_root() -> Result<(), NamespaceError> {
    umount2(".", MntFlags::MNT_DETACH).map_err(Step::PivotRoot.failed())
}
