//! The first child in a new pid namespace is pid 1, and in its own `/proc` there is nobody else.
//!
//! `unshare(CLONE_NEWPID)` does not move the caller, whose number must not change under it: its
//! next child is the first member. From outside that child still has an ordinary number. `ps` reads
//! `/proc`, and a mounted `/proc` shows the namespace of whoever mounted it; so it takes a mount
//! namespace as well, and a `/proc` of one's own in it.
//!
//! Linux only: macOS has no namespaces.
//!
//! ```syscalls
//! unshare(CLONE_NEWUSER) = 0
//! unshare(CLONE_NEWNS) = 0
//! unshare(CLONE_NEWPID) = 0
//! mount("proc", "/proc", "proc", *) = 0
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::fs;
    use std::process::Command;

    use nix::mount::{MsFlags, mount};
    use process::namespace::{Kind, enter};

    pub(crate) fn main() -> anyhow::Result<()> {
        match env::args().nth(1).as_deref() {
            None => assert!(run_again("unshare")?),
            Some("unshare") => match enter(&[Kind::User, Kind::Mount, Kind::Pid]) {
                Err(error) if error.is_forbidden() => println!("skipped: {error}"),
                outcome => {
                    outcome?;
                    println!("unshared, and still pid {}", std::process::id());
                    assert_ne!(std::process::id(), 1);
                    assert!(run_again("first child")?);
                }
            },
            Some(_) => first_child()?,
        }
        Ok(())
    }

    fn run_again(role: &str) -> anyhow::Result<bool> {
        let status = Command::new(env::current_exe()?).arg(role).status()?;
        Ok(status.success())
    }

    fn first_child() -> anyhow::Result<()> {
        let outside = fs::read_link("/proc/self")?;
        println!(
            "the child is pid {}, outside {}",
            std::process::id(),
            outside.display()
        );
        assert_eq!(std::process::id(), 1);
        assert_ne!(outside.to_str(), Some("1"));

        let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
        if let Err(errno) = mount(Some("proc"), "/proc", Some("proc"), flags, None::<&str>) {
            println!("skipped: no /proc of its own: {errno}");
            return Ok(());
        }
        let mut pids: Vec<u32> = Vec::new();
        for entry in fs::read_dir("/proc")? {
            pids.extend(
                entry?
                    .file_name()
                    .to_str()
                    .and_then(|name| name.parse::<u32>().ok()),
            );
        }
        println!("processes in its /proc: {pids:?}");
        assert_eq!(pids, [1]);
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
