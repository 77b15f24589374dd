//! A process with its own UTS namespace changes the host name for itself alone.
//!
//! The kernel keeps the host name in a table that processes share until one asks for a copy:
//! `unshare(CLONE_NEWUTS)`. That takes root, and an ordinary user becomes root by making a user
//! namespace first, in which it is. Container runtimes start so; Docker writes the container's id
//! there.
//!
//! Linux only: macOS has no namespaces.
//!
//! ```syscalls
//! unshare(CLONE_NEWUSER) = 0
//! unshare(CLONE_NEWUTS) = 0
//! sethostname("testing", 7) = 0
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::process::Command;

    use nix::unistd::{gethostname, sethostname};
    use process::namespace::{Kind, enter};

    pub(crate) fn main() -> anyhow::Result<()> {
        if env::args().nth(1).is_some() {
            return inside();
        }
        let before = gethostname()?;
        let status = Command::new(env::current_exe()?).arg("inside").status()?;
        assert!(status.success());
        println!("outside: {}", gethostname()?.display());
        assert_eq!(gethostname()?, before);
        Ok(())
    }

    fn inside() -> anyhow::Result<()> {
        let shared = Kind::Uts.of_this_process()?;
        match enter(&[Kind::User, Kind::Uts]) {
            Err(error) if error.is_forbidden() => {
                println!("skipped: {error}");
                return Ok(());
            }
            outcome => outcome?,
        }
        assert_ne!(Kind::Uts.of_this_process()?, shared);
        sethostname("testing")?;
        assert_eq!(gethostname()?, "testing");
        println!("inside: {}", gethostname()?.display());
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("Linux only");
}
