//! Pages from socket to pipe to socket, by `splice(2)`.

use std::io::{PipeReader, PipeWriter, pipe};
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, SpliceFFlags, fcntl, splice};

use super::{Failure, copy};
use crate::endpoint::Connection;

/// What we ask for. Whoever has many pipes gets less (`fs.pipe-user-pages-soft`), and that is no error.
const PIPE: usize = 256 * 1024;

/// Until the sender ends. `bytes` counts what was written.
pub(super) fn pump(from: &Connection, to: &Connection, bytes: &mut u64) -> Result<(), Failure> {
    let Ok((reader, writer)) = pipe() else {
        // No descriptors left.
        return copy::pump(from, to, bytes);
    };
    let _ = fcntl(&writer, FcntlArg::F_SETPIPE_SZ(PIPE as i32));
    loop {
        match fill(from, &writer) {
            Ok(0) => return Ok(()),
            Ok(n) => empty(&reader, to, n, bytes)?,
            // A kernel, or a sandbox, that does not splice sockets. Nothing was taken.
            Err(Errno::EINVAL | Errno::ENOSYS) => return copy::pump(from, to, bytes),
            Err(error) => return Err(Failure::Read(error.into())),
        }
    }
}

/// Waits for bytes; takes what is there and fits. The pipe is empty, so it is never what we wait for.
fn fill(from: &Connection, pipe: &PipeWriter) -> nix::Result<usize> {
    move_pages(from, pipe, PIPE)
}

/// All `n` bytes of the pipe, waiting for room.
fn empty(pipe: &PipeReader, to: &Connection, n: usize, bytes: &mut u64) -> Result<(), Failure> {
    let mut left = n;
    while left > 0 {
        let moved = move_pages(pipe, to, left).map_err(|error| Failure::Write(error.into()))?;
        left -= moved;
        *bytes += moved as u64;
    }
    Ok(())
}

fn move_pages(from: impl AsFd, to: impl AsFd, most: usize) -> nix::Result<usize> {
    loop {
        match splice(&from, None, &to, None, most, SpliceFFlags::SPLICE_F_MOVE) {
            Err(Errno::EINTR) => {}
            outcome => return outcome,
        }
    }
}
