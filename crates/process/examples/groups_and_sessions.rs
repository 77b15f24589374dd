//! A pipeline is one process group; setsid makes a process leader of a session of its own.
//!
//! Ctrl-C reaches a whole pipeline because a terminal signals a *process group*, and the shell puts
//! all members into one, named after its first. A *session* is all the groups of one login. A
//! process that calls `setsid(2)` leaves both and its terminal with them; it is then first in a new
//! session and a new group, and all three numbers are its pid. (Who already leads a group may not:
//! the number of the new group would be taken.)
//!
//! ```syscalls
//! setsid() = $new
//! ```

use std::env;
use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use nix::unistd::setsid;
use process::id::Identity;
use process::table::{Fields, Table};

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().any(|argument| argument == "leader") {
        setsid()?;
        let me = Identity::current()?;
        println!(
            "after setsid: pid {}, group {}, session {}",
            me.pid, me.group, me.session
        );
        assert_eq!((me.group, me.session), (me.pid, me.pid));
        return Ok(());
    }

    // `cat | cat`, as a shell starts it: the group is named after the first.
    let mut first = Command::new("cat");
    first
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut first = first.spawn()?;
    let group = first.id() as i32;
    let pipe = first.stdout.take().ok_or("a pipe")?;
    let mut second = Command::new("cat")
        .process_group(group)
        .stdin(pipe)
        .spawn()?;

    let mut table = Table::open()?;
    let me = Identity::current()?;
    for pid in [group, second.id() as i32] {
        let member = table.process(pid, Fields::NONE)?;
        println!(
            "cat {pid}: group {}, session {}",
            member.group, member.session
        );
        assert_eq!((member.group, member.session), (group, me.session));
    }
    assert_ne!(group, me.group);
    // Its input ends, so that it ends, so that the other's input ends.
    drop(first.stdin.take());
    assert!(first.wait()?.success() && second.wait()?.success());

    let leader = Command::new(env::current_exe()?).arg("leader").status()?;
    assert!(leader.success());
    Ok(())
}
