//! `Command` copies nothing of its parent: the child borrows its memory, and the parent sleeps.
//!
//! std asks the C library's `posix_spawn`, which calls `clone` with `CLONE_VM` (one memory for both) and
//! `CLONE_VFORK` (wake me when the child has called `execve`). A `fork` would copy the page tables, all of
//! them for nothing. The second child is started by the chapter's own `Spawn`: the same call, with the
//! child's steps in Rust.
//!
//! Linux only: elsewhere `posix_spawn` is a system call of its own.
//!
//! ```syscalls
//! clone*(*CLONE_VM|CLONE_VFORK*)
//! wait4(*WEXITSTATUS(s) == 0*)
//! clone*(*CLONE_VM|CLONE_VFORK*)
//! wait4(*WEXITSTATUS(s) == 0*)
//! execve("/bin/true", ["std"], *) x1
//! execve("/bin/true", ["ours"], *) x1
//! !clone(child_stack=NULL, *)
//! ```

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::hint::black_box;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    use nix::sys::resource::{UsageWho, getrusage};
    use process::spawn::Spawn;

    // A parent with 64 MiB in use: 16 thousand pages that a fork would have to share, one by one.
    let memory = vec![1u8; 64 << 20];
    let before = getrusage(UsageWho::RUSAGE_SELF)?.minor_page_faults();

    let ended = Command::new("/bin/true").arg0("std").status()?;
    assert!(ended.success());
    let ended = Spawn::new("/bin/true").arg0("ours").spawn()?.wait()?;
    assert!(ended.success());

    // After a fork each page that we write to is copied first. Here none is.
    let mut memory = black_box(memory);
    memory.iter_mut().step_by(4096).for_each(|byte| *byte += 1);
    let faults = getrusage(UsageWho::RUSAGE_SELF)?.minor_page_faults() - before;
    println!(
        "two children later, {} pages were written with {faults} faults",
        memory.len() / 4096
    );
    assert!(faults < 1000);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: Linux only");
}
