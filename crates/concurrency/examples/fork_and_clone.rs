//! A thread and a process are made by the same call; flags say what the child shares with its parent.
//!
//! `clone(2)` makes a task of the kernel. For a thread the C library asks to share nearly all: memory (`VM`),
//! directory and root (`FS`), descriptors (`FILES`), signal handlers (`SIGHAND`), and the process's number
//! (`THREAD`). For a process it asks to share nothing, or, when a program is executed at once, the memory until
//! then (`VM|VFORK`).
//!
//! Linux only: clone is its own.
//!
//! ```syscalls
//! clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|*}*) = *
//! write(1, "made a thread*"..., *) = *
//! clone*(*CLONE_VM|CLONE_VFORK*) = *
//! write(1, "made a process*", *) = *
//! !clone*(*CLONE_THREAD*CLONE_VFORK*) = *
//! ```

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::fs;
    use std::process::{self, Command, Stdio};
    use std::thread;

    use nix::unistd::gettid;

    let (tid, thread_pid) = thread::spawn(|| (gettid(), process::id()))
        .join()
        .expect("it only looks");
    println!("made a thread: number {tid}, of process {thread_pid}");
    assert_eq!(thread_pid, process::id());
    assert_ne!(tid, gettid());

    let mut child = Command::new("sh")
        .args(["-c", "read line"])
        .stdin(Stdio::piped())
        .spawn()?;
    let status = fs::read_to_string(format!("/proc/{}/status", child.id()))?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.trim().parse::<u32>().ok())
    };
    println!("made a process: number {}", child.id());
    assert_eq!(field("Tgid:"), Some(child.id()), "a process of its own");
    assert_eq!(field("PPid:"), Some(process::id()));
    drop(child.stdin.take());
    child.wait()?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
