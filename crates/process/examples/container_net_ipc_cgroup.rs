//! Own network, IPC and cgroup namespaces start empty: one interface, no queue, a group called `/`.
//!
//! The interface is `lo`, switched off; not even 127.0.0.1 can be reached before it is switched on.
//! What runs there has all ports to itself and no way out, until somebody outside gives it one end
//! of a virtual cable (veth). The queues of System V are named by numbers that all processes share,
//! but for this. A cgroup namespace limits nothing; it only hides where in the host's tree one is.
//!
//! Linux only: macOS has no namespaces.
//!
//! ```syscalls
//! unshare(CLONE_NEWUSER) = 0
//! unshare(CLONE_NEWIPC) = 0
//! unshare(CLONE_NEWNET) = 0
//! unshare(CLONE_NEWCGROUP) = 0
//! ioctl(*, SIOCSIFFLAGS, *) = 0
//! msgget(*) = *
//! unshare(CLONE_NEWIPC) = 0
//! ```
#![allow(unsafe_code)]

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::fs;
    use std::io::ErrorKind;
    use std::net::UdpSocket;
    use std::process::Command;

    use nix::errno::Errno;
    use nix::libc;
    use process::namespace::{Kind, bring_up_loopback, enter};

    pub(crate) fn main() -> anyhow::Result<()> {
        if env::args().nth(1).is_some() {
            return inside();
        }
        let status = Command::new(env::current_exe()?).arg("inside").status()?;
        assert!(status.success());
        Ok(())
    }

    fn inside() -> anyhow::Result<()> {
        match enter(&[Kind::User, Kind::Network, Kind::Ipc, Kind::Cgroup]) {
            Err(error) if error.is_forbidden() => {
                println!("skipped: {error}");
                return Ok(());
            }
            outcome => outcome?,
        }

        let devices = fs::read_to_string("/proc/self/net/dev")?;
        // Two lines of heading.
        let names: Vec<_> = devices
            .lines()
            .skip(2)
            .filter_map(|line| line.split(':').next())
            .collect();
        println!("interfaces: {}", names.join(",").trim());
        assert!(names.iter().any(|name| name.trim() == "lo"));
        assert!(!names.iter().any(|name| name.trim().starts_with("e")));

        let socket = UdpSocket::bind("0.0.0.0:0")?;
        let unreachable = socket.send_to(b"?", "127.0.0.1:9").unwrap_err();
        assert_eq!(unreachable.kind(), ErrorKind::NetworkUnreachable);
        bring_up_loopback()?;
        socket.send_to(b"?", "127.0.0.1:9")?;
        println!("127.0.0.1: {unreachable}, until lo is switched on");

        // SAFETY: takes two integers.
        let queue = unsafe { libc::msgget(libc::IPC_PRIVATE, 0o600) };
        Errno::result(queue)?;
        assert_eq!(queues()?, 1);
        enter(&[Kind::Ipc])?;
        println!("queues: 1, and in yet another namespace {}", queues()?);
        assert_eq!(queues()?, 0);

        let cgroups = fs::read_to_string("/proc/self/cgroup")?;
        assert!(
            cgroups.lines().all(|line| line.ends_with(":/")),
            "{cgroups}"
        );
        Ok(())
    }

    fn queues() -> std::io::Result<usize> {
        // One line of heading.
        Ok(fs::read_to_string("/proc/sysvipc/msg")?.lines().count() - 1)
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
