//! For the kernel a thread is a task like any other: it has its own number, in a group, the process.
//!
//! The same structure (`task_struct`) stands for both, the same scheduler runs them, and both are born from
//! `clone`. What a program calls its process id is the number of its *group*, which is that of its first
//! thread. `/proc/PID/task` has a directory for each, and even a thread's number that is in no list has its own
//! `/proc/TID`.
//!
//! Linux only: macOS keeps tasks and threads apart, after Mach.

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::collections::BTreeSet;
    use std::fs;
    use std::process;
    use std::sync::{Arc, Barrier};
    use std::thread;

    use nix::unistd::{Pid, getpid, gettid};

    const THREADS: usize = 3;

    assert_eq!(
        gettid(),
        getpid(),
        "the first thread's number is the group's"
    );
    let arrived = Arc::new(Barrier::new(THREADS + 1));
    let leave = Arc::new(Barrier::new(THREADS + 1));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let (arrived, leave) = (Arc::clone(&arrived), Arc::clone(&leave));
            thread::spawn(move || {
                arrived.wait();
                leave.wait();
                (gettid(), getpid())
            })
        })
        .collect();
    arrived.wait();

    let mut listed = BTreeSet::new();
    for entry in fs::read_dir(format!("/proc/{}/task", process::id()))? {
        let tid: i32 = entry?.file_name().to_string_lossy().parse()?;
        let status = fs::read_to_string(format!("/proc/{tid}/status"))?;
        let group = status.lines().find_map(|line| line.strip_prefix("Tgid:"));
        assert_eq!(group.unwrap_or_default().trim(), process::id().to_string());
        listed.insert(Pid::from_raw(tid));
    }
    leave.wait();

    let mut told = BTreeSet::from([gettid()]);
    for thread in threads {
        let (tid, pid) = thread.join().expect("it only waits");
        assert_eq!(pid, getpid(), "one process");
        told.insert(tid);
    }
    println!("process {}: threads {listed:?}", getpid());
    assert_eq!(told.len(), THREADS + 1, "numbers of their own");
    assert_eq!(listed, told);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
