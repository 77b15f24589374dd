//! A file that remembers where one `write(2)` ended and the next began.
//!
//! A pipe or a regular file joins what is written to it: the reader cannot tell one call of ten
//! bytes from ten calls of one. A *datagram* socket keeps every call as one message. So a pair of
//! Unix datagram sockets, one end of which poses as a child's standard output, shows the calls that
//! a program really made, without a tracer and on any Unix.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::thread::{self, JoinHandle};

use nix::sys::socket::{setsockopt, sockopt};

/// The largest single `write(2)` that is sure to fit; a larger one may fail with `EMSGSIZE`.
pub const LARGEST_WRITE: usize = 64 * 1024;

/// Asked of the kernel for both buffers. Linux cuts it down to `net.core.wmem_max`, by default at
/// least 208 KiB.
const BUFFER: usize = 2 * 1024 * 1024;

/// Makes a file and the recorder of what is written to it.
///
/// The file is good for [`Write`](std::io::Write) in this process and, through
/// [`Stdio::from`](std::process::Stdio), as a child's standard output or error. All duplicates of
/// it feed the same recorder.
///
/// On Linux a writer that is faster than the recorder waits for it. macOS never lets the sender of
/// a Unix datagram wait: it fails with `ENOBUFS` once the recorder is far behind.
///
/// # Errors
///
/// What [`socketpair(2)`](https://man7.org/linux/man-pages/man2/socketpair.2.html) or `setsockopt`
/// report.
///
/// ```
/// use std::io::Write;
/// use io_writer::recorder::recorder;
///
/// let (mut file, recorder) = recorder()?;
/// file.write_all(b"one")?;
/// file.write_all(b"two")?;
/// assert_eq!(recorder.finish()?, [b"one", b"two"]);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn recorder() -> io::Result<(File, Recorder)> {
    let (write_end, read_end) = UnixDatagram::pair()?;
    // macOS starts with 2 KiB for a datagram, less than one buffer of a BufWriter.
    setsockopt(&write_end, sockopt::SndBuf, &BUFFER)?;
    setsockopt(&read_end, sockopt::RcvBuf, &BUFFER)?;
    let own_end = write_end.try_clone()?;
    let end_mark = end_mark();
    let collector = thread::Builder::new()
        .name("recorder".into())
        .spawn(move || collect(&read_end, &end_mark))?;
    let recorder = Recorder {
        own_end,
        end_mark,
        collector: Some(collector),
    };
    Ok((File::from(OwnedFd::from(write_end)), recorder))
}

/// Collects what is written to the file that it was made with; see [`recorder`].
#[derive(Debug)]
pub struct Recorder {
    /// A clone of the file's descriptor, over which the end mark is sent.
    own_end: UnixDatagram,
    /// A datagram that nobody else would send.
    end_mark: [u8; MARK],
    /// `None` once joined.
    collector: Option<JoinHandle<io::Result<Vec<Vec<u8>>>>>,
}

impl Recorder {
    /// One `Vec` for each `write(2)` (or `writev(2)`) so far, in the order the kernel took them.
    ///
    /// Wait for a child that writes before calling this: later writes are not seen. The file may
    /// stay open: a datagram socket has no end of file, so a mark that is sent after the last write
    /// takes its place.
    ///
    /// # Errors
    ///
    /// What sending the mark or receiving a datagram reported.
    pub fn finish(mut self) -> io::Result<Vec<Vec<u8>>> {
        self.stop()
    }

    fn stop(&mut self) -> io::Result<Vec<Vec<u8>>> {
        let Some(collector) = self.collector.take() else {
            return Ok(Vec::new());
        };
        let sent = self.own_end.send(&self.end_mark);
        if sent.is_err() {
            // Ends the collector's last recv, which would otherwise wait for ever.
            let _ = self.own_end.shutdown(Shutdown::Both);
        }
        let records = collector.join().expect("the collector does not panic");
        sent.and(records)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

const MARK: usize = 16;

/// 128 random bits: `RandomState` is seeded from the system's random source.
fn end_mark() -> [u8; MARK] {
    let mut mark = [0; MARK];
    for half in mark.chunks_exact_mut(8) {
        half.copy_from_slice(&RandomState::new().hash_one(()).to_ne_bytes());
    }
    mark
}

fn collect(read_end: &UnixDatagram, end_mark: &[u8]) -> io::Result<Vec<Vec<u8>>> {
    let mut records = Vec::new();
    let mut datagram = vec![0; BUFFER];
    loop {
        match read_end.recv(&mut datagram) {
            Ok(n) if datagram[..n] == *end_mark => return Ok(records),
            Ok(n) => records.push(datagram[..n].to_vec()),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}
