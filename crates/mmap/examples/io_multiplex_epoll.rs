//! epoll reports by level what is ready, again and again, and by edge what is new, once.
//!
//! Three calls: *create* a set in the kernel, *ctl* to put a descriptor in under a number of one's
//! own, *wait* for those that are ready, and only those. The set stays, so that a wait costs as much
//! as there is news, however many are silent.
//!
//! By level a wait tells a state ("there is something"), by edge a change ("something came").
//! Whoever takes an edge has to read until `EAGAIN`; the byte that is left here would wait for ever
//! for somebody to write another. Go's netpoller uses edges, `mmap::poller` leaves the choice.
//!
//! Linux only: epoll is its own; macOS has kqueue.
//!
//! ```syscalls
//! epoll_create1(EPOLL_CLOEXEC) = $epoll
//! epoll_ctl($epoll, EPOLL_CTL_ADD, *) = 0
//! epoll_ctl($epoll, EPOLL_CTL_ADD, *) = 0
//! ```

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use std::io::{Read, Write, pipe};

    use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

    const LEVEL: u64 = 1;
    const EDGE: u64 = 2;

    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    let (by_level, mut to_level) = pipe()?;
    let (mut by_edge, mut to_edge) = pipe()?;
    let by_edge_flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLET;
    epoll.add(&by_level, EpollEvent::new(EpollFlags::EPOLLIN, LEVEL))?;
    epoll.add(&by_edge, EpollEvent::new(by_edge_flags, EDGE))?;

    let ready = || -> std::io::Result<Vec<u64>> {
        let mut events = [EpollEvent::empty(); 8];
        let n = epoll.wait(&mut events, EpollTimeout::ZERO)?;
        let mut which: Vec<u64> = events[..n].iter().map(EpollEvent::data).collect();
        which.sort_unstable();
        Ok(which)
    };
    let expect = |what: &str, expected: &[u64]| -> std::io::Result<()> {
        let which = ready()?;
        println!("{what:<42} {which:?}");
        assert_eq!(which, expected, "{what}");
        Ok(())
    };

    println!("{LEVEL} is watched by level, {EDGE} by edge");
    expect("nothing written", &[])?;
    to_level.write_all(b"ab")?;
    to_edge.write_all(b"ab")?;
    expect("two bytes written to each", &[LEVEL, EDGE])?;
    expect("none read", &[LEVEL])?;
    by_edge.read_exact(&mut [0])?;
    expect("one read, one left: no edge", &[LEVEL])?;
    to_edge.write_all(b"c")?;
    expect("a third written: an edge", &[LEVEL, EDGE])?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
