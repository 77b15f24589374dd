//! Answers into files, whole or not at all, and resumed.
//!
//! The bytes go into `NAME.part`, which becomes `NAME` when the last of them is there: whoever finds
//! `NAME` has all of it. What was cut stays, and can be continued. For that one has to know that the
//! rest is the rest of the *same* file: the server's entity tag is kept in `NAME.part.etag`, and sent in
//! If-Range, which means "the rest if it is still that one, else all of it" (RFC 9110 §13.1.5). A server without (strong) tags has to be trusted not to have changed the
//! file meanwhile.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Answer, ClientError, Request};
use crate::http::{Fields, InvalidField, Status};

/// A file to be, and what there is of it.
#[derive(Clone, Debug)]
pub struct Download {
    path: PathBuf,
    part: PathBuf,
    etag: PathBuf,
    /// How much of it is there and not asked for.
    offset: u64,
}

/// Why a file is not whole.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The answer is not whole; what there is of it can be continued.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The disk is full, say.
    #[error("cannot write {}: {cause}", path.display())]
    Write {
        /// What could not be written.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// The server does not send the rest.
    #[error("cannot continue behind byte {offset}: the server answers {status}{detail}")]
    NotContinued {
        /// How much is here.
        offset: u64,
        /// The status.
        status: Status,
        /// A Content-Range that does not fit.
        detail: String,
    },
    /// The entity tag that was kept is none.
    #[error(transparent)]
    Field(#[from] InvalidField),
}

impl Download {
    /// A download that begins at the beginning.
    pub fn to(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        // Through a link, as when writing directly.
        let path = fs::canonicalize(&path).unwrap_or(path);
        let part = with_suffix(&path, ".part");
        Download {
            etag: with_suffix(&part, ".etag"),
            part,
            path,
            offset: 0,
        }
    }

    /// One that continues what is there, if anything is.
    pub fn continuing(path: impl Into<PathBuf>) -> Self {
        let mut download = Download::to(path);
        download.offset = fs::metadata(&download.part).map_or(0, |file| file.len());
        download
    }

    /// How many bytes are there already.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// `request` for what is missing.
    pub fn ask(&self, request: Request) -> Result<Request, InvalidField> {
        if self.offset == 0 {
            return Ok(request);
        }
        let request = request.with("Range", format!("bytes={}-", self.offset))?;
        match fs::read_to_string(&self.etag) {
            Ok(tag) => request.with("If-Range", tag),
            Err(_) => Ok(request),
        }
    }

    /// Writes the body of `answer` to where it belongs. `progress` is called after each piece, with the
    /// number of bytes so far.
    pub fn save(
        &self,
        answer: &mut Answer,
        progress: impl FnMut(u64),
    ) -> Result<(), DownloadError> {
        if self.is_complete(answer) {
            return self.finish();
        }
        let (file, start) = self.open(answer)?;
        copy(answer, file, &self.part, start, progress)?;
        self.finish()
    }

    /// 416 is what asking for the rest of a whole file gets.
    fn is_complete(&self, answer: &Answer) -> bool {
        let whole = format!("bytes */{}", self.offset);
        self.offset > 0
            && answer.status == Status::RANGE_NOT_SATISFIABLE
            && answer.headers.get("Content-Range") == Some(whole.as_bytes())
    }

    /// The file, and how much of it stays.
    fn open(&self, answer: &Answer) -> Result<(File, u64), DownloadError> {
        match answer.status {
            _ if self.offset == 0 => self.begin(answer),
            Status::PARTIAL_CONTENT if self.is_rest(answer) => {
                let file = OpenOptions::new().append(true).open(&self.part);
                Ok((self.at_part(file)?, self.offset))
            }
            // The server has no ranges, or has another version now.
            Status::OK => self.begin(answer),
            // The message of an error must not take the place of what is here.
            status => Err(DownloadError::NotContinued {
                offset: self.offset,
                status,
                detail: match answer.headers.text("Content-Range") {
                    Some(range) => format!(" with {range:?}"),
                    None => String::new(),
                },
            }),
        }
    }

    fn begin(&self, answer: &Answer) -> Result<(File, u64), DownloadError> {
        // What is there belongs to the tag there, so the old tag goes first and the new comes last.
        let _ = fs::remove_file(&self.etag);
        let file = self.at_part(File::create(&self.part))?;
        let tag = answer.headers.get("ETag");
        if let Some(tag) = tag.filter(|tag| !tag.starts_with(b"W/")) {
            fs::write(&self.etag, tag).map_err(|cause| DownloadError::Write {
                path: self.etag.clone(),
                cause,
            })?;
        }
        Ok((file, 0))
    }

    fn is_rest(&self, answer: &Answer) -> bool {
        let begins = format!("bytes {}-", self.offset);
        let range = answer.headers.get("Content-Range");
        range.is_some_and(|range| range.starts_with(begins.as_bytes()))
    }

    fn finish(&self) -> Result<(), DownloadError> {
        self.at_part(fs::rename(&self.part, &self.path))?;
        let _ = fs::remove_file(&self.etag);
        Ok(())
    }

    fn at_part<T>(&self, outcome: io::Result<T>) -> Result<T, DownloadError> {
        outcome.map_err(|cause| DownloadError::Write {
            path: self.part.clone(),
            cause,
        })
    }
}

/// Writes the body of `answer` to `out`, which is called `name` in errors; `start` bytes were there
/// before.
pub fn copy(
    answer: &mut Answer,
    mut out: impl Write,
    name: &Path,
    start: u64,
    mut progress: impl FnMut(u64),
) -> Result<(), DownloadError> {
    let failed = |cause| DownloadError::Write {
        path: name.to_owned(),
        cause,
    };
    let mut buffer = vec![0; 64 * 1024];
    let mut done = start;
    loop {
        match answer.body.read_some(&mut buffer)? {
            0 => return out.flush().map_err(failed),
            count => {
                out.write_all(&buffer[..count]).map_err(failed)?;
                done += count as u64;
                progress(done);
            }
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
