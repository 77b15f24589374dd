//! One kernel thread for each of the program's: one blocks, the others run, the kernel sees all.
//!
//! It is what Linux, Rust's std and Java before its 21st version do. All that the kernel can do for a thread
//! it does for each: run two at once on two cores, block one, show it in `ps -L`. The price is
//! the kernel's, for each of them.
//!
//! Linux only: threads are listed in /proc/self/task.

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::fs;
    use std::sync::{Arc, Barrier, mpsc};
    use std::thread;

    const THREADS: usize = 8;

    fn in_kernel() -> std::io::Result<usize> {
        Ok(fs::read_dir("/proc/self/task")?.count())
    }

    let before = in_kernel()?;
    assert_eq!(before, 1, "this one");
    let (release, blocked) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    let barrier = Arc::new(Barrier::new(THREADS));
    let blocks = thread::spawn({
        let (tell, barrier) = (tell.clone(), Arc::clone(&barrier));
        move || {
            barrier.wait();
            let _ = blocked.recv();
            tell.send("the one that blocked")
        }
    });
    let others: Vec<_> = (1..THREADS)
        .map(|_| {
            let (tell, barrier) = (tell.clone(), Arc::clone(&barrier));
            thread::spawn(move || {
                barrier.wait();
                tell.send("another")
            })
        })
        .collect();
    println!(
        "{THREADS} threads in the program, {} more in the kernel",
        in_kernel()? - before
    );
    // All have to be there for any to pass the barrier, so all were there together.
    for _ in 1..THREADS {
        assert_eq!(
            told.recv()?,
            "another",
            "one blocks, the others run to their ends"
        );
    }
    assert!(in_kernel()? > before, "that one is still there");
    assert!(!blocks.is_finished());
    release.send(())?;
    assert_eq!(told.recv()?, "the one that blocked");
    for thread in others.into_iter().chain([blocks]) {
        thread.join().expect("it ends")?;
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
