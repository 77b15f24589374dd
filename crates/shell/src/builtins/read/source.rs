//! Where `read` gets its bytes, and that it takes no more than its line.

use std::io::{self, stdin};

use nix::errno::Errno;
use nix::unistd::{Whence, lseek, read};

use super::line::{Line, Lines};

/// A file is read by blocks of so many bytes, and wound back to the end of the line.
const BLOCK: usize = 512;

/// Standard input.
#[derive(Debug)]
pub(super) struct Source {
    /// More than one when what is too much can be given back.
    block: usize,
}

impl Default for Source {
    fn default() -> Self {
        let seekable = lseek(stdin(), 0, Whence::SeekCur).is_ok();
        Self {
            block: if seekable { BLOCK } else { 1 },
        }
    }
}

impl Source {
    /// Reads a line into `lines`. The line, and whether its end was seen: false at the end of the file.
    /// `interrupted` says whether a signal that came is a reason to give up.
    ///
    /// # Errors
    ///
    /// When reading fails; `Interrupted` when it is given up.
    pub(super) fn line(
        &self,
        mut lines: Lines,
        interrupted: impl Fn() -> bool,
    ) -> io::Result<(Line, bool)> {
        let mut buffer = [0; BLOCK];
        loop {
            let count = match read(stdin(), &mut buffer[..self.block]) {
                Err(Errno::EINTR) if !interrupted() => continue,
                count => count?,
            };
            if count == 0 {
                return Ok((lines.finish(), false));
            }
            let mut bytes = buffer[..count].iter();
            if bytes.any(|&byte| lines.push(byte)) {
                wind_back(bytes.len())?;
                return Ok((lines.finish(), true));
            }
        }
    }
}

fn wind_back(count: usize) -> Result<(), Errno> {
    if count > 0 {
        lseek(stdin(), -(count as i64), Whence::SeekCur)?;
    }
    Ok(())
}
