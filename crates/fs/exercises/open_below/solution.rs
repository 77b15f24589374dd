//! Name by name from one open folder to the next, with `O_NOFOLLOW`: no link is gone through.
//!
//! A check of the path before opening it would be old when the file is opened. Here each step
//! starts from what is open already, so nobody can exchange it.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Component, Path};

use nix::fcntl::{OFlag, openat};
use nix::sys::stat::Mode;

/// The file `name` below `root`.
pub fn open_below(root: &Path, name: &Path) -> io::Result<File> {
    let mut here = File::open(root)?;
    for component in name.components() {
        let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        match component {
            Component::Normal(name) => here = openat(&here, name, flags, Mode::empty())?.into(),
            Component::CurDir => {}
            _ => return Err(ErrorKind::PermissionDenied.into()),
        }
    }
    Ok(here)
}
