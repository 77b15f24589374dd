//! Parents and children are no address that a signal can be sent to; a process group is, and children
//! inherit it. The group is killed before its leader is waited for: until then nobody else can get its
//! number. Whoever has left the group (setsid, as daemons do) escapes; for that there are control
//! groups.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// Starts `command`, so that [`end`] can end it.
pub fn start(command: &mut Command) -> io::Result<Child> {
    command.process_group(0).spawn()
}

/// Kills `child` and all that it has started.
pub fn end(mut child: Child) -> io::Result<ExitStatus> {
    killpg(Pid::from_raw(child.id() as i32), Signal::SIGKILL)?;
    child.wait()
}
