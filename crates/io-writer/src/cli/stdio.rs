//! Standard input and output as bare descriptors, without std's buffers.
//!
//! A shell's other programs share them with us. They may have put them in non-blocking mode, so
//! `EAGAIN` must be expected; but we must not set any mode ourselves.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use io_writer::write_loop::write_some;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// A duplicate of descriptor 0 or 1.
#[derive(Debug)]
pub(crate) struct Inherited(File);

impl Inherited {
    pub(crate) fn stdin() -> io::Result<Self> {
        duplicate(&io::stdin())
    }

    pub(crate) fn stdout() -> io::Result<Self> {
        duplicate(&io::stdout())
    }
}

fn duplicate(stream: &impl AsFd) -> io::Result<Inherited> {
    let fd = stream.as_fd().try_clone_to_owned()?;
    Ok(Inherited(File::from(fd)))
}

impl Read for Inherited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    let mut fds = [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)];
                    match poll(&mut fds, PollTimeout::NONE) {
                        Ok(_) | Err(Errno::EINTR) => {}
                        Err(errno) => return Err(errno.into()),
                    }
                }
                outcome => return outcome,
            }
        }
    }
}

impl Write for Inherited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Waits for ever: a pager that shows its first page is no failure.
        Ok(write_some(&mut self.0, bytes, None)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
