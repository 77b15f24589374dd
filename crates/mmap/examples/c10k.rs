//! One thread answers ten thousand connections, as many of them as the limit on open files admits.
//!
//! In 1999 a machine could serve ten thousand clients and the programs could not: a process or a
//! thread for each ran out of memory, and `select` searched the whole set for each byte. With a
//! poller a silent connection costs a descriptor and an entry in a table. A thread that sleeps in
//! `read` costs the pages of its stack that it has touched, and a stack in the kernel.
//!
//! The clients are another process, since they need ten thousand descriptors too. What the kernel keeps
//! for a socket is the same in both ways, and is not counted here.

use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::Duration;
use std::{env, thread};

use mmap::poller::{Events, Interest, Mode, Poller, Token, raise_open_files};

const WANTED: usize = 10_000;
const THREADS: usize = 500;
const LISTENER: Token = Token(WANTED);

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let limit = raise_open_files((WANTED + 2 * THREADS + 50) as u64)? as usize;
    let threads = THREADS.min(limit / 4);
    let count = WANTED.min(limit - 2 * threads - 50);
    if let [path] = &arguments[..] {
        return ask(path, count);
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("socket");
    let listener = UnixListener::bind(&path)?;
    let mut clients = Command::new(env::current_exe()?).arg(&path).spawn()?;

    let before = memory()?;
    let connections = serve(&listener, count)?;
    let for_each = (memory()? - before) / count;
    assert!(clients.wait()?.success(), "all clients got their answer");

    let before = memory()?;
    let for_a_thread = (block_threads(threads)? - before) / threads;
    println!("limit of open files: {limit}; one thread answered {count} connections");
    println!("memory of ours for each of them:   {for_each:>6} bytes");
    println!("with a blocked thread for each:    {for_a_thread:>6} bytes");
    assert!(for_each < for_a_thread);
    drop(connections);
    Ok(())
}

/// What a server keeps for a client that says nothing.
struct Connection {
    socket: UnixStream,
    /// For a question that has come by halves.
    buffer: Box<[u8; 256]>,
}

/// The server: gives the connections back when all have been accepted and answered.
fn serve(listener: &UnixListener, count: usize) -> io::Result<Vec<Connection>> {
    listener.set_nonblocking(true)?;
    let poller = Poller::new()?;
    poller.add(listener, LISTENER, Interest::READABLE, Mode::Level)?;
    let mut connections: Vec<Connection> = Vec::new();
    let mut answered = 0;
    let mut events = Events::with_capacity(1024);
    while answered < count {
        poller.wait(&mut events, Some(Duration::from_secs(20)))?;
        assert!(!events.is_empty(), "no client says anything");
        for event in &events {
            let Token(index) = event.token();
            if event.token() == LISTENER {
                // By level: who is still in the queue makes the next wait return.
                let (socket, _) = listener.accept()?;
                let token = Token(connections.len());
                poller.add(&socket, token, Interest::READABLE, Mode::Level)?;
                let buffer = Box::new([0; 256]);
                connections.push(Connection { socket, buffer });
            } else {
                let Connection { socket, buffer } = &mut connections[index];
                socket.read_exact(&mut buffer[..4])?;
                socket.write_all(&buffer[..4])?;
                answered += 1;
            }
        }
    }
    assert_eq!(connections.len(), count);
    Ok(connections)
}

/// The clients: all connect, then all ask, then each waits for its answer. None leaves before.
fn ask(path: &str, count: usize) -> io::Result<()> {
    let mut connections = (0..count)
        .map(|_| connect(path))
        .collect::<io::Result<Vec<_>>>()?;
    for (number, connection) in (0_u32..).zip(&mut connections) {
        connection.write_all(&number.to_le_bytes())?;
    }
    for (number, connection) in (0_u32..).zip(&mut connections) {
        let mut answer = [0; 4];
        connection.read_exact(&mut answer)?;
        assert_eq!(u32::from_le_bytes(answer), number);
    }
    Ok(())
}

/// macOS refuses when the listener's queue is full, where Linux waits.
fn connect(path: &str) -> io::Result<UnixStream> {
    for _ in 0..1000 {
        match UnixStream::connect(path) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                thread::sleep(Duration::from_millis(1));
            }
            outcome => return outcome,
        }
    }
    UnixStream::connect(path)
}

/// The memory of this process while many threads wait for their connections.
fn block_threads(threads: usize) -> io::Result<usize> {
    let (tell, told) = channel();
    let mut peers = Vec::new();
    for _ in 0..threads {
        let (mut connection, peer) = UnixStream::pair()?;
        let tell = tell.clone();
        peers.push(peer);
        thread::spawn(move || {
            tell.send(()).expect("main listens");
            connection.read(&mut [0; 4]).expect("the end")
        });
    }
    assert_eq!(told.iter().take(threads).count(), threads);
    memory()
}

/// What is resident now, in bytes: the second number of `statm`, in pages. (getrusage(2) has only the
/// most that ever was, and on Linux that comes with the process from before its `exec`.)
#[cfg(target_os = "linux")]
fn memory() -> io::Result<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    let pages: usize = pages.ok_or(io::ErrorKind::InvalidData)?;
    Ok(pages * mmap::map::page_size())
}

/// The most that was resident so far, in bytes.
#[cfg(not(target_os = "linux"))]
fn memory() -> io::Result<usize> {
    use nix::sys::resource::{UsageWho, getrusage};

    Ok(getrusage(UsageWho::RUSAGE_SELF)?.max_rss() as usize)
}
