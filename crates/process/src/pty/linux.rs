//! Opening a controller on Linux.

use nix::fcntl::OFlag;
use nix::pty::{PtyMaster, posix_openpt, ptsname_r};

pub(super) fn open_controller() -> nix::Result<PtyMaster> {
    posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC)
}

pub(super) fn terminal_name(controller: &PtyMaster) -> nix::Result<String> {
    ptsname_r(controller)
}
