//! A thread in a blocking read sleeps until the bytes come, and costs no processor time.
//!
//! `read` on an empty pipe takes the thread off the run queue; whoever writes puts it back. In
//! between it is `S`, sleeping, in `/proc` and in `ps`. Nothing is simpler to write and nothing
//! cheaper to wait with, as long as there is one thing to wait for. For ten thousand things it takes
//! ten thousand threads.
//!
//! In Go it looks the same, but only the goroutine sleeps: its thread runs another one.
//!
//! ```syscalls
//! pipe2(*) = 0
//! read(*, "hello", 16) = 5
//! ```

use std::fs;
use std::io::{self, Read, Write, pipe};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};

/// How long this thread has been on a processor.
fn cpu_time() -> io::Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}

fn main() -> io::Result<()> {
    let (mut reader, mut writer) = pipe()?;
    let (tell, told) = mpsc::channel();
    let reading = thread::spawn(move || -> io::Result<_> {
        // Linux: the folder in /proc that tells of this thread.
        tell.send(fs::canonicalize("/proc/thread-self").ok())
            .expect("main listens");
        let (start, cpu_start) = (Instant::now(), cpu_time()?);
        let mut buffer = [0; 16];
        let n = reader.read(&mut buffer)?;
        let word = String::from_utf8_lossy(&buffer[..n]).into_owned();
        Ok((word, start.elapsed(), cpu_time()? - cpu_start))
    });

    if let Some(folder) = told.recv().expect("the thread tells") {
        let state = || -> io::Result<_> {
            let stat = fs::read_to_string(folder.join("stat"))?;
            // "4711 (name) S …"
            Ok(stat.rsplit(") ").next().unwrap_or_default().chars().next())
        };
        while state()? != Some('S') {
            thread::yield_now();
        }
        println!("the thread's state: S, sleeping");
    }
    thread::sleep(Duration::from_millis(100));
    writer.write_all(b"hello")?;

    let (word, waited, cpu) = reading.join().expect("no panic")?;
    println!("read {word:?} after {waited:?}, {cpu:?} of it on a processor");
    assert_eq!(word, "hello");
    assert!(cpu < waited / 4, "it did not sleep");
    Ok(())
}
