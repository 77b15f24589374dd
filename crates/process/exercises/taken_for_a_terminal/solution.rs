//! The controller's end behaves as a pipe does, but for the last read: on Linux, once no program has
//! the terminal open any more, that is `EIO` and not 0 bytes. Both mean the end.

use std::io::{self, ErrorKind, Read};

use nix::errno::Errno;
use process::pty::{Pty, Session};
use process::spawn::Spawn;
use process::terminal::Size;

/// All that `sh -c script` prints at a terminal.
pub fn output(script: &str) -> anyhow::Result<String> {
    let size = Size {
        rows: 24,
        columns: 80,
    };
    let mut shell = Spawn::new("/bin/sh");
    let Session {
        mut controller,
        mut child,
    } = Pty::open(size)?.spawn(shell.args(["-c", script]))?;
    let mut printed = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        match controller.read(&mut bytes) {
            Ok(0) => break,
            Ok(count) => printed.extend_from_slice(&bytes[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.raw_os_error() == Some(Errno::EIO as i32) => break,
            Err(error) => return Err(error.into()),
        }
    }
    child.wait()?;
    Ok(text(&printed)?)
}

fn text(bytes: &[u8]) -> io::Result<String> {
    let text = str::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(text.replace("\r\n", "\n"))
}
