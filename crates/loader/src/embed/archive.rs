//! Adding files to an executable, and reading them back.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::end::{END_SIZE, End, find_end};
use super::error::EmbedError;

/// Writes `out`: `executable`, which stays as it is, and behind it a zip with `files`, each under the
/// last part of its path. `out` gets the permissions of `executable`.
///
/// # Errors
///
/// A file cannot be read or written, has no usable name or the name of another one, or `executable`
/// already ends with a zip. An unfinished `out` is removed.
pub fn append(executable: &Path, out: &Path, files: &[PathBuf]) -> Result<(), EmbedError> {
    let mut source = open(executable)?;
    match end_of(&mut source, executable) {
        Err(EmbedError::NoZip) => {}
        Ok(_) => return Err(EmbedError::HasZip(executable.to_owned())),
        Err(error) => return Err(error),
    }
    // Not create: the two may be one file, and an out that is there may be running.
    let target = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .open(out);
    let target = target.map_err(|source| file(out, source))?;
    let outcome = write(source, target, executable, out, files);
    if outcome.is_err() {
        let _ = fs::remove_file(out);
    }
    outcome
}

fn write(
    mut source: File,
    mut target: File,
    executable: &Path,
    out: &Path,
    files: &[PathBuf],
) -> Result<(), EmbedError> {
    let rewound = source
        .rewind()
        .and_then(|()| io::copy(&mut source, &mut target));
    rewound.map_err(|error| file(out, error))?;
    let mode = source
        .metadata()
        .map_err(|error| file(executable, error))?
        .permissions();
    target
        .set_permissions(mode)
        .map_err(|error| file(out, error))?;

    // The writer goes on where the file ends, and counts its offsets from the file's start.
    let mut zip = ZipWriter::new(target);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for path in files {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| EmbedError::Name(path.clone()))?;
        zip.start_file(name, options)
            .map_err(|error| in_zip(name, error))?;
        let mut content = open(path)?;
        io::copy(&mut content, &mut zip).map_err(|error| file(path, error))?;
    }
    zip.finish().map_err(|error| in_zip("", error))?;
    Ok(())
}

/// One file of a zip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name in the zip.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// In bytes, as it is stored.
    pub compressed: u64,
}

/// The zip at the end of a file.
#[derive(Debug)]
pub struct Archive {
    zip: ZipArchive<File>,
    end: End,
}

impl Archive {
    /// Opens the zip at the end of the file in `path`.
    ///
    /// # Errors
    ///
    /// It cannot be read, or there is no sound zip.
    pub fn open(path: &Path) -> Result<Self, EmbedError> {
        let mut source = open(path)?;
        let end = end_of(&mut source, path)?;
        let zip = ZipArchive::new(source).map_err(|error| in_zip("", error))?;
        Ok(Archive { zip, end })
    }

    /// Where it ends and where its directory is.
    pub fn end(&self) -> End {
        self.end
    }

    /// Its files, in the directory's order.
    ///
    /// # Errors
    ///
    /// The directory is broken.
    pub fn entries(&mut self) -> Result<Vec<Entry>, EmbedError> {
        let count = self.zip.len();
        let entry = |index| {
            let entry = self
                .zip
                .by_index_raw(index)
                .map_err(|error| in_zip("", error))?;
            Ok(Entry {
                name: String::from_utf8_lossy(entry.name_raw()).into_owned(),
                size: entry.size(),
                compressed: entry.compressed_size(),
            })
        };
        (0..count).map(entry).collect()
    }

    /// Writes the file `name` to `out`, checks its checksum, and returns its size in bytes.
    ///
    /// # Errors
    ///
    /// There is no such file, it is broken, or `out` fails.
    pub fn copy(&mut self, name: &str, out: &mut impl io::Write) -> Result<u64, EmbedError> {
        let mut content = self
            .zip
            .by_name(name)
            .map_err(|error| in_zip(name, error))?;
        io::copy(&mut content, out).map_err(|error| in_zip(name, error.into()))
    }

    /// The whole of the file `name`.
    ///
    /// # Errors
    ///
    /// As for [`copy`](Self::copy).
    pub fn read(&mut self, name: &str) -> Result<Vec<u8>, EmbedError> {
        let mut bytes = Vec::new();
        self.copy(name, &mut bytes)?;
        Ok(bytes)
    }
}

/// The zip at the end of the program that runs.
///
/// # Errors
///
/// The program has none, or its file cannot be found or read any more.
pub fn open_self() -> Result<Archive, EmbedError> {
    let path = env::current_exe().map_err(|error| file(Path::new("/proc/self/exe"), error))?;
    Archive::open(&path)
}

/// Looks at as much of the file's end as an end record with its comment can take.
fn end_of(source: &mut File, path: &Path) -> Result<End, EmbedError> {
    let most = (END_SIZE + usize::from(u16::MAX)) as u64;
    let mut tail = Vec::new();
    let mut read = || {
        let length = source.seek(SeekFrom::End(0))?;
        let start = source.seek(SeekFrom::Start(length.saturating_sub(most)))?;
        source.take(most).read_to_end(&mut tail)?;
        Ok(start)
    };
    let start = read().map_err(|error| file(path, error))?;
    find_end(&tail, start)
}

fn open(path: &Path) -> Result<File, EmbedError> {
    File::open(path).map_err(|error| file(path, error))
}

fn file(path: &Path, source: io::Error) -> EmbedError {
    EmbedError::File {
        path: path.to_owned(),
        source,
    }
}

fn in_zip(name: &str, source: ZipError) -> EmbedError {
    EmbedError::Zip {
        name: name.to_owned(),
        source,
    }
}
