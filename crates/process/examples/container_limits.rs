//! A sandbox that takes more memory than it is given is refused it, or killed; the host is not.
//!
//! A cgroup counts what all the processes in it use together. Where the limit is reached the kernel
//! kills within the group, though the machine has memory left. Making a cgroup is for root, or for
//! whom systemd has delegated a part of the tree. Without one there are resource limits, that count
//! for each process alone: then the allocation fails, which a program can survive.
//!
//! Linux only: macOS has neither namespaces nor cgroups.

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, ExitCode};

    use nix::sys::signal::Signal;
    use process::namespace::{Bind, Held, Limits, Sandbox};

    const LIMIT: u64 = 16 << 20;
    const REFUSED: u8 = 42;

    pub(crate) fn main() -> anyhow::Result<ExitCode> {
        if let Some(bytes) = env::args().nth(1) {
            return Ok(take(bytes.parse()?));
        }
        for bytes in [LIMIT / 4, LIMIT * 2] {
            let mut sandbox = Sandbox {
                limits: Limits {
                    memory: Some(LIMIT),
                    processes: Some(30),
                },
                ..Sandbox::default()
            };
            let program = env::current_exe()?;
            sandbox.root.binds.push(Bind::read_only(&program));
            let prepared = sandbox.prepare();
            let status = match prepared.run(Command::new(program).arg(bytes.to_string())) {
                Err(error) if error.is_forbidden() => {
                    println!("skipped: {error}");
                    break;
                }
                outcome => outcome?,
            };
            println!("{} MiB of {}: {status}", bytes >> 20, LIMIT >> 20);
            println!("  {}", prepared.held()[0]);
            let killed = status.signal() == Some(Signal::SIGKILL as i32);
            let refused = status.code() == Some(i32::from(REFUSED));
            match (bytes > LIMIT, &prepared.held()[0]) {
                (false, _) => assert!(status.success()),
                (true, Held::ByCgroup(_)) => assert!(killed),
                (true, Held::ByResourceLimit(..)) => assert!(refused),
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Memory counts when it is written to, and address space when it is reserved.
    fn take(bytes: usize) -> ExitCode {
        let mut memory = Vec::new();
        if memory.try_reserve_exact(bytes).is_err() {
            return ExitCode::from(REFUSED);
        }
        while memory.len() < bytes {
            memory.extend_from_slice(&[1_u8; 4096]);
        }
        assert_eq!(std::hint::black_box(&memory).len(), bytes);
        ExitCode::SUCCESS
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
