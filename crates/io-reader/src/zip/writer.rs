//! The writer: entries one after another, then the central directory.

use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::time::SystemTime;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::dos_time::{dos_date_time, unix_seconds};
use super::entry::{BadName, Entry};
use super::record::{self, Method, Record, SEE_ZIP64, SIZES_BEHIND, UTF8};

/// How much of an entry is read at a time. The first chunk is read before the header is written:
/// it shows whether the data can be compressed, and whether it is all there.
const CHUNK: usize = 64 * 1024;

/// From which size on an entry gets the wide descriptor. Below 4 GiB by more than deflate adds to
/// data that cannot be compressed, and by some room for a file that grows meanwhile.
const WIDE_FROM: u64 = 0xFF00_0000;

/// Writes an archive front to back.
///
/// ```
/// use io_reader::zip::ZipWriter;
/// use std::time::SystemTime;
///
/// let mut zip = ZipWriter::new(Vec::new());
/// zip.add("notes/a.txt", SystemTime::now(), "some text".as_bytes())?;
/// let archive = zip.finish()?;
/// assert!(archive.starts_with(b"PK\x03\x04"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Without [`finish`](Self::finish) there is no central directory, and readers will not take what
/// was written for an archive. Headers are small writes; a buffer under the writer makes them few.
#[derive(Debug)]
pub struct ZipWriter<W> {
    out: Counted<W>,
    /// What the central directory will say, in the order of the entries.
    records: Vec<Record>,
    /// The paths of all records, without a folder's slash.
    paths: HashSet<String>,
    /// An entry could not be ended, so nothing behind it could be found.
    broken: bool,
}

/// What became of an entry's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// How many bytes were read.
    pub size: u64,
    /// How many bytes they take in the archive, headers not counted.
    pub compressed: u64,
}

impl<W: Write> ZipWriter<W> {
    /// Begins an archive at the beginning of `out`.
    pub fn new(out: W) -> Self {
        Self::starting_at(out, 0)
    }

    /// Begins an archive where `out` already holds `offset` bytes of something else: an executable
    /// that carries its files, for instance. Offsets in an archive count from the file's beginning.
    pub fn starting_at(out: W, offset: u64) -> Self {
        Self {
            out: Counted { out, offset },
            records: Vec::new(),
            paths: HashSet::new(),
            broken: false,
        }
    }

    /// Adds a file, with `reader`'s bytes up to its end.
    ///
    /// # Errors
    ///
    /// As [`add_entry`](Self::add_entry). The error turns into an [`io::Error`] with `?`.
    pub fn add(
        &mut self,
        name: &str,
        modified: SystemTime,
        reader: impl Read,
    ) -> Result<Added, ZipError> {
        self.add_entry(Entry::file(name, modified), reader)
    }

    /// Adds an entry, with `reader`'s bytes up to its end. A folder's reader is not read.
    ///
    /// # Errors
    ///
    /// A name that is not allowed, or there already, and a reader whose first 64 KiB cannot be read:
    /// the archive is then as before, and other entries can follow. After any other error it is
    /// broken, and every further call says so.
    pub fn add_entry(&mut self, entry: Entry, mut reader: impl Read) -> Result<Added, ZipError> {
        self.check(&entry)?;
        let mut buffer = vec![0; CHUNK];
        let len = match entry.is_folder() {
            true => 0,
            false => {
                fill(&mut reader, &mut buffer).map_err(|cause| ZipError::read(&entry, cause))?
            }
        };
        let sample = &buffer[..len];
        // Until the entry is complete.
        self.broken = true;
        let record = match (len < CHUNK, shrinks(sample)) {
            (true, false) => self.store(&entry, sample)?,
            (_, true) => self.deflate(&entry, Compression::default(), buffer, len, reader)?,
            (false, false) => self.deflate(&entry, Compression::none(), buffer, len, reader)?,
        };
        let (size, compressed) = (record.size, record.compressed);
        self.paths.insert(entry.path().to_owned());
        self.records.push(record);
        self.broken = false;
        Ok(Added { size, compressed })
    }

    /// Writes the central directory, flushes, and gives the sink back.
    ///
    /// # Errors
    ///
    /// A failed write; [`ZipError::Broken`] after an entry that could not be ended.
    pub fn finish(mut self) -> Result<W, ZipError> {
        if self.broken {
            return Err(ZipError::Broken);
        }
        self.write_directory().map_err(|cause| ZipError::Write {
            what: "the central directory".to_owned(),
            cause,
        })?;
        Ok(self.out.out)
    }

    fn write_directory(&mut self) -> io::Result<()> {
        let start = self.out.offset;
        for record in &self.records {
            self.out.write_all(&record.central_header())?;
        }
        let count = self.records.len() as u64;
        let end = record::end_of_archive(count, start, self.out.offset);
        self.out.write_all(&end)?;
        self.out.flush()
    }

    fn check(&self, entry: &Entry) -> Result<(), ZipError> {
        if self.broken {
            return Err(ZipError::Broken);
        }
        let name = || entry.name.clone();
        entry
            .check_name()
            .map_err(|why| ZipError::BadName { name: name(), why })?;
        if self.paths.contains(entry.path()) {
            return Err(ZipError::Duplicate { name: name() });
        }
        Ok(())
    }

    /// Data that is all there and does not get smaller: its sizes go in front.
    fn store(&mut self, entry: &Entry, data: &[u8]) -> Result<Record, ZipError> {
        let mut record = self.record(entry, Method::Stored);
        record.crc = crc32fast::hash(data);
        record.size = data.len() as u64;
        record.compressed = record.size;
        self.put(entry, &record.local_header())?;
        self.put(entry, data)?;
        Ok(record)
    }

    /// Data of any length, of which the first `len` bytes are in `buffer`: its sizes go behind.
    fn deflate(
        &mut self,
        entry: &Entry,
        level: Compression,
        mut buffer: Vec<u8>,
        mut len: usize,
        mut reader: impl Read,
    ) -> Result<Record, ZipError> {
        let mut record = self.record(entry, Method::Deflate);
        record.flags |= SIZES_BEHIND;
        record.wide = entry.size_hint >= WIDE_FROM;
        self.put(entry, &record.local_header())?;

        let start = self.out.offset;
        let mut crc = crc32fast::Hasher::new();
        let mut encoder = DeflateEncoder::new(&mut self.out, level);
        while len > 0 {
            let chunk = &buffer[..len];
            crc.update(chunk);
            record.size += len as u64;
            let written = encoder.write_all(chunk);
            written.map_err(|cause| ZipError::write(entry, cause))?;
            check_width(entry, &record, encoder.get_ref().offset - start)?;
            // A buffer that was not filled had the last of it.
            if len < buffer.len() {
                break;
            }
            let filled = fill(&mut reader, &mut buffer);
            len = filled.map_err(|cause| ZipError::read(entry, cause))?;
        }
        let ended = encoder.finish();
        ended.map_err(|cause| ZipError::write(entry, cause))?;
        record.crc = crc.finalize();
        record.compressed = self.out.offset - start;
        check_width(entry, &record, record.compressed)?;
        self.put(entry, &record.descriptor())?;
        Ok(record)
    }

    fn record(&self, entry: &Entry, method: Method) -> Record {
        Record {
            name: entry.name.clone(),
            method,
            flags: UTF8,
            dos: dos_date_time(entry.modified),
            unix: i32::try_from(unix_seconds(entry.modified)).ok(),
            mode: entry.mode,
            wide: false,
            offset: self.out.offset,
            crc: 0,
            compressed: 0,
            size: 0,
        }
    }

    fn put(&mut self, entry: &Entry, bytes: &[u8]) -> Result<(), ZipError> {
        let written = self.out.write_all(bytes);
        written.map_err(|cause| ZipError::write(entry, cause))
    }
}

/// Why an entry or the archive cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    /// The name cannot be an entry's.
    #[error("{name:?} cannot be the name of a zip entry: {why}")]
    BadName {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: BadName,
    },
    /// The archive has an entry of this name, as a file or as a folder.
    #[error("the archive already has an entry {name:?}")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// An entry's data could not be read.
    #[error("cannot read the data of {name:?}: {cause}")]
    Read {
        /// The entry.
        name: String,
        /// What its reader said.
        cause: io::Error,
    },
    /// The sink failed.
    #[error("cannot write {what}: {cause}")]
    Write {
        /// What was being written.
        what: String,
        /// What the sink said.
        cause: io::Error,
    },
    /// The data came to 4 GiB or more and the size hint had not said so.
    #[error("{name:?} has grown beyond 4 GiB, but {hint} bytes were announced")]
    Outgrown {
        /// The entry.
        name: String,
        /// Its size hint.
        hint: u64,
    },
    /// An earlier entry was left unfinished.
    #[error("the archive is broken by an entry that could not be finished")]
    Broken,
}

impl ZipError {
    fn read(entry: &Entry, cause: io::Error) -> Self {
        let name = entry.name.clone();
        Self::Read { name, cause }
    }

    fn write(entry: &Entry, cause: io::Error) -> Self {
        let what = format!("the zip entry {:?}", entry.name);
        Self::Write { what, cause }
    }
}

impl From<ZipError> for io::Error {
    /// Keeps the kind of a failed read or write, and the whole text.
    fn from(error: ZipError) -> Self {
        let kind = match &error {
            ZipError::Read { cause, .. } | ZipError::Write { cause, .. } => cause.kind(),
            ZipError::BadName { .. } | ZipError::Duplicate { .. } => io::ErrorKind::InvalidInput,
            ZipError::Outgrown { .. } => io::ErrorKind::FileTooLarge,
            ZipError::Broken => io::ErrorKind::Other,
        };
        io::Error::new(kind, error)
    }
}

/// A sink, and where in the whole file it stands.
#[derive(Debug)]
struct Counted<W> {
    out: W,
    offset: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.out.write(bytes)?;
        self.offset += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads until `buffer` is full or the end is reached, and says how much there is.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    while len < buffer.len() {
        match reader.read(&mut buffer[len..]) {
            Ok(0) => break,
            Ok(n) => len += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(len)
}

/// Whether compressing saves at least a 32nd. Pictures, films and archives are compressed already,
/// and deflate would spend much time on making them a little longer.
fn shrinks(sample: &[u8]) -> bool {
    if sample.is_empty() {
        return false;
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    let compressed = encoder
        .write_all(sample)
        .and_then(|()| encoder.finish())
        .expect("a Vec takes everything");
    compressed.len() < sample.len() - sample.len() / 32
}

/// Whether the descriptor will be able to say the sizes.
fn check_width(entry: &Entry, record: &Record, compressed: u64) -> Result<(), ZipError> {
    if record.wide || record.size.max(compressed) < u64::from(SEE_ZIP64) {
        return Ok(());
    }
    Err(ZipError::Outgrown {
        name: entry.name.clone(),
        hint: entry.size_hint,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Real data of 4 GiB would take longer than a test should.
    #[test]
    fn sizes_that_do_not_fit_the_descriptor_are_refused() {
        let entry = Entry::file("big", SystemTime::UNIX_EPOCH).size_hint(7);
        let zip = ZipWriter::new(Vec::new());
        let with = |size, wide| Record {
            size,
            wide,
            ..zip.record(&entry, Method::Deflate)
        };
        let most = u64::from(u32::MAX) - 1;
        assert!(check_width(&entry, &with(most, false), most).is_ok());
        assert!(check_width(&entry, &with(most + 1, true), most + 1).is_ok());
        for (size, compressed) in [(most + 1, 0), (0, most + 1)] {
            let error = check_width(&entry, &with(size, false), compressed).unwrap_err();
            let expected = "\"big\" has grown beyond 4 GiB, but 7 bytes were announced";
            assert_eq!(error.to_string(), expected);
        }
    }
}
