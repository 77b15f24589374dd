//! One call for all pipes and without a limit: the thread sleeps in the kernel until there is news.
//!
//! A signal ends the call with `EINTR`, and then it is made again. A closed pipe is reported as
//! `POLLHUP`, which nobody has to ask for.

use std::io::{self, PipeReader};
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// Which of `pipes` can be read without waiting; waits until there is one.
pub fn first_ready(pipes: &[PipeReader]) -> io::Result<usize> {
    let ask = |pipe| PollFd::new(pipe, PollFlags::POLLIN);
    let mut asked: Vec<PollFd> = pipes.iter().map(|pipe| ask(pipe.as_fd())).collect();
    loop {
        match poll(&mut asked, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready = asked.iter().position(|pipe| pipe.any() == Some(true));
        if let Some(index) = ready {
            return Ok(index);
        }
    }
}
