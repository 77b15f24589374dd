//! When a parent ends first its children live on, and somebody else becomes their parent.
//!
//! That is process 1, or on Linux the nearest ancestor that has asked for it
//! (`PR_SET_CHILD_SUBREAPER`: systemd's user manager and containers' init do). Nobody kills the
//! children: that a terminal's programs end with it is the work of a signal, SIGHUP, which is
//! another matter. The new parent has to wait for them, or they stay as zombies.
//!
//! ```syscalls
//! prctl(PR_SET_CHILD_SUBREAPER, 1*) = 0
//! ```

use std::env;
use std::error::Error;
use std::io::{self, Read, Write};
use std::process::{Command, Stdio};

use process::id::{Identity, Pid};

fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1).as_deref() {
        Some("parent") => {
            // Ends at once; its child goes on.
            Command::new(env::current_exe()?).arg("orphan").spawn()?;
            return Ok(());
        }
        Some("orphan") => return orphan(),
        _ => {}
    }

    let me = Identity::current()?;
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_child_subreaper(true)?;
    let mut command = Command::new(env::current_exe()?);
    let mut parent = command
        .arg("parent")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (input, output) = (parent.stdin.take(), parent.stdout.take());
    let number = parent.id() as Pid;
    assert!(parent.wait()?.success());

    // Now that its parent has gone, the orphan may look.
    drop(input);
    let mut said = String::new();
    output.ok_or("a pipe")?.read_to_string(&mut said)?;
    let (pid, adopted_by) = said.trim_end().split_once(' ').ok_or("two numbers")?;
    println!("{number} started {pid} and ended; {pid} is now the child of {adopted_by}");
    let adopted_by: Pid = adopted_by.parse()?;
    assert_ne!(adopted_by, number);
    assert_eq!(
        adopted_by,
        if cfg!(target_os = "linux") { me.pid } else { 1 }
    );

    #[cfg(target_os = "linux")]
    {
        let pid = nix::unistd::Pid::from_raw(pid.parse()?);
        nix::sys::wait::waitpid(pid, None)?;
    }
    Ok(())
}

fn orphan() -> Result<(), Box<dyn Error>> {
    // Until the lesson says that the parent has gone.
    io::stdin().read_to_end(&mut Vec::new())?;
    let me = Identity::current()?;
    writeln!(io::stdout(), "{} {}", me.pid, me.parent)?;
    Ok(())
}
