//! Who is said to be there: oneself, a child, a zombie, a stranger; and who is not.

use std::process::{Command, Stdio};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::{Pid, getpid};

use super::exercise;

pub fn main() {
    assert!(exercise::is_there(getpid()), "you are there");
    let mut child = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("cat starts");
    let pid = Pid::from_raw(child.id() as i32);
    assert!(exercise::is_there(pid), "the child runs");
    println!("✓ you and your child are there");

    // Its output ends when it ends; its number is kept until it is waited for.
    drop(child.stdin.take());
    let mut output = child.stdout.take().expect("it was piped");
    std::io::copy(&mut output, &mut std::io::sink()).expect("cat ends");
    assert!(
        exercise::is_there(pid),
        "nobody has waited for the child, so its number is still taken"
    );
    let status = child.wait().expect("it is our child");
    assert!(
        status.success(),
        "asking must not have ended the child: {status}"
    );
    println!("✓ a zombie is there, and asking does it no harm");

    assert!(
        !exercise::is_there(pid),
        "the child was waited for: nobody has its number"
    );
    println!("✓ after the wait it is not");

    let Some(stranger) = a_stranger() else {
        println!("- all processes here may be signalled, so the last case is not checked");
        return;
    };
    assert!(
        exercise::is_there(stranger),
        "process {stranger} belongs to another user. You may not send it anything (EPERM), but it exists"
    );
    println!("✓ a process that you may not signal is there");
}

/// A process that we may not signal: the first one, or, if we are root, our parent after we have
/// become nobody.
fn a_stranger() -> Option<Pid> {
    #[cfg(target_os = "linux")]
    if nix::unistd::geteuid().is_root() {
        let nobody = nix::unistd::Uid::from_raw(65534);
        // Not possible in a user namespace that knows only one user.
        nix::unistd::setresuid(nobody, nobody, nobody).ok()?;
    }
    let candidates = [Pid::from_raw(1), nix::unistd::getppid()];
    candidates
        .into_iter()
        .find(|pid| kill(*pid, None) == Err(Errno::EPERM))
}
