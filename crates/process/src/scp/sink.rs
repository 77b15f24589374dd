//! A tree from a stream.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, openat};
use nix::sys::stat::{Mode, fchmod, futimens, mkdirat};
use nix::sys::time::TimeSpec;

use super::record::{Record, RecordError, Time};

/// Which attributes the files get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Permissions less the umask, and times of now.
    #[default]
    Nothing,
    /// Permissions and times as announced: `scp -p`.
    Attributes,
}

/// What came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// How many files are complete.
    pub files: u64,
    /// How many directories.
    pub directories: u64,
    /// How many bytes of files.
    pub bytes: u64,
    /// What the source could not send, in its words.
    pub warnings: Vec<String>,
}

/// What ends a copy.
#[derive(Debug, thiserror::Error)]
pub enum ScpError {
    /// The source does not speak the protocol, or sends a name that leads elsewhere.
    #[error("the source sent what is refused: {0}")]
    Record(#[from] RecordError),
    /// The source gave up, in its words.
    #[error("the source gave up: {0}")]
    Source(String),
    /// The stream ended within a file, a line, or a directory.
    #[error("the stream ended early")]
    Cut,
    /// A line of more than 4096 bytes.
    #[error("a line of the source is too long")]
    LongLine,
    /// More than 128 directories within each other.
    #[error("directories are nested too deeply")]
    TooDeep,
    /// A file or directory could not be made or written.
    #[error("cannot write {name}: {source}")]
    Write {
        /// Its last name.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// The stream could not be read or written.
    #[error("the stream: {0}")]
    Stream(#[from] io::Error),
}

/// Bytes. A name has at most 255.
const LONGEST_LINE: u64 = 4096;

/// One descriptor each.
const DEEPEST: usize = 128;

/// Takes what `from` announces and makes it in `directory`, answering on `to`, until the stream
/// ends. Existing files are overwritten; a symbolic link is never followed, which is stricter than
/// scp.
///
/// # Errors
///
/// See [`ScpError`]; the source has then been told why. What is complete stays.
pub fn receive(
    from: impl BufRead,
    to: impl Write,
    directory: &Path,
    keep: Keep,
) -> Result<Received, ScpError> {
    let root = File::open(directory).map_err(write_error(directory.as_os_str()))?;
    let mut sink = Sink {
        from,
        to,
        root: root.into(),
        open: Vec::new(),
        times: None,
        keep,
        received: Received::default(),
    };
    match sink.run() {
        Ok(()) => Ok(sink.received),
        Err(error) => {
            // It may be gone; the error that counts is ours.
            let _ = sink.complain(&error);
            Err(error)
        }
    }
}

struct Sink<R, W> {
    from: R,
    to: W,
    root: OwnedFd,
    /// The directories that we are in, outermost first.
    open: Vec<Directory>,
    /// Announced for what comes next.
    times: Option<(Time, Time)>,
    keep: Keep,
    received: Received,
}

/// A directory that is not complete. It gets its attributes at the end: it may not be writable, and
/// each file in it changes its time.
struct Directory {
    descriptor: OwnedFd,
    name: String,
    mode: Mode,
    times: Option<(Time, Time)>,
    is_new: bool,
}

impl<R: BufRead, W: Write> Sink<R, W> {
    fn run(&mut self) -> Result<(), ScpError> {
        self.acknowledge()?;
        while let Some(line) = self.line()? {
            self.take(Record::parse(&line)?)?;
        }
        if self.open.is_empty() && self.times.is_none() {
            Ok(())
        } else {
            Err(ScpError::Cut)
        }
    }

    /// A line without its newline; `None` at the end of the stream.
    fn line(&mut self) -> Result<Option<Vec<u8>>, ScpError> {
        let mut line = Vec::new();
        let mut limited = self.from.by_ref().take(LONGEST_LINE);
        limited.read_until(b'\n', &mut line)?;
        match line.pop() {
            None => Ok(None),
            Some(b'\n') => Ok(Some(line)),
            Some(_) if line.len() as u64 + 1 == LONGEST_LINE => Err(ScpError::LongLine),
            Some(_) => Err(ScpError::Cut),
        }
    }

    fn take(&mut self, record: Record) -> Result<(), ScpError> {
        match record {
            Record::Warning(text) => {
                self.received.warnings.push(text);
                return Ok(());
            }
            Record::Fatal(text) => return Err(ScpError::Source(text)),
            Record::Times { modified, accessed } => self.times = Some((modified, accessed)),
            Record::Directory { mode, name } => self.go_down(mode, &name)?,
            Record::End => self.go_up()?,
            Record::File { mode, size, name } => self.file(mode, size, &name)?,
        }
        Ok(self.acknowledge()?)
    }

    fn here(&self) -> &OwnedFd {
        self.open.last().map_or(&self.root, |last| &last.descriptor)
    }

    fn go_down(&mut self, mode: u32, name: &OsStr) -> Result<(), ScpError> {
        if self.open.len() == DEEPEST {
            return Err(ScpError::TooDeep);
        }
        let times = self.times.take();
        let mode = permissions(mode);
        let flags = OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        // Its owner has to be able to fill it.
        let made = mkdirat(self.here(), name, mode | Mode::S_IRWXU);
        let is_new = match made {
            Ok(()) => true,
            Err(Errno::EEXIST) => false,
            Err(errno) => return Err(write_error(name)(errno.into())),
        };
        let descriptor = openat(self.here(), name, flags, Mode::empty())
            .map_err(|errno| write_error(name)(errno.into()))?;
        self.open.push(Directory {
            descriptor,
            name: name.to_string_lossy().into_owned(),
            mode,
            times,
            is_new,
        });
        Ok(())
    }

    fn go_up(&mut self) -> Result<(), ScpError> {
        let done = self.open.pop().ok_or(RecordError::Bad("end"))?;
        let outcome = match self.keep {
            Keep::Attributes => attach(&done.descriptor, done.mode, done.times),
            // The umask is in what mkdir made of it; only our own addition is taken back.
            Keep::Nothing if done.is_new && !done.mode.contains(Mode::S_IRWXU) => {
                restrict_owner(&done.descriptor, done.mode)
            }
            Keep::Nothing => Ok(()),
        };
        outcome.map_err(|errno| write_error(done.name.as_ref())(errno.into()))?;
        self.received.directories += 1;
        Ok(())
    }

    fn file(&mut self, mode: u32, size: u64, name: &OsStr) -> Result<(), ScpError> {
        let times = self.times.take();
        let mode = permissions(mode);
        let flags = OFlag::O_WRONLY
            | OFlag::O_CREAT
            | OFlag::O_TRUNC
            | OFlag::O_NOFOLLOW
            // A FIFO that is there already would wait for a reader.
            | OFlag::O_NONBLOCK
            | OFlag::O_CLOEXEC;
        let failed = |errno: Errno| write_error(name)(errno.into());
        let file = openat(self.here(), name, flags, mode).map_err(failed)?;
        let mut file = File::from(file);
        self.acknowledge()?;
        self.copy(size, &mut file, name)?;
        if self.keep == Keep::Attributes {
            attach(&file, mode, times).map_err(failed)?;
        }
        self.end_of_data()?;
        self.received.files += 1;
        self.received.bytes += size;
        Ok(())
    }

    /// Straight from the stream's buffer to the file: no length is believed, only counted down.
    fn copy(&mut self, size: u64, file: &mut File, name: &OsStr) -> Result<(), ScpError> {
        let mut left = size;
        while left > 0 {
            let bytes = self.from.fill_buf()?;
            if bytes.is_empty() {
                return Err(ScpError::Cut);
            }
            let now = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
            file.write_all(&bytes[..now]).map_err(write_error(name))?;
            self.from.consume(now);
            left -= now as u64;
        }
        Ok(())
    }

    /// After the bytes the source says whether it could read them all.
    fn end_of_data(&mut self) -> Result<(), ScpError> {
        let mut verdict = [0];
        self.from.read_exact(&mut verdict).map_err(cut)?;
        match verdict[0] {
            0 => Ok(()),
            1 => {
                let text = self.line()?.ok_or(ScpError::Cut)?;
                let text = String::from_utf8_lossy(&text).into_owned();
                self.received.warnings.push(text);
                Ok(())
            }
            2 => {
                let text = self.line()?.ok_or(ScpError::Cut)?;
                Err(ScpError::Source(
                    String::from_utf8_lossy(&text).into_owned(),
                ))
            }
            other => Err(RecordError::Unknown(other).into()),
        }
    }

    fn acknowledge(&mut self) -> io::Result<()> {
        self.to.write_all(&[0])?;
        self.to.flush()
    }

    fn complain(&mut self, error: &ScpError) -> io::Result<()> {
        let text = format!("scp: {error}").replace('\n', " ");
        self.to.write_all(&Record::Fatal(text).encode())?;
        self.to.flush()
    }
}

/// Without those that change what a program is or who runs it: set-user-ID of a stranger's file,
/// never.
fn permissions(mode: u32) -> Mode {
    Mode::from_bits_truncate((mode & 0o777) as nix::libc::mode_t)
}

fn attach(file: impl AsFd, mode: Mode, times: Option<(Time, Time)>) -> nix::Result<()> {
    fchmod(&file, mode)?;
    match times {
        Some((modified, accessed)) => futimens(&file, &time(accessed), &time(modified)),
        None => Ok(()),
    }
}

/// Takes from the owner what `mode` does not give.
fn restrict_owner(file: impl AsFd, mode: Mode) -> nix::Result<()> {
    let now = Mode::from_bits_truncate(nix::sys::stat::fstat(&file)?.st_mode);
    fchmod(&file, now - (Mode::S_IRWXU - mode))
}

fn time(time: Time) -> TimeSpec {
    TimeSpec::new(time.seconds.cast_signed(), i64::from(time.micros) * 1000)
}

fn write_error(name: &OsStr) -> impl Fn(io::Error) -> ScpError {
    move |source| ScpError::Write {
        name: name.to_string_lossy().into_owned(),
        source,
    }
}

fn cut(error: io::Error) -> ScpError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => ScpError::Cut,
        _ => ScpError::Stream(error),
    }
}
