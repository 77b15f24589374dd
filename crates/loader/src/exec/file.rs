//! A program on disk, checked and planned.

use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, access};

use super::error::ExecError;
use super::header::Header;
use super::memory::page_size;
use super::plan::Plan;

/// An ELF file of this machine, and how its segments become pages. The dynamic linker is one too.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    file: File,
    header: Header,
    interpreter: Option<PathBuf>,
    plan: Plan,
}

/// More than all headers of a program take.
const ENOUGH: usize = 1 << 16;

impl Program {
    /// Reads the headers of the file in `path` and plans for them.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is not a program of this machine.
    pub fn open(path: &Path) -> Result<Self, ExecError> {
        let read = |source| ExecError::Read {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(read)?;
        let metadata = file.metadata().map_err(read)?;
        if !metadata.is_file() || access(path, AccessFlags::X_OK).is_err() {
            let path = path.to_owned();
            return Err(ExecError::Permission { path });
        }
        let start = read_up_to(&file, 0, ENOUGH).map_err(read)?;
        if let Some(interpreter) = script(&start) {
            let path = path.to_owned();
            return Err(ExecError::Script { path, interpreter });
        }
        let header = Header::parse(path, &start)?;
        let interpreter = match header.interpreter {
            Some((offset, size)) => Some(read_path(&file, offset, size).map_err(read)?),
            None => None,
        };
        let plan = Plan::new(&header.loads, page_size(), metadata.len());
        let plan = plan.map_err(|source| ExecError::Plan {
            path: path.to_owned(),
            source,
        })?;
        Ok(Program {
            path: path.to_owned(),
            file,
            header,
            interpreter,
            plan,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The dynamic linker that it names in `PT_INTERP`.
    pub fn interpreter(&self) -> Option<&Path> {
        self.interpreter.as_deref()
    }

    /// Its pages.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether it runs only at the addresses that it was linked for.
    pub fn is_fixed(&self) -> bool {
        self.header.fixed
    }

    /// The linked address of its first instruction.
    pub fn entry(&self) -> u64 {
        self.header.entry
    }

    /// The linked address of its program headers, if a segment contains them.
    pub fn table(&self) -> Option<u64> {
        self.plan.address_of(self.header.table)
    }

    pub(super) fn entry_size(&self) -> u64 {
        self.header.entry_size
    }

    pub(super) fn segment_count(&self) -> u64 {
        self.header.segment_count
    }

    pub(super) fn executable_stack(&self) -> bool {
        self.header.executable_stack
    }

    pub(super) fn file(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// What stands behind `#!` on the first line.
fn script(start: &[u8]) -> Option<String> {
    let line = start
        .strip_prefix(b"#!")?
        .split(|byte| *byte == b'\n')
        .next()?;
    Some(String::from_utf8_lossy(line).trim().to_owned())
}

fn read_up_to(file: &File, offset: u64, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; most];
    let mut filled = 0;
    while filled < most {
        match file.read_at(&mut bytes[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// The C string of at most `size` bytes at `offset`.
fn read_path(file: &File, offset: u64, size: u64) -> io::Result<PathBuf> {
    let most = size.min(4096) as usize;
    let bytes = read_up_to(file, offset, most)?;
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    Ok(PathBuf::from(OsStr::from_bytes(text)))
}

/// The path as `AT_EXECFN` has it.
pub(super) fn c_path(path: &Path) -> Result<CString, ExecError> {
    CString::new(path.as_os_str().as_bytes()).map_err(|error| ExecError::Read {
        path: path.to_owned(),
        source: error.into(),
    })
}
