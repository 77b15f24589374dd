//! Through a buffer of the process: what works with any two descriptors.

use std::io::{self, Read, Write};

use super::Failure;
use crate::endpoint::Connection;

/// As much as a Unix socket's or a pipe's buffer takes at once, roughly.
const BUFFER: usize = 64 * 1024;

/// Until the sender ends. `bytes` counts what was written.
pub(super) fn pump(from: &Connection, to: &Connection, bytes: &mut u64) -> Result<(), Failure> {
    let (mut from, mut to) = (from, to);
    let mut buffer = vec![0; BUFFER];
    loop {
        let n = read_some(&mut from, &mut buffer).map_err(Failure::Read)?;
        if n == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..n]).map_err(Failure::Write)?;
        *bytes += n as u64;
    }
}

fn read_some(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}
