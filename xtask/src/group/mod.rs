//! Commands that end with this program, and with all that they have started.
//!
//! Each leads a process group of its own: a signal to the group reaches its children, too, and those
//! of them that stay in it. When this program ends in a way that leaves it no time to end others
//! (`SIGKILL`), Linux ends the command itself.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod macos;

use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// Makes it so. The thread that starts the command has to live as long as the command: Linux takes the
/// end of the thread for that of the parent.
pub(crate) fn of_its_own(command: &mut Command) {
    command.process_group(0);
    #[cfg(target_os = "linux")]
    linux::end_with_parent(command);
    #[cfg(not(target_os = "linux"))]
    macos::end_with_parent(command);
}

/// Ends the group that `leader` leads or led. It may have ended.
pub(crate) fn kill(leader: i32) {
    let _ = killpg(Pid::from_raw(leader), Signal::SIGKILL);
}
