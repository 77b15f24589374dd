//! With readdir(3), since there getdents is not for programs to call.

use std::ffi::CString;
use std::os::fd::OwnedFd;

use nix::dir::Dir;
use nix::fcntl::OFlag;
use nix::sys::stat::Mode;

pub(super) fn read_all(root: &OwnedFd, directories: &[CString]) -> nix::Result<()> {
    let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    for directory in directories {
        let mut directory = Dir::openat(root, directory.as_c_str(), flags, Mode::empty())?;
        for entry in directory.iter() {
            entry?;
        }
    }
    Ok(())
}
