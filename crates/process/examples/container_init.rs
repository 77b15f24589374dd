//! Pid 1 inherits every process that loses its parent, and has to wait for each.
//!
//! A container runtime runs *itself* again as the first process in the new namespaces, and that one
//! starts the command. Somebody has to be pid 1: it is the parent of all orphans, and those that
//! nobody waits for stay in the table as zombies. No signal has its default effect on pid 1, and
//! when it ends, the kernel kills all the others. A command that is pid 1 itself does not know of
//! any of this (`docker run --init`).
//!
//! Linux only: macOS has no namespaces.
//!
//! ```syscalls
//! unshare(CLONE_NEWPID) = 0
//! wait4(-1, * 7}], *) = *
//! wait4(-1, * 3}], *) = *
//! wait4(-1, *) = -1 ECHILD *
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::process::{Command, ExitCode};

    use nix::errno::Errno;
    use nix::sys::wait::{WaitStatus, wait};
    use process::namespace::{Kind, enter};

    /// It ends before its own child does.
    const COMMAND: &str = "(sleep 0.1; exit 3) & exit 7";

    pub(crate) fn main() -> anyhow::Result<ExitCode> {
        match env::args().nth(1).as_deref() {
            None => {
                let code = run_again("unshare")?;
                println!("the command's status, three processes further out: {code}");
                assert!(code == 7 || code == 0);
                Ok(ExitCode::SUCCESS)
            }
            Some("unshare") => match enter(&[Kind::User, Kind::Pid]) {
                Err(error) if error.is_forbidden() => {
                    println!("skipped: {error}");
                    Ok(ExitCode::SUCCESS)
                }
                outcome => {
                    outcome?;
                    Ok(ExitCode::from(run_again("init")?))
                }
            },
            Some(_) => init(),
        }
    }

    fn run_again(role: &str) -> anyhow::Result<u8> {
        let status = Command::new(env::current_exe()?).arg(role).status()?;
        Ok(u8::try_from(status.code().expect("ends by itself"))?)
    }

    fn init() -> anyhow::Result<ExitCode> {
        assert_eq!(std::process::id(), 1);
        let command = Command::new("sh").args(["-c", COMMAND]).spawn()?;
        let mut ended = Vec::new();
        loop {
            match wait() {
                Ok(WaitStatus::Exited(pid, code)) => {
                    ended.push((pid.as_raw().cast_unsigned(), code));
                }
                Err(Errno::ECHILD) => break,
                other => panic!("{other:?}"),
            }
        }
        println!(
            "pid 1 started {} and waited for (pid, status) {ended:?}",
            command.id()
        );
        // The orphan's own child, sleep, was waited for by the orphan.
        assert_eq!(ended.len(), 2);
        assert_eq!(ended[0], (command.id(), 7));
        assert_eq!(ended[1].1, 3);
        Ok(ExitCode::from(7))
    }
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<std::process::ExitCode> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("Linux only");
}
