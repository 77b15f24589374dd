//! Passing keys in and output out, until the child has ended.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{SpecialCharacterIndices, tcgetattr};

use super::wake::Wake;
use super::{Session, Strip};
use crate::exit::Status;
use crate::terminal;

const CHUNK: usize = 16 * 1024;

/// What stands between a session and the world.
#[derive(Debug)]
pub struct Relay {
    input: File,
    output: File,
    /// A terminal whose size the child's one follows.
    follow: bool,
    strip: Option<Strip>,
    /// Read and not yet taken by the child's terminal.
    pending: Vec<u8>,
    at_line_start: bool,
    /// When control-D is typed again, once the input has ended.
    end: Option<End>,
}

/// A file stays at its end, but a terminal forgets: one reader takes the end, and the next one waits; a
/// program that changes the mode throws it away. So it is typed again, less and less often.
#[derive(Debug, Clone, Copy)]
struct End {
    again: Instant,
    pause: Duration,
}

impl End {
    const FIRST_PAUSE: Duration = Duration::from_millis(50);
    const LONGEST_PAUSE: Duration = Duration::from_secs(5);

    fn after(pause: Duration) -> Self {
        Self {
            again: Instant::now() + pause,
            pause,
        }
    }

    fn later(self) -> Self {
        Self::after((self.pause * 2).min(Self::LONGEST_PAUSE))
    }
}

/// Why a relay ended before the child did.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// Nobody takes what the child writes.
    #[error("cannot write the child's output")]
    Output(#[source] io::Error),
    /// Something between us and the kernel.
    #[error("cannot pass on to the pseudo-terminal")]
    System(#[from] io::Error),
}

impl From<Errno> for RelayError {
    fn from(errno: Errno) -> Self {
        Self::System(errno.into())
    }
}

impl Relay {
    /// From `input` to the child, and from the child to `output`.
    ///
    /// # Errors
    ///
    /// When the descriptors cannot be duplicated.
    pub fn new(input: impl AsFd, output: impl AsFd) -> io::Result<Self> {
        Ok(Self {
            follow: terminal::is_terminal(&input),
            input: input.as_fd().try_clone_to_owned()?.into(),
            output: output.as_fd().try_clone_to_owned()?.into(),
            strip: None,
            pending: Vec::new(),
            at_line_start: true,
            end: None,
        })
    }

    /// Whether escape sequences are taken out of the output.
    #[must_use]
    pub fn strip(mut self, strip: bool) -> Self {
        self.strip = strip.then(Strip::new);
        self
    }

    /// Whether the child's terminal follows the size of an input that is a terminal; it does if nothing
    /// is said.
    #[must_use]
    pub fn resize(mut self, follow: bool) -> Self {
        self.follow &= follow;
        self
    }

    /// Passes on until the child has ended and its last output is through. The input's end is typed as
    /// control-D, and again from time to time as long as the child lives. When the input is a terminal, each change of its size becomes the child's; its mode is
    /// the caller's affair, see [`terminal::Mode`].
    ///
    /// Handlers for `SIGCHLD` and `SIGWINCH` are installed meanwhile, so one relay runs at a time: a second
    /// one waits for the first.
    ///
    /// # Errors
    ///
    /// See [`RelayError`].
    pub fn run(mut self, session: &mut Session) -> Result<Status, RelayError> {
        let wake = Wake::new()?;
        set_nonblocking(&session.controller)?;
        // What came before the handlers were there.
        self.follow_size(session);
        loop {
            if let Some(status) = session.child.try_wait()? {
                self.drain(session)?;
                return Ok(status);
            }
            let ready = self.wait(session, &wake)?;
            if ready.woken {
                wake.clear();
                self.follow_size(session);
            }
            if ready.output && !self.pass_output(session)? {
                // All descriptors of the terminal are closed, and the child may live on for long.
                return Ok(session.child.wait()?);
            }
            if ready.input {
                self.read_input(session);
            }
            if ready.room {
                self.type_pending(session)?;
            }
            self.repeat_end(session);
        }
    }

    fn wait(&self, session: &Session, wake: &Wake) -> Result<Ready, RelayError> {
        let mut controller = PollFlags::POLLIN;
        controller.set(PollFlags::POLLOUT, !self.pending.is_empty());
        let mut fds = vec![
            PollFd::new(wake.as_fd(), PollFlags::POLLIN),
            PollFd::new(session.controller.as_fd(), controller),
        ];
        // No more is read than the child has taken: a fast writer waits, and memory stays small.
        if self.end.is_none() && self.pending.is_empty() {
            fds.push(PollFd::new(self.input.as_fd(), PollFlags::POLLIN));
        }
        match poll(&mut fds, self.patience()) {
            Err(Errno::EINTR) => return Ok(Ready::default()),
            other => other?,
        };
        let any = |index: usize| fds.get(index).and_then(PollFd::any).unwrap_or(false);
        let controller = fds[1].revents().unwrap_or(PollFlags::empty());
        Ok(Ready {
            woken: any(0),
            output: controller.intersects(!PollFlags::POLLOUT),
            room: controller.contains(PollFlags::POLLOUT),
            input: any(2),
        })
    }

    fn follow_size(&self, session: &Session) {
        if self.follow
            && let Ok(size) = terminal::size(&self.input)
        {
            // A terminal that is gone has no size; the next read says that it is gone.
            let _ = terminal::set_size(&session.controller, size);
        }
    }

    /// False at the end: Linux says `EIO` when nobody has the other side open, macOS end of file.
    fn pass_output(&mut self, session: &Session) -> Result<bool, RelayError> {
        let mut bytes = vec![0; CHUNK];
        match (&session.controller).read(&mut bytes) {
            Ok(0) => Ok(false),
            Ok(count) => {
                bytes.truncate(count);
                if let Some(strip) = &mut self.strip {
                    strip.retain_text(&mut bytes);
                }
                self.output.write_all(&bytes).map_err(RelayError::Output)?;
                Ok(true)
            }
            Err(error) => match error.raw_os_error().map(Errno::from_raw) {
                Some(Errno::EIO) => Ok(false),
                Some(Errno::EAGAIN | Errno::EINTR) => Ok(true),
                _ => Err(error.into()),
            },
        }
    }

    /// What the child wrote last. A process that it left behind may keep the terminal open, so the end
    /// is also where nothing more is ready.
    fn drain(&mut self, session: &Session) -> Result<(), RelayError> {
        loop {
            let mut fds = [PollFd::new(session.controller.as_fd(), PollFlags::POLLIN)];
            let ready = match poll(&mut fds, PollTimeout::ZERO) {
                Err(Errno::EINTR) => continue,
                ready => ready?,
            };
            if ready == 0 || !self.pass_output(session)? {
                return Ok(());
            }
        }
    }

    fn read_input(&mut self, session: &Session) {
        let mut bytes = vec![0; CHUNK];
        match (&self.input).read(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Ok(count) if count > 0 => {
                bytes.truncate(count);
                self.at_line_start = bytes.ends_with(b"\n");
                self.pending = bytes;
            }
            // A terminal that is gone, or a descriptor that was closed, ends like a file.
            _ => {
                self.end = Some(End::after(End::FIRST_PAUSE));
                self.pending = end_of_file(&session.controller, self.at_line_start);
            }
        }
    }

    fn patience(&self) -> PollTimeout {
        match self.end {
            Some(end) if self.pending.is_empty() => {
                // One millisecond more than is left, which is rounded down.
                let left = end.again.saturating_duration_since(Instant::now());
                PollTimeout::try_from(left + Duration::from_millis(1)).unwrap_or(PollTimeout::MAX)
            }
            _ => PollTimeout::NONE,
        }
    }

    fn repeat_end(&mut self, session: &Session) {
        if let Some(end) = self.end
            && self.pending.is_empty()
            && Instant::now() >= end.again
        {
            self.pending = end_of_file(&session.controller, true);
            self.end = Some(end.later());
        }
    }

    fn type_pending(&mut self, session: &Session) -> Result<(), RelayError> {
        match (&session.controller).write(&self.pending) {
            Ok(count) => {
                self.pending.drain(..count);
            }
            Err(error) => match error.raw_os_error().map(Errno::from_raw) {
                Some(Errno::EAGAIN | Errno::EINTR) => {}
                // Nobody reads any more.
                Some(Errno::EIO) => self.pending.clear(),
                _ => return Err(error.into()),
            },
        }
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Ready {
    woken: bool,
    output: bool,
    room: bool,
    input: bool,
}

/// Control-D, or what the child's terminal has for it. It means "hand over what is there": an end of file
/// only where nothing is, so after half a line it takes two.
fn end_of_file(controller: &File, at_line_start: bool) -> Vec<u8> {
    const CONTROL_D: u8 = 4;
    let key = tcgetattr(controller).map_or(CONTROL_D, |settings| {
        settings.control_chars[SpecialCharacterIndices::VEOF as usize]
    });
    vec![key; if at_line_start { 1 } else { 2 }]
}

fn set_nonblocking(fd: impl AsFd) -> nix::Result<()> {
    let fd: BorrowedFd = fd.as_fd();
    let flags = OFlag::from_bits_retain(fcntl(fd, FcntlArg::F_GETFL)?);
    fcntl(fd, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK)).map(drop)
}
