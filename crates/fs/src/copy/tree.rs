//! A tree: directories before what is in them, their attributes after.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Permissions};
use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::dir::Dir;
use nix::fcntl::{AtFlags, OFlag, readlinkat};
use nix::libc::mode_t;
use nix::sys::stat::{FileStat, Mode, SFlag, mkdirat};
use nix::unistd::{linkat, mkfifo, symlinkat};

use super::error::{AtStep, Step, Stopped};
use super::{At, Copier, Error, Tally, at, file, meta};
use crate::sync;

/// What was copied, each directory after what is in it.
pub(crate) type Record = Vec<Entry>;

/// Something that was copied.
#[derive(Debug)]
pub(crate) struct Entry {
    /// From the root of the tree; empty for the root.
    pub(crate) path: PathBuf,
    pub(crate) is_directory: bool,
    pub(crate) stamp: Stamp,
}

/// By which a file is known, and whether it was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    inode: u64,
    length: i64,
    modified: (i64, i64),
}

impl Stamp {
    pub(crate) fn of(status: &FileStat) -> Self {
        Self {
            inode: status.st_ino,
            length: status.st_size,
            modified: (status.st_mtime, status.st_mtime_nsec),
        }
    }
}

/// Copies what is at `from`, and says what that was.
pub(crate) fn copy(
    copier: &mut Copier<'_>,
    from: &Path,
    to: &Path,
) -> Result<(Tally, Record), Error> {
    let mut copying = Copying {
        copier,
        tally: Tally::default(),
        first_names: HashMap::new(),
        record: Record::new(),
        here: PathBuf::new(),
        to,
    };
    outside(from, to)
        .at(Step::Compare)
        .and_then(|()| copying.entry(At::path(from), At::path(to)))
        .map_err(|(step, source)| {
            let here = &copying.here;
            Error::new(&below(from, here), &below(to, here), step, source)
        })?;
    Ok((copying.tally, copying.record))
}

/// The path of something in a tree; the root itself has no slash behind it.
pub(crate) fn below(root: &Path, path: &Path) -> PathBuf {
    if path.as_os_str().is_empty() {
        root.to_owned()
    } else {
        root.join(path)
    }
}

struct Copying<'c, 'p> {
    copier: &'c mut Copier<'p>,
    tally: Tally,
    /// Of files with several names, by device and inode: the first name in the copy, from its root.
    first_names: HashMap<(u64, u64), PathBuf>,
    record: Record,
    /// What is being copied now, from the root; where it stopped, after a failure.
    here: PathBuf,
    to: &'c Path,
}

impl Copying<'_, '_> {
    fn entry(&mut self, from: At<'_>, to: At<'_>) -> Result<(), Stopped> {
        let status = from.status().at(Step::OpenSource)?;
        let kind = at::kind(&status);
        match kind {
            SFlag::S_IFDIR => self.directory(from, to)?,
            SFlag::S_IFREG => self.regular(from, to, &status)?,
            SFlag::S_IFLNK => self.link(from, to, &status)?,
            SFlag::S_IFIFO => self.fifo(to, &status)?,
            _ => {
                let what = io::Error::new(ErrorKind::InvalidInput, "it is a socket or a device");
                return Err((Step::Compare, what));
            }
        }
        self.record.push(Entry {
            path: self.here.clone(),
            is_directory: kind == SFlag::S_IFDIR,
            stamp: Stamp::of(&status),
        });
        Ok(())
    }

    fn directory(&mut self, from: At<'_>, to: At<'_>) -> Result<(), Stopped> {
        let source = from.open_directory().at(Step::OpenSource)?;
        let status = source.metadata().at(Step::OpenSource)?;
        // It has to be ours to write until all is in it.
        let mode = meta::first_mode(self.copier, status.mode()) | 0o700;
        mkdirat(
            to.directory,
            to.name,
            Mode::from_bits_truncate(mode as mode_t),
        )
        .at(Step::OpenCopy)?;
        let copy = to.open_directory().at(Step::OpenCopy)?;
        for name in names(&source).at(Step::ReadDirectory)? {
            self.here.push(&name);
            self.entry(inside(&source, &name), inside(&copy, &name))?;
            self.here.pop();
        }
        self.tally.directories += 1;
        if !self.copier.keep_mode && status.mode() & 0o700 != 0o700 {
            let mode = copy.metadata().at(Step::Attributes)?.mode() & status.mode();
            copy.set_permissions(Permissions::from_mode(mode))
                .at(Step::Attributes)?;
        }
        meta::keep(self.copier, &status, &copy).at(Step::Attributes)?;
        if self.copier.sync {
            sync::full(&copy).at(Step::Sync)?;
        }
        Ok(())
    }

    fn regular(&mut self, from: At<'_>, to: At<'_>, status: &FileStat) -> Result<(), Stopped> {
        if status.st_nlink > 1 && self.hard_link(to, status)? {
            return Ok(());
        }
        let copied = file::copy(self.copier, from, to, OFlag::O_NOFOLLOW)?;
        self.tally.files += 1;
        self.tally.data += copied.data;
        Ok(())
    }

    /// Whether the file was copied before, and now has one more name.
    fn hard_link(&mut self, to: At<'_>, status: &FileStat) -> Result<bool, Stopped> {
        let Some(first) = self.first_names.get(&identity(status)) else {
            self.first_names.insert(identity(status), self.here.clone());
            return Ok(false);
        };
        let first = below(self.to, first);
        linkat(
            nix::fcntl::AT_FDCWD,
            &first,
            to.directory,
            to.name,
            AtFlags::empty(),
        )
        .at(Step::OpenCopy)?;
        self.tally.hard_links += 1;
        Ok(true)
    }

    fn link(&mut self, from: At<'_>, to: At<'_>, status: &FileStat) -> Result<(), Stopped> {
        let target = readlinkat(from.directory, from.name).at(Step::OpenSource)?;
        symlinkat(target.as_os_str(), to.directory, to.name).at(Step::OpenCopy)?;
        meta::keep_at(self.copier, status, to).at(Step::Attributes)?;
        self.tally.links += 1;
        Ok(())
    }

    fn fifo(&mut self, to: At<'_>, status: &FileStat) -> Result<(), Stopped> {
        let all = Mode::S_IRWXU | Mode::S_IRWXG | Mode::S_IRWXO;
        let mode = Mode::from_bits_truncate(status.st_mode) & all;
        // By path: macOS before 13 makes none in an opened directory.
        mkfifo(&below(self.to, &self.here), mode).at(Step::OpenCopy)?;
        meta::keep_at(self.copier, status, to).at(Step::Attributes)?;
        self.tally.fifos += 1;
        Ok(())
    }
}

#[cfg_attr(
    target_os = "linux",
    expect(clippy::unnecessary_cast, reason = "macOS has it signed")
)]
fn identity(status: &FileStat) -> (u64, u64) {
    (status.st_dev as u64, status.st_ino)
}

fn inside<'a>(directory: &'a File, name: &'a OsStr) -> At<'a> {
    At {
        directory: directory.as_fd(),
        name: Path::new(name),
    }
}

/// All of them at once: what is read while the directory is written to may come twice or not at all.
fn names(directory: &File) -> io::Result<Vec<OsString>> {
    let mut stream = Dir::from_fd(directory.try_clone()?.into())?;
    let mut names = Vec::new();
    for entry in stream.iter() {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name != b"." && name != b".." {
            names.push(OsStr::from_bytes(name).to_owned());
        }
    }
    Ok(names)
}

/// A tree in its own copy would be copied for ever.
fn outside(from: &Path, to: &Path) -> io::Result<()> {
    if !from.symlink_metadata()?.is_dir() {
        return Ok(());
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new(".")).canonicalize()?;
    let root = from.metadata()?;
    for directory in parent.ancestors() {
        let directory = directory.metadata()?;
        if (directory.dev(), directory.ino()) == (root.dev(), root.ino()) {
            let what = "a directory cannot be copied into itself";
            return Err(io::Error::new(ErrorKind::InvalidInput, what));
        }
    }
    Ok(())
}
