//! Somewhere to write to, given by name: a file, a compressed file, a TCP or a Unix socket.
//!
//! A sink must not be able to hang its writer for ever. So whatever can block is opened in
//! non-blocking mode and written with the loop of [`write_loop`](crate::write_loop): a peer that
//! accepts nothing for [`OpenOptions::stall`] is a failure like any other.
//!
//! That is done only for descriptors that are opened here. `O_NONBLOCK` belongs to the *open file
//! description*, which a descriptor inherited from a shell shares with the shell and with the other
//! programs of the pipeline: setting it on standard output would make *their* writes fail with
//! `EAGAIN`, even after this process has ended.

mod address;
mod connection;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::OFlag;

use crate::gzip::{self, Gzip, GzipWriter};
use crate::write_loop::write_some;

pub use address::{Address, AddressError};

/// How to open a sink.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// Write behind what a file holds instead of emptying it. A compressed file gets a further gzip
    /// member, which readers take as one stream with those before it.
    pub append: bool,
    /// For how long a sink may accept nothing: longer is a failure. Also how long to wait for a
    /// connection, or for somebody to open the other end of a FIFO.
    pub stall: Duration,
    /// The compression level, from 0 to 9.
    pub level: u32,
}

impl Default for OpenOptions {
    /// Empties files, waits ten seconds, compresses as [`Gzip::new`].
    fn default() -> Self {
        OpenOptions {
            append: false,
            stall: Duration::from_secs(10),
            level: gzip::DEFAULT_LEVEL,
        }
    }
}

impl Address {
    /// Opens or connects.
    ///
    /// # Errors
    ///
    /// [`SinkError`] says what was tried and what the system said. Besides the errors of `open(2)`
    /// and `connect(2)` there is [`TimedOut`](io::ErrorKind::TimedOut) after
    /// [`OpenOptions::stall`]. Looking up a host name can take as long as the system's resolver
    /// wants.
    pub fn open(&self, options: &OpenOptions) -> Result<Sink, SinkError> {
        let stall = options.stall;
        let (doing, end) = match self {
            Address::File(path) | Address::GzipFile(path) => {
                ("open", open_file(path, options).map(End::File))
            }
            Address::Tcp { host, port } => {
                ("connect", connection::tcp(host, *port, stall).map(End::Tcp))
            }
            Address::Unix(path) => ("connect", connection::unix(path, stall).map(End::Unix)),
        };
        let end = end.map_err(|error| SinkError {
            address: self.clone(),
            doing,
            error,
        })?;
        let plain = Patient { end, stall };
        let out = match self {
            Address::GzipFile(path) => {
                Out::Gzip(compressor(path, options.level).writer(plain).into())
            }
            _ => Out::Plain(plain),
        };
        Ok(Sink { out, accepted: 0 })
    }
}

/// The header says what the file is called without its `.gz`, for `gunzip --name`; a name that does
/// not fit into a header is left out.
fn compressor(path: &Path, level: u32) -> Gzip {
    let gzip = Gzip::new().level(level);
    match path.file_stem().and_then(OsStr::to_str) {
        Some(name) if gzip::latin1(name).is_ok() => gzip.file_name(name),
        _ => gzip,
    }
}

/// A sink that could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("{address}: cannot {doing}: {error}")]
pub struct SinkError {
    /// Which.
    pub address: Address,
    /// `open` or `connect`.
    pub doing: &'static str,
    /// What the system said.
    pub error: io::Error,
}

/// An open sink. Call [`finish`](Sink::finish) at the end of the stream: dropping it leaves a
/// compressed file without its end, and says nothing of errors.
#[derive(Debug)]
pub struct Sink {
    out: Out,
    accepted: u64,
}

#[derive(Debug)]
enum Out {
    Plain(Patient),
    Gzip(Box<GzipWriter<Patient>>),
}

impl Sink {
    /// How many bytes of the stream were taken so far; of a compressed file, before compression.
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Ends the stream: the trailer of a compressed file, the end of a connection.
    ///
    /// A file is closed, and an error of `close(2)` reported: network file systems say only then
    /// that the disk was full. It is not synced to the disk.
    ///
    /// A socket is shut down for writing, so that the peer reads end of file; then the peer has up
    /// to a second (or `stall`, if that is shorter) to close its end. Silence is taken for consent.
    /// A reset is a failure: the peer went without reading everything. What the peer sends is read
    /// and thrown away, since Linux answers the closing of a TCP socket that has unread input with a
    /// reset, which may destroy the last data on their way *to* the peer.
    ///
    /// # Errors
    ///
    /// As described, and those of writing.
    pub fn finish(self) -> io::Result<()> {
        let Patient { end, stall } = match self.out {
            Out::Plain(plain) => plain,
            Out::Gzip(writer) => writer.finish()?,
        };
        match end {
            End::File(file) => close(file),
            End::Tcp(socket) => connection::hang_up(socket, stall),
            End::Unix(socket) => connection::hang_up(socket, stall),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = match &mut self.out {
            Out::Plain(plain) => plain.write(bytes),
            Out::Gzip(writer) => writer.write(bytes),
        }?;
        self.accepted += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.out {
            Out::Plain(plain) => plain.flush(),
            Out::Gzip(writer) => writer.flush(),
        }
    }
}

/// Waits for room, and gives up after `stall`.
#[derive(Debug)]
struct Patient {
    end: End,
    stall: Duration,
}

/// A descriptor in non-blocking mode. The sockets keep their types: std then writes with `send(2)`
/// and a flag that keeps a broken connection from raising `SIGPIPE`.
#[derive(Debug)]
enum End {
    File(File),
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Write for Patient {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(write_some(&mut self.end, bytes, Some(self.stall))?)
    }

    /// Nothing is held back here.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Write for End {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            End::File(file) => file.write(bytes),
            End::Tcp(socket) => socket.write(bytes),
            End::Unix(socket) => socket.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsFd for End {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            End::File(file) => file.as_fd(),
            End::Tcp(socket) => socket.as_fd(),
            End::Unix(socket) => socket.as_fd(),
        }
    }
}

/// Opens with `O_NONBLOCK`, which does nothing for a regular file.
///
/// For a FIFO it does two things: the open itself does not wait for a reader but fails with `ENXIO`
/// while there is none, and the writes do not wait either.
fn open_file(path: &Path, options: &OpenOptions) -> io::Result<File> {
    let mut how = fs::OpenOptions::new();
    how.create(true).custom_flags(OFlag::O_NONBLOCK.bits());
    if options.append {
        how.append(true);
    } else {
        how.write(true).truncate(true);
    }
    let start = Instant::now();
    loop {
        match how.open(path) {
            Err(e) if e.raw_os_error() == Some(Errno::ENXIO as i32) && is_fifo(path) => {}
            outcome => return outcome,
        }
        if start.elapsed() >= options.stall {
            return Err(waited("no reader", options.stall));
        }
        // There is no event for "somebody opened the other end".
        thread::sleep(RETRY);
    }
}

/// How often to look again for what the kernel has no event for.
const RETRY: Duration = Duration::from_millis(20);

/// "no reader for 10 s"
fn waited(what: &str, patience: Duration) -> io::Error {
    let message = format!("{what} for {} s", patience.as_secs_f64());
    io::Error::new(io::ErrorKind::TimedOut, message)
}

fn is_fifo(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo())
}

/// `drop` would close as well, and ignore what the kernel says.
fn close(file: File) -> io::Result<()> {
    match nix::unistd::close(file) {
        // The descriptor is closed all the same; closing once more could hit another thread's.
        Err(Errno::EINTR) => Ok(()),
        outcome => Ok(outcome?),
    }
}
