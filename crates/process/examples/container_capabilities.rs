//! A container's root keeps fourteen of root's 41 capabilities, and no program can give it more.
//!
//! Root's power comes in parts: to kill what is not one's own, to bind port 80, to load a driver.
//! What is not in the *bounding set* no exec brings back, not even of a set-user-ID program. The
//! fourteen are those that Docker leaves: enough to install packages and run servers, nothing that
//! concerns the machine. `no_new_privs` is the second lock on the same door.
//!
//! Linux only: macOS has no capabilities.
//!
//! ```syscalls
//! prctl(PR_CAPBSET_DROP, *) = 0
//! prctl(PR_SET_NO_NEW_PRIVS, *) = 0
//! execve(*) = 0
//! sethostname(*) = -1 EPERM *
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::fs;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    use nix::errno::Errno;
    use nix::unistd::sethostname;
    use process::namespace::{Capability, Kind, bounding_set, enter, keep_only};

    pub(crate) fn main() -> anyhow::Result<()> {
        match env::args().nth(1).as_deref() {
            None => {
                let status = Command::new(env::current_exe()?).arg("inside").status()?;
                assert!(status.success());
            }
            Some("inside") => inside()?,
            Some(_) => after_exec()?,
        }
        Ok(())
    }

    fn inside() -> anyhow::Result<()> {
        match enter(&[Kind::User, Kind::Uts]) {
            Err(error) if error.is_forbidden() => {
                println!("skipped: {error}");
                return Ok(());
            }
            outcome => outcome?,
        }
        println!("before: {} capabilities", bounding_set().len());
        sethostname("testing")?;
        keep_only(&Capability::CONTAINER)?;
        // Now that root executes a program, it would get all that the bounding set has.
        Err(Command::new(env::current_exe()?)
            .arg("after exec")
            .exec()
            .into())
    }

    fn after_exec() -> anyhow::Result<()> {
        let kept: Vec<_> = bounding_set().iter().map(Capability::to_string).collect();
        println!("after: {}", kept.join(" "));
        assert_eq!(bounding_set(), Capability::CONTAINER);

        let status = fs::read_to_string("/proc/self/status")?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.map(str::trim).unwrap_or_default()
        };
        assert_eq!(field("CapBnd:"), field("CapEff:"));
        assert_eq!(field("CapEff:"), "00000000a80425fb");
        assert_eq!(field("NoNewPrivs:"), "1");
        // That is CAP_SYS_ADMIN's.
        assert_eq!(sethostname("another"), Err(Errno::EPERM));
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
