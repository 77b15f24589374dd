//! One file: open both, compare, copy, give it what it is to have.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::unistd::{UnlinkatFlags, unlinkat};

use super::error::{AtStep, Step, Stopped};
use super::{At, Copied, Copier, Way, contents, meta, platform};
use crate::sync;

/// Links are followed unless `flags` say otherwise.
pub(super) fn copy(
    copier: &mut Copier<'_>,
    from: At<'_>,
    to: At<'_>,
    flags: OFlag,
) -> Result<Copied, Stopped> {
    // A pipe that nobody writes to would keep us waiting.
    let flags = flags | OFlag::O_RDONLY | OFlag::O_NONBLOCK;
    let source = from.open(flags, 0).at(Step::OpenSource)?;
    let status = source.metadata().at(Step::OpenSource)?;
    only_regular(&status).at(Step::Compare)?;
    let destination = Destination::open(copier, &source, &status, to)?;
    let outcome = fill(copier, &source, &status, &destination);
    if outcome.is_err() && destination.is_new {
        // The failure that led here matters more than one to clean up.
        let _ = unlinkat(to.directory, to.name, UnlinkatFlags::NoRemoveDir);
    }
    outcome
}

/// What is copied into.
struct Destination {
    file: File,
    /// It was made for the copy.
    is_new: bool,
    /// It has its contents already.
    is_clone: bool,
}

impl Destination {
    fn open(
        copier: &Copier<'_>,
        source: &File,
        status: &Metadata,
        to: At<'_>,
    ) -> Result<Self, Stopped> {
        let is_clone = platform::clone_as_new(source, to).at(Step::OpenCopy)?;
        let file = if is_clone {
            to.open(OFlag::O_RDWR | OFlag::O_NOFOLLOW, 0)
        } else {
            let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL;
            to.open(flags, meta::first_mode(copier, status.mode()))
        };
        match file {
            Ok(file) => Ok(Self {
                file,
                is_new: true,
                is_clone,
            }),
            Err(Errno::EEXIST) if !copier.only_new => Self::open_old(status, to),
            Err(error) => Err((Step::OpenCopy, error.into())),
        }
    }

    /// Truncated only after it is known to be another file.
    fn open_old(status: &Metadata, to: At<'_>) -> Result<Self, Stopped> {
        let flags = OFlag::O_WRONLY | OFlag::O_NONBLOCK;
        let file = to.open(flags, 0).at(Step::OpenCopy)?;
        let old = file.metadata().at(Step::OpenCopy)?;
        only_regular(&old).at(Step::Compare)?;
        if (old.dev(), old.ino()) == (status.dev(), status.ino()) {
            let what = io::Error::new(ErrorKind::InvalidInput, "they are the same file");
            return Err((Step::Compare, what));
        }
        file.set_len(0).at(Step::OpenCopy)?;
        Ok(Self {
            file,
            is_new: false,
            is_clone: false,
        })
    }
}

fn fill(
    copier: &mut Copier<'_>,
    source: &File,
    status: &Metadata,
    destination: &Destination,
) -> Result<Copied, Stopped> {
    let copy = &destination.file;
    let is_clone = destination.is_clone || platform::clone_into(source, copy).at(Step::Contents)?;
    let copied = if is_clone {
        cloned(copier, copy)
    } else {
        contents::copy(copier, source, copy)
    };
    let copied = copied.at(Step::Contents)?;
    if copier.still_source {
        unchanged(status, source).at(Step::SourceChanged)?;
    }
    if destination.is_clone {
        platform::forget_attributes(status, copy).at(Step::Attributes)?;
    }
    meta::keep(copier, status, copy).at(Step::Attributes)?;
    if copier.sync {
        sync::full(copy).at(Step::Sync)?;
    }
    Ok(copied)
}

fn cloned(copier: &mut Copier<'_>, copy: &File) -> io::Result<Copied> {
    let length = copy.metadata()?.len();
    copier.advance(length);
    Ok(Copied {
        length,
        data: length,
        way: Way::Clone,
    })
}

fn only_regular(status: &Metadata) -> io::Result<()> {
    if status.is_dir() {
        Err(Errno::EISDIR.into())
    } else if status.is_file() {
        Ok(())
    } else {
        Err(io::Error::new(
            ErrorKind::InvalidInput,
            "not a regular file",
        ))
    }
}

/// The kernel moves the time of change with each write, as finely as its clock ticks.
fn unchanged(before: &Metadata, source: &File) -> io::Result<()> {
    let now = source.metadata()?;
    let stamp = |status: &Metadata| (status.len(), status.mtime(), status.mtime_nsec());
    if stamp(before) == stamp(&now) {
        Ok(())
    } else {
        Err(io::Error::other("it was written to while it was copied"))
    }
}
