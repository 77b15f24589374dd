//! A hundred tasks that wait for the network hold no thread; a hundred threads hold a hundred.
//!
//! The code reads as if it blocked. Underneath, the socket is non-blocking: a read that finds nothing
//! leaves the task's waker with the socket and lets go of the thread. One `epoll` (or `kqueue`) watches
//! them all, and an event makes just that task runnable whose socket it was.

use std::io;
use std::thread;

use concurrency::net::UnixStream;
use concurrency::runtime::{Builder, Handle, Phase, spawn, yield_now};

const READERS: usize = 100;

fn waiting(handle: &Handle) -> usize {
    let tasks = handle.tasks();
    let waits = tasks.iter().filter(|task| {
        task.phase == Phase::Waiting && task.waiting_for.is_some_and(|for_| for_.what == "IO wait")
    });
    waits.count()
}

async fn as_tasks(handle: &Handle) -> io::Result<usize> {
    let mut writers = Vec::new();
    let mut readers = Vec::new();
    for number in 0..READERS {
        let (writer, reader) = UnixStream::pair()?;
        writers.push(writer);
        readers.push(spawn(async move {
            reader.read(&mut [0; 8]).await.map(|_| number)
        }));
    }
    while waiting(handle) < READERS {
        yield_now().await;
    }
    let state = handle.snapshot();
    println!("{READERS} tasks wait: {}", state.line());
    assert!(readers.iter().all(|reader| !reader.is_finished()));

    writers[42].write_all(b"go").await?;
    let woken = readers.remove(42).await.expect("it runs to its end")?;
    assert_eq!(
        (woken, waiting(handle)),
        (42, READERS - 1),
        "that one and no other"
    );
    Ok(state.threads)
}

/// How many threads there were while all of them waited.
fn as_threads() -> io::Result<usize> {
    let mut pairs = Vec::new();
    for _ in 0..READERS {
        pairs.push(std::os::unix::net::UnixStream::pair()?);
    }
    let (writers, readers): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    thread::scope(|scope| {
        let blocked: Vec<_> = readers
            .into_iter()
            .map(|mut reader| scope.spawn(move || io::Read::read(&mut reader, &mut [0; 8])))
            .collect();
        let unfinished = blocked
            .iter()
            .filter(|thread| !thread.is_finished())
            .count();
        drop(writers);
        Ok(unfinished)
    })
}

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(2).build()?;
    let handle = runtime.handle();
    let tasks = runtime.block_on(as_tasks(&handle))?;
    let threads = as_threads()?;
    println!("threads of the runtime: {tasks}; threads that block in read: {threads}");
    assert!(
        tasks < 10,
        "Ms for two Ps, this thread's, one at the network, and sysmon"
    );
    assert_eq!(threads, READERS);
    Ok(())
}
