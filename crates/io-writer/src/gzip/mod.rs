//! A gzip file ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)), compressed on all cores.
//!
//! A gzip *member* is a header (with an optional file name and time), a *deflate* stream
//! ([RFC 1951](https://www.rfc-editor.org/rfc/rfc1951)), and a trailer: CRC-32 and length of what
//! was compressed. The trailer comes last, so a writer that is dropped without
//! [`GzipWriter::finish`] leaves a file whose reader reports an unexpected end. Nothing can be done
//! about that in `drop`: an error there would go unseen.
//!
//! Deflate looks back 32 KiB for repetitions, which makes it look serial. It is not, as `pigz`
//! showed: the input is at hand, so each block can be compressed by its own thread with the 32 KiB
//! before it as a preset dictionary. Ended by a *sync flush* (an empty stored block, RFC 1951
//! section 3.2.4) the compressed block ends on a byte boundary, and all of them put one after
//! the other are one deflate stream. Any `gunzip` reads it.

mod block;
mod pool;

use std::io::{self, Write};
use std::num::NonZero;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use block::{Block, End};
use flate2::Compression;
use pool::Pool;

/// What the header says and how the data is compressed; makes a [`GzipWriter`].
///
/// ```
/// use std::io::{Read, Write};
/// use flate2::read::GzDecoder;
/// use io_writer::gzip::Gzip;
///
/// let mut out = Gzip::new().file_name("test.txt").writer(Vec::new());
/// out.write_all(b"compress me")?;
/// let file = out.finish()?;
///
/// let mut decoder = GzDecoder::new(&file[..]);
/// let mut text = String::new();
/// decoder.read_to_string(&mut text)?;
/// assert_eq!(text, "compress me");
/// assert_eq!(decoder.header().unwrap().filename(), Some(&b"test.txt"[..]));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Gzip {
    file_name: Option<String>,
    modified: Option<SystemTime>,
    level: Compression,
    threads: usize,
}

impl Gzip {
    /// No file name, no time, [`DEFAULT_LEVEL`], a thread for each core.
    pub fn new() -> Self {
        Gzip {
            file_name: None,
            modified: None,
            level: Compression::new(DEFAULT_LEVEL),
            threads: thread::available_parallelism().map_or(1, NonZero::get),
        }
    }

    /// The name of the file that is compressed, for the header. RFC 1952 wants it without
    /// directories and in Latin-1; a name with a NUL or with a letter that Latin-1 has not is
    /// refused by the first `write` or by `finish`.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// When the file was last changed, in whole seconds. The header has 32 bits for it, so times
    /// before 1970 or after 2106 are left out.
    pub fn modified(mut self, time: SystemTime) -> Self {
        self.modified = Some(time);
        self
    }

    /// From 0 (not compressed) by 1 (fast) to 9 (small). Larger numbers are taken as 9.
    pub fn level(mut self, level: u32) -> Self {
        self.level = Compression::new(level.min(9));
        self
    }

    /// How many threads compress at most; 0 is taken as 1. With 1 the caller's own thread does it
    /// and none is started; nor is one for a stream that fits into one block.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// Starts a member in `writer`. Nothing is written before the first block is full.
    pub fn writer<W: Write>(self, writer: W) -> GzipWriter<W> {
        let (header, broken) = match self.header() {
            Ok(header) => (header, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        GzipWriter {
            out: Output {
                writer,
                header,
                crc: crc32fast::Hasher::new(),
                length: 0,
                broken,
            },
            block: Block::default(),
            spare: Vec::new(),
            pool: None,
            settings: self,
        }
    }

    /// RFC 1952 section 2.3: ten bytes, then the name if there is one.
    fn header(&self) -> io::Result<Vec<u8>> {
        const FNAME: u8 = 1 << 3;
        const UNIX: u8 = 3;
        let flags = if self.file_name.is_some() { FNAME } else { 0 };
        let mut header = vec![0x1f, 0x8b, 8, flags];
        header.extend(self.modified_seconds().to_le_bytes());
        header.extend([extra_flags(self.level), UNIX]);
        if let Some(name) = &self.file_name {
            header.extend(latin1(name)?);
            header.push(0);
        }
        Ok(header)
    }

    /// 0 means that no time is known.
    fn modified_seconds(&self) -> u32 {
        self.modified
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .and_then(|age| age.as_secs().try_into().ok())
            .unwrap_or(0)
    }
}

impl Default for Gzip {
    fn default() -> Self {
        Gzip::new()
    }
}

/// The level of [`Gzip::new`]: on source text its output is a little smaller than that of `gzip -6`,
/// for less work. Levels are not the same everywhere: zlib-rs, like zlib-ng, is tuned for speed at 6,
/// where its output is larger than gzip's; from 8 on it takes twice the time of 7 for half a percent.
pub const DEFAULT_LEVEL: u32 = 7;

fn extra_flags(level: Compression) -> u8 {
    match level.level() {
        9 => 2,
        1 => 4,
        _ => 0,
    }
}

/// Latin-1 is the first 256 code points of Unicode, a byte each.
pub(crate) fn latin1(name: &str) -> io::Result<Vec<u8>> {
    name.chars()
        .map(|c| match u8::try_from(c) {
            Ok(byte) if byte != 0 => Ok(byte),
            _ => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("a gzip header has no room for {c:?} in the file name {name:?}"),
            )),
        })
        .collect()
}

/// Compresses what is written to it into `W`, as one gzip member.
///
/// Bytes are gathered into blocks; a full block goes to a worker thread, and its compressed form to
/// `W` when all before it are written. So `W` is used by the caller's thread only, an error of `W`
/// comes from a later `write`, `flush` or `finish`, and after one no call succeeds any more. Memory
/// is bounded: a few blocks for each thread, whatever the length of the stream.
///
/// [`flush`](Write::flush) makes readable what was written so far. Each flush costs some bytes and
/// waits for the workers, so flush where a reader waits, not after each line.
#[derive(Debug)]
pub struct GzipWriter<W> {
    out: Output<W>,
    /// What is being gathered. A full one stays here until more comes: only then is it known not to
    /// be the last.
    block: Block,
    /// Blocks that were written, to be used again.
    spare: Vec<Block>,
    /// `None` until a second block begins, and for ever with one thread: as long as there is none,
    /// the caller's thread compresses.
    pool: Option<Pool>,
    settings: Gzip,
}

impl<W: Write> GzipWriter<W> {
    /// Compresses what is left, writes the trailer and gives the writer back, unflushed.
    ///
    /// # Errors
    ///
    /// The writer's, also those of earlier writes that went unseen, and
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) for a file name that the header cannot hold.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.check()?;
        self.compress_block(End::Stream)?;
        self.write_compressed(0)?;
        self.out.write_trailer()?;
        Ok(self.out.writer)
    }

    /// The writer, which has seen only what was compressed so far.
    pub fn get_ref(&self) -> &W {
        &self.out.writer
    }

    fn start_pool(&mut self) {
        if self.pool.is_none() && self.settings.threads > 1 {
            match Pool::start(self.settings.threads, self.settings.level) {
                Ok(pool) => self.pool = Some(pool),
                // The system has no thread for us: alone it takes longer, that is all.
                Err(_) => self.settings.threads = 1,
            }
        }
    }

    /// Has the current block compressed, by a worker if there are any, and begins the next.
    fn compress_block(&mut self, end: End) -> io::Result<()> {
        let mut next = self.spare.pop().unwrap_or_default();
        next.follow(&self.block);
        let mut block = std::mem::replace(&mut self.block, next);
        if let Some(pool) = &mut self.pool {
            pool.submit(block, end);
            let depth = pool.depth();
            return self.write_compressed(depth);
        }
        let compressed = block.compress(self.settings.level, end);
        self.write_block(compressed.map(|()| block))
    }

    /// Waits until at most `limit` blocks are under way and writes the others.
    fn write_compressed(&mut self, limit: usize) -> io::Result<()> {
        while let Some(block) = self.pool.as_mut().and_then(|pool| pool.next(limit)) {
            self.write_block(block)?;
        }
        Ok(())
    }

    fn write_block(&mut self, block: io::Result<Block>) -> io::Result<()> {
        let block = block.or_else(|error| self.out.broke(error))?;
        self.out.write(&block)?;
        self.spare.push(block);
        Ok(())
    }
}

impl<W: Write> Write for GzipWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.check()?;
        if self.block.is_full() {
            self.start_pool();
            self.compress_block(End::Block)?;
        }
        Ok(self.block.fill(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.check()?;
        if !self.block.input().is_empty() {
            self.compress_block(End::Block)?;
        }
        self.write_compressed(0)?;
        self.out.flush()
    }
}

/// The member as far as it is written.
#[derive(Debug)]
struct Output<W> {
    writer: W,
    /// Empty once written.
    header: Vec<u8>,
    /// Of all blocks written so far.
    crc: crc32fast::Hasher,
    /// Bytes before compression.
    length: u64,
    /// What went wrong. After that the file has a hole that nothing can fill, so nothing is written
    /// any more.
    broken: Option<io::Error>,
}

impl<W: Write> Output<W> {
    fn check(&mut self) -> io::Result<()> {
        match self.broken.take() {
            None => Ok(()),
            Some(error) => self.broke(error),
        }
    }

    /// Returns the error and keeps a copy, as `io::Error` cannot be cloned.
    fn broke<T>(&mut self, error: io::Error) -> io::Result<T> {
        self.broken = Some(io::Error::new(error.kind(), error.to_string()));
        Err(error)
    }

    fn write(&mut self, block: &Block) -> io::Result<()> {
        let (compressed, crc) = block.compressed();
        let header = std::mem::take(&mut self.header);
        let written = self
            .writer
            .write_all(&header)
            .and_then(|()| self.writer.write_all(compressed));
        self.crc.combine(crc);
        self.length += block.input().len() as u64;
        written.or_else(|error| self.broke(error))
    }

    /// RFC 1952 section 2.3.1: CRC-32, then the length modulo 2^32, both little-endian.
    fn write_trailer(&mut self) -> io::Result<()> {
        let mut trailer = [0; 8];
        trailer[..4].copy_from_slice(&self.crc.clone().finalize().to_le_bytes());
        trailer[4..].copy_from_slice(&(self.length as u32).to_le_bytes());
        self.writer.write_all(&trailer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
