//! The temporary file: a name that nobody has, and that is gone when nobody wants it any more.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;

use nix::errno::Errno;
use nix::fcntl::{OFlag, openat, renameat};
use nix::libc::mode_t;
use nix::sys::stat::Mode;
use nix::unistd::{UnlinkatFlags, unlinkat};

use super::names::rename_new_at;

/// A new file in a directory, removed by drop unless it has taken a name.
#[derive(Debug)]
pub(crate) struct Temporary {
    file: File,
    directory: Arc<File>,
    /// `None` once it has taken another.
    name: Option<OsString>,
}

impl Temporary {
    /// `mode` loses the bits of the umask.
    pub(crate) fn create(directory: Arc<File>, mode: u32) -> io::Result<Self> {
        let flags =
            OFlag::O_RDWR | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let mode = Mode::from_bits_truncate(mode as mode_t);
        loop {
            let name = random_name();
            match openat(&directory, name.as_os_str(), flags, mode) {
                // Somebody has this very name: another.
                Err(Errno::EEXIST | Errno::EINTR) => {}
                outcome => {
                    let (file, name) = (outcome?.into(), Some(name));
                    return Ok(Self {
                        file,
                        directory,
                        name,
                    });
                }
            }
        }
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Renames it in its directory; from then on it is not temporary.
    pub(crate) fn take_name(mut self, name: &OsStr, only_new: bool) -> io::Result<()> {
        if let Some(from) = &self.name {
            rename_in(&self.directory, from, name, only_new)?;
        }
        self.name = None;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // There is nobody to tell, and the error that led here matters more.
            let _ = unlinkat(
                &self.directory,
                name.as_os_str(),
                UnlinkatFlags::NoRemoveDir,
            );
        }
    }
}

fn rename_in(directory: &File, from: &OsStr, to: &OsStr, only_new: bool) -> io::Result<()> {
    if only_new {
        rename_new_at(
            directory.as_fd(),
            Path::new(from),
            directory.as_fd(),
            Path::new(to),
        )
    } else {
        Ok(renameat(directory, from, directory, to)?)
    }
}

/// Not to be guessed is not needed (`O_EXCL` refuses what is there), only to be free most times.
pub(crate) fn random_name() -> OsString {
    let random = RandomState::new().build_hasher().finish();
    format!(".replace-{random:016x}").into()
}
