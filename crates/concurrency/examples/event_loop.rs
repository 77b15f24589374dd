//! One thread serves a thousand timers and a hundred sockets, by doing what is ready.
//!
//! The style of nginx, Node.js and Redis: one loop, which asks the kernel what is ready and calls
//! what is registered for it. No locks, since nothing happens at the same time; and nothing may
//! take long, since all else waits meanwhile. Here the loop is written out, over `poll(2)`; the
//! runtime's network poller is the same with `epoll`.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

fn main() -> std::io::Result<()> {
    let me = thread::current().id();
    let (mut fired, mut echoed) = (0, 0);
    let start = Instant::now();
    let mut timers: BTreeMap<(Instant, u64), u64> = (0..1_000)
        .map(|id| ((start + Duration::from_micros(id * 50), id), id))
        .collect();
    let mut clients = Vec::new();
    let mut servers = Vec::new();
    for _ in 0..100 {
        let (mut client, server) = UnixStream::pair()?;
        client.write_all(b"ping")?;
        clients.push(client);
        servers.push(server);
    }

    while !timers.is_empty() || echoed < 100 {
        let next = timers.keys().next().map(|(at, _)| *at);
        let rest = next.map(|at| at.saturating_duration_since(Instant::now()));
        let limit = rest.map_or(PollTimeout::MAX, |rest| {
            PollTimeout::from(rest.as_millis() as u16 + 1)
        });
        let mut waiting: Vec<_> = servers
            .iter()
            .map(|server| PollFd::new(server.as_fd(), PollFlags::POLLIN))
            .collect();
        poll(&mut waiting, limit)?;
        let ready: Vec<bool> = waiting.iter().map(|fd| fd.any() == Some(true)).collect();
        for (server, _) in servers.iter_mut().zip(ready).filter(|(_, ready)| *ready) {
            let mut message = [0; 4];
            server.read_exact(&mut message)?;
            server.write_all(&message)?;
            echoed += 1;
        }
        while let Some(timer) = timers.first_entry().filter(|t| t.key().0 <= Instant::now()) {
            timer.remove();
            fired += 1;
        }
        assert_eq!(thread::current().id(), me);
    }
    println!("{fired} timers and {echoed} echoes on one thread");
    for mut client in clients {
        let mut answer = [0; 4];
        client.read_exact(&mut answer)?;
        assert_eq!(&answer, b"ping");
    }
    assert_eq!((fired, echoed), (1_000, 100));
    Ok(())
}
