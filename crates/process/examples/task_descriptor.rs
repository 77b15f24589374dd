//! The kernel keeps a record for each thread; a process is those that share memory and files.
//!
//! On Linux the record is `task_struct`: state, place among the others, rights, times, and pointers
//! to what it may share: memory areas, open files, signal handlers, working directory.
//! `/proc/PID/stat` and `status` print parts of it, `maps` the list of memory areas, and `task/`
//! has a directory a thread.
//!
//! Linux only: it is about Linux's record.

#[cfg(target_os = "linux")]
mod linux {
    use std::error::Error;
    use std::fs;
    use std::sync::mpsc;
    use std::thread;

    use process::id::Identity;
    use process::table::{Fields, State, Table};

    pub(crate) fn main() -> Result<(), Box<dyn Error>> {
        let me = Identity::current()?;
        let mut table = Table::open()?;
        let task = table.process(me.pid, Fields::STATUS)?;
        let status = task.status.ok_or("a status")?;
        let areas = fs::read_to_string("/proc/self/maps")?.lines().count();
        println!(
            "pid {}, parent {}, {}",
            task.pid,
            task.parent,
            task.state.in_words()
        );
        println!(
            "{} bytes mapped in {areas} areas, {} in memory",
            task.virtual_memory, status.resident
        );
        assert_eq!((task.pid, task.parent), (me.pid, me.parent));
        assert_eq!(status.users, Some(me.users));
        // Who reads about itself runs.
        assert_eq!(task.state, State::Running);
        assert!(areas > 5 && status.resident <= task.virtual_memory);

        // A second thread: a record with a number, a name and a state of its own.
        let (end, wait) = mpsc::channel::<()>();
        let (ready, started) = mpsc::channel();
        let builder = thread::Builder::new().name("second".into());
        let second = builder.spawn(move || {
            let _ = ready.send(nix::unistd::gettid().as_raw());
            let _ = wait.recv();
        })?;
        let number = started.recv()?;
        let thread = table.thread(me.pid, number, Fields::NONE)?;
        println!(
            "thread {number} is {}",
            String::from_utf8_lossy(&thread.name)
        );
        assert_eq!(thread.name, b"second");
        assert_eq!(table.threads(me.pid)?, [me.pid, number]);
        assert_eq!(table.process(me.pid, Fields::NONE)?.threads, 2);
        drop(end);
        second.join().map_err(|_| "the thread panicked")?;
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("Linux only");
}
