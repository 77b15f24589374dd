//! `poll` watches a thousand pipes with one call, and both sides look at all thousand each time.
//!
//! It takes a list instead of a set of bits, so that any descriptor will do. But the kernel keeps
//! nothing between two calls: the list goes in whole, each entry is asked, and the caller then
//! searches it for the answer. With one pipe ready among a thousand that is a thousand times too much
//! work, which is what epoll and kqueue are there to mend.
//!
//! Go does not use it. Rust's std does once in every program: before `main` it polls descriptors 0, 1
//! and 2, to see whether they are open.

use std::io::{self, Write, pipe};
use std::os::fd::AsFd;
use std::time::Instant;

use mmap::poller::raise_open_files;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

const PIPES: usize = 1000;

fn main() -> io::Result<()> {
    raise_open_files(2 * PIPES as u64 + 50)?;
    let mut pipes = (0..PIPES).map(|_| pipe()).collect::<io::Result<Vec<_>>>()?;
    pipes[617].1.write_all(b"x")?;

    let mut asked: Vec<PollFd> = pipes
        .iter()
        .map(|(reader, _)| PollFd::new(reader.as_fd(), PollFlags::POLLIN))
        .collect();
    let start = Instant::now();
    let ready = poll(&mut asked, PollTimeout::NONE)?;
    let took = start.elapsed();
    let which: Vec<usize> = (0..PIPES)
        .filter(|&n| asked[n].any() == Some(true))
        .collect();
    println!("{ready} of {PIPES} ready: {which:?}; asking them all took {took:?}");
    assert_eq!((ready, which), (1, vec![617]));

    let start = Instant::now();
    let ready = poll(&mut asked[617..618], PollTimeout::NONE)?;
    println!("asking just that one took {:?}", start.elapsed());
    assert_eq!(ready, 1);
    Ok(())
}
