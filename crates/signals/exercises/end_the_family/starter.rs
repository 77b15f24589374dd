//! Ends a command together with everything that it has started.
//!
//! `start` starts `command`; `end` kills it, and also its children and theirs (a build that runs
//! compilers, a script that runs anything), and waits for the command. You yourself must of course
//! survive.
//!
//! The version below ends one process, and leaves the others without a parent.
//!
//! Checked: whether a grandchild still answers; the status of the command; on Linux the call.
//!
//! Lesson: signals/ctrl-c-and-kill

use std::io;
use std::process::{Child, Command, ExitStatus};

/// Starts `command`, so that [`end`] can end it.
pub fn start(command: &mut Command) -> io::Result<Child> {
    command.spawn()
}

/// Kills `child` and all that it has started.
pub fn end(mut child: Child) -> io::Result<ExitStatus> {
    child.kill()?;
    child.wait()
}
