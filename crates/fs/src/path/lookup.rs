//! The few questions to the kernel, with errors that read as Go's: the call, the path, the reason.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::errno::Errno;

use super::Lossy;

/// What failed, with which file, and why; Go's `fs.PathError`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation} {}: {}", Lossy(path), Reason(*errno))]
pub struct FileError {
    /// The system call, or what Go calls it.
    pub operation: &'static str,
    /// The path that it was given.
    pub path: Vec<u8>,
    /// What the kernel said.
    pub errno: Errno,
}

/// The working directory has no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("getwd: {}", Reason(*.0))]
pub struct GetwdError(pub Errno);

/// The path of the working directory. As in Go and the shell, PWD is believed if it is absolute and
/// leads here, so that a path through a symbolic link stays one.
///
/// # Errors
///
/// When the directory was removed or is out of reach.
pub fn working_directory() -> Result<Vec<u8>, GetwdError> {
    if let Some(named) = env::var_os("PWD").map(OsStringExt::into_vec)
        && super::is_abs(&named)
        && let (Ok(here), Ok(there)) = (stat(b"."), stat(&named))
        && (here.dev(), here.ino()) == (there.dev(), there.ino())
    {
        return Ok(named);
    }
    let directory = env::current_dir().map_err(|error| GetwdError(errno_of(&error)))?;
    Ok(directory.into_os_string().into_vec())
}

/// About the file that `path` leads to.
pub(super) fn stat(path: &[u8]) -> Result<Metadata, FileError> {
    fs::metadata(as_path(path)).map_err(failed("stat", path))
}

/// About the file that `path` leads to, or the symbolic link at its end.
pub(super) fn lstat(path: &[u8]) -> Result<Metadata, FileError> {
    fs::symlink_metadata(as_path(path)).map_err(failed("lstat", path))
}

/// Where a symbolic link points.
pub(super) fn read_link(path: &[u8]) -> Result<Vec<u8>, FileError> {
    let target = fs::read_link(as_path(path)).map_err(failed("readlink", path))?;
    Ok(target.into_os_string().into_vec())
}

/// The names in a directory, sorted by their bytes, as far as they could be read; and what went wrong.
pub(super) fn sorted_names(directory: &[u8]) -> (Vec<Vec<u8>>, Option<FileError>) {
    let entries = match fs::read_dir(as_path(directory)) {
        Ok(entries) => entries,
        Err(error) => return (Vec::new(), Some(failed("open", directory)(error))),
    };
    let mut names = Vec::new();
    let mut problem = None;
    for entry in entries {
        match entry {
            Ok(entry) => names.push(entry.file_name().into_vec()),
            Err(error) => {
                problem = Some(failed(READ_DIRECTORY, directory)(error));
                break;
            }
        }
    }
    names.sort_unstable();
    (names, problem)
}

/// Go names the call of Linux (`getdents64`) and that of macOS differently.
const READ_DIRECTORY: &str = if cfg!(target_os = "macos") {
    "readdir"
} else {
    "readdirent"
};

fn as_path(path: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(path))
}

fn failed(operation: &'static str, path: &[u8]) -> impl FnOnce(io::Error) -> FileError {
    move |error| FileError {
        operation,
        path: path.to_vec(),
        errno: errno_of(&error),
    }
}

/// std itself refuses a path with a NUL in it, without a number. It is the one that Go gives.
fn errno_of(error: &io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EINVAL, Errno::from_raw)
}

/// The system's words for an error, in Go's spelling: without a capital.
pub(super) struct Reason(pub(super) Errno);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = io::Error::from_raw_os_error(self.0 as i32).to_string();
        let text = text.split(" (os error").next().unwrap_or_default();
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(first), Some(second)) if second.is_lowercase() => {
                write!(
                    f,
                    "{}{}",
                    first.to_ascii_lowercase(),
                    &text[first.len_utf8()..]
                )
            }
            _ => f.write_str(text),
        }
    }
}
