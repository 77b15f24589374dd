//! A file that is not whole yet.
//!
//! While it is received it is called `FILE.part`, and `FILE.part.facts` says what it is to become.
//! Bytes are only added at its end, so its length says how much is there. When all is there and the sum is
//! right it is written to the disk and renamed: `FILE` is the old one or the whole new one, never
//! anything between. A lock keeps a second receiver out.
//!
//! After a crash of the whole machine the end of the part may be other than what was written. Then the
//! sum is wrong at the end, the part is thrown away, and the next run begins from the start.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::super::wire::Facts;

/// What could not be done with a file.
#[derive(Debug, Error)]
#[error("cannot {action} {}", path.display())]
pub struct FileError {
    /// A verb.
    pub action: &'static str,
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// The growing file.
#[derive(Debug)]
pub(super) struct Part {
    target: PathBuf,
    path: PathBuf,
    file: File,
    facts: Option<Facts>,
    length: u64,
    sum: crc32fast::Hasher,
}

#[derive(Serialize, Deserialize)]
struct Written {
    name: String,
    length: u64,
    digest: u32,
}

impl Part {
    /// Opens what an earlier run has left, or a new one.
    pub(super) fn open(target: &Path) -> Result<Self, FileError> {
        if target.is_dir() {
            return Err(failed("replace", target)(
                io::ErrorKind::IsADirectory.into(),
            ));
        }
        let path = with_suffix(target, ".part");
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(failed("open", &path))?;
        file.try_lock()
            .map_err(|error| failed("lock", &path)(lock_error(error)))?;
        let mut part = Part {
            facts: read_facts(&with_suffix(&path, ".facts")),
            target: target.to_owned(),
            path,
            file,
            length: 0,
            sum: crc32fast::Hasher::new(),
        };
        part.look_at_what_is_there()?;
        Ok(part)
    }

    /// Which file it is a part of, and how much of it is there.
    pub(super) fn resume(&self) -> Option<(Facts, u64)> {
        self.facts.clone().map(|facts| (facts, self.length))
    }

    /// It is this file that comes. If another was begun, that is gone now.
    pub(super) fn begin(&mut self, facts: &Facts) -> Result<(), FileError> {
        if self.facts.as_ref() == Some(facts) {
            return Ok(());
        }
        // Empty first: facts that belong to other bytes must never be there.
        self.clear()?;
        self.write_facts(facts)?;
        self.facts = Some(facts.clone());
        Ok(())
    }

    /// Adds bytes.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.file
            .write_all(bytes)
            .map_err(failed("write", &self.path))?;
        self.sum.update(bytes);
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Whether it is whole and what was announced.
    pub(super) fn is_sound(&self) -> bool {
        self.facts.as_ref().is_some_and(|facts| {
            facts.length == self.length && facts.digest == self.sum.clone().finalize()
        })
    }

    /// Puts the whole file in its place.
    pub(super) fn finish(self) -> Result<(), FileError> {
        self.file.sync_all().map_err(failed("write", &self.path))?;
        fs::rename(&self.path, &self.target).map_err(failed("rename", &self.path))?;
        let _ = fs::remove_file(self.facts_path());
        let directory = match self.target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        // The new name, too, is to survive a power cut. Not each file system can do that.
        let _ = File::open(directory).and_then(|directory| directory.sync_all());
        Ok(())
    }

    /// Throws it away.
    pub(super) fn discard(self) -> Result<(), FileError> {
        let _ = fs::remove_file(self.facts_path());
        fs::remove_file(&self.path).map_err(failed("remove", &self.path))
    }

    /// Removes what is worth nothing: a part without a byte.
    pub(super) fn leave(self) {
        if self.length == 0 {
            let _ = self.discard();
        }
    }

    fn facts_path(&self) -> PathBuf {
        with_suffix(&self.path, ".facts")
    }

    /// Sums up the bytes of an earlier run.
    fn look_at_what_is_there(&mut self) -> Result<(), FileError> {
        let metadata = self
            .file
            .metadata()
            .map_err(failed("look at", &self.path))?;
        if !metadata.is_file() {
            let error = io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file");
            return Err(failed("write", &self.path)(error));
        }
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let count = match self.file.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed("read", &self.path)(error)),
            };
            self.sum.update(&buffer[..count]);
            self.length += count as u64;
        }
        if self
            .facts
            .as_ref()
            .is_none_or(|facts| self.length > facts.length)
        {
            self.facts = None;
            self.clear()?;
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), FileError> {
        self.file.set_len(0).map_err(failed("empty", &self.path))?;
        self.sum.reset();
        self.length = 0;
        Ok(())
    }

    fn write_facts(&self, facts: &Facts) -> Result<(), FileError> {
        let path = self.facts_path();
        let written = Written {
            name: facts.name.clone(),
            length: facts.length,
            digest: facts.digest,
        };
        let text = serde_json::to_vec(&written).map_err(io::Error::other);
        text.and_then(|text| fs::write(&path, text))
            .map_err(failed("write", &path))
    }
}

/// Facts that cannot be read are as good as none: the part is begun anew.
fn read_facts(path: &Path) -> Option<Facts> {
    let written: Written = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    Some(Facts {
        name: written.name,
        length: written.length,
        digest: written.digest,
    })
}

fn lock_error(error: TryLockError) -> io::Error {
    match error {
        TryLockError::WouldBlock => {
            io::Error::new(io::ErrorKind::WouldBlock, "another receiver is writing it")
        }
        TryLockError::Error(error) => error,
    }
}

pub(super) fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError {
        action,
        path,
        source,
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
