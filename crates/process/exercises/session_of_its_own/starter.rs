//! Starts a command that outlives the terminal: a session of its own, at `/`, with nothing to read.
//!
//! `detached` starts what `command` says, with three things changed: it leads a session of its own (so
//! no terminal's control-C or hang-up reaches it), its directory is `/` (so no file system is kept
//! busy), and its standard input is at its end. It remains your child: you can wait for it.
//!
//! A group of its own, as below, is not enough: it is still in the terminal's session.
//!
//! Checked: session, group, directory, input and status of the child; on Linux also the call.
//!
//! Lesson: process/groups-and-sessions

use process::spawn::{Child, Group, Spawn};

/// Starts `command` away from everything that is ours.
pub fn detached(command: &mut Spawn) -> anyhow::Result<Child> {
    Ok(command.group(Group::New).spawn()?)
}
