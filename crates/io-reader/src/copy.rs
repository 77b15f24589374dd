//! Moving bytes from a reader to a writer: exactly so many, or through a buffer of one's own.
//!
//! Both go through user space, a buffer at a time. [`std::io::copy`] does the same in general, and
//! hands the work to the kernel where it knows both ends to be files (Linux: `copy_file_range`,
//! `sendfile`, `splice`).

use std::io::{self, Read, Write};

/// What [`copy_n`] holds in memory at a time, and takes from the source at most too early when the
/// writer fails. The same as std's buffers.
const BUFFER: usize = 8 * 1024;

/// Copies exactly `n` bytes. Never takes more than `n` from `reader`.
///
/// ```
/// use io_reader::copy::{CopyCause, copy_n};
///
/// let mut five = Vec::new();
/// copy_n(&mut "0123456789".as_bytes(), &mut five, 5)?;
/// assert_eq!(five, b"01234");
///
/// let short = copy_n(&mut "0123456789".as_bytes(), &mut five, 100).unwrap_err();
/// assert_eq!(short.to_string(), "copied 10 of 100 bytes: the source ended");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`CopyNError`], which says how many bytes `writer` took before: also where the source was short.
#[doc(alias = "CopyN")]
pub fn copy_n<R, W>(reader: &mut R, writer: &mut W, n: u64) -> Result<(), CopyNError>
where
    R: Read + ?Sized,
    W: Write + ?Sized,
{
    let mut buffer = [0; BUFFER];
    let mut copied = 0;
    let result = loop {
        let want = usize::try_from(n - copied).map_or(BUFFER, |left| left.min(BUFFER));
        if want == 0 {
            break Ok(());
        }
        match read_some(reader, &mut buffer[..want]) {
            Ok(0) => break Err(CopyCause::SourceEnded),
            Ok(got) => {
                if let Err(error) = write_counted(writer, &buffer[..got], &mut copied) {
                    break Err(CopyCause::Write(error));
                }
            }
            Err(error) => break Err(CopyCause::Read(error)),
        }
    };
    result.map_err(|cause| CopyNError {
        copied,
        wanted: n,
        cause,
    })
}

/// Copies until the end of `reader` through `buffer`, which the caller can use for many copies.
///
/// The buffer's length is the largest read that is made; it is not grown.
///
/// # Errors
///
/// The first failed read or write, except `EINTR`, after which the call is repeated;
/// `InvalidInput` for an empty buffer, which would look like the end of the source.
#[doc(alias = "CopyBuffer")]
pub fn copy_with<R, W>(reader: &mut R, writer: &mut W, buffer: &mut [u8]) -> io::Result<Copied>
where
    R: Read + ?Sized,
    W: Write + ?Sized,
{
    if buffer.is_empty() {
        let text = "cannot copy through a buffer of 0 bytes";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    let mut copied = Copied::default();
    loop {
        let n = read_some(reader, buffer)?;
        if n == 0 {
            return Ok(copied);
        }
        writer.write_all(&buffer[..n])?;
        copied.bytes += n as u64;
        copied.reads += 1;
    }
}

/// What [`copy_with`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// How many bytes were moved.
    pub bytes: u64,
    /// How many reads brought them. The last read, which brought end of file, is not counted.
    pub reads: u64,
}

/// Why [`copy_n`] could not copy all, and what it had done by then.
#[derive(Debug, thiserror::Error)]
#[error("copied {copied} of {wanted} bytes: {cause}")]
pub struct CopyNError {
    /// How many bytes the writer took. Up to 8 KiB more may have been taken from the source where
    /// the writer failed.
    pub copied: u64,
    /// How many were asked for.
    pub wanted: u64,
    /// What went wrong. Part of this error's own text, so not its `source()` as well: a report
    /// of the chain would say it twice.
    pub cause: CopyCause,
}

/// Which side of a [`copy_n`] stopped it.
#[derive(Debug, thiserror::Error)]
pub enum CopyCause {
    /// End of file before all bytes were there.
    #[error("the source ended")]
    SourceEnded,
    /// A read failed.
    #[error("cannot read: {0}")]
    Read(io::Error),
    /// A write failed, or took no bytes (`WriteZero`).
    #[error("cannot write: {0}")]
    Write(io::Error),
}

impl CopyNError {
    /// The kind of the failure; `UnexpectedEof` for a short source, as [`Read::read_exact`] has it.
    pub fn kind(&self) -> io::ErrorKind {
        match &self.cause {
            CopyCause::SourceEnded => io::ErrorKind::UnexpectedEof,
            CopyCause::Read(error) | CopyCause::Write(error) => error.kind(),
        }
    }
}

impl From<CopyNError> for io::Error {
    fn from(error: CopyNError) -> Self {
        io::Error::new(error.kind(), error)
    }
}

/// One read, repeated while signals interrupt it.
fn read_some<R: Read + ?Sized>(reader: &mut R, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// `write_all` that tells how far it came: `written` grows with every byte that was taken.
fn write_counted<W: Write + ?Sized>(
    writer: &mut W,
    mut bytes: &[u8],
    written: &mut u64,
) -> io::Result<()> {
    while !bytes.is_empty() {
        match writer.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => {
                *written += n as u64;
                bytes = &bytes[n..];
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
