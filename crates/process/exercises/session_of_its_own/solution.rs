//! `setsid(2)` does what a group cannot: the new session has no controlling terminal, and so nobody
//! whose end is announced to it. A daemon does more (its parent ends, it says when it is ready); these
//! three are what any long-lived child wants.

use std::fs::File;
use std::os::fd::AsFd;

use process::spawn::{Child, Spawn};

/// Starts `command` away from everything that is ours.
pub fn detached(command: &mut Spawn) -> anyhow::Result<Child> {
    let nothing = File::open("/dev/null")?;
    command
        .session(true)
        .current_dir("/")
        .fd(0, nothing.as_fd());
    Ok(command.spawn()?)
}
