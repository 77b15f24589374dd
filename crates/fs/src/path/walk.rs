//! `filepath.Walk`: every file below a root, in the order of their names, each shown to a function.
//!
//! It goes by strings: each file is looked up by its whole path, symbolic links are shown and not
//! followed, and a directory's names are read before the directory itself is shown. Simple, and the
//! same everywhere; but a directory that is renamed meanwhile is lost, and paths beyond the
//! kernel's limit (4096 bytes on Linux, 1024 on macOS) end in an error. [`crate::walk`] goes by
//! directory descriptors, and has neither limit.
//!
//! What is still to be shown is on a stack of our own, a level for each directory that we are in: the
//! depth of a tree is somebody else's choice.

use std::fs::Metadata;
use std::vec;

use super::lookup::{lstat, sorted_names};
use super::{FileError, join};

/// A file that the walk has come to.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'a> {
    /// The root as it was given, or a path made of it by [`join`].
    pub path: &'a [u8],
    /// About the file (a link itself, not where it leads); `None` if looking it up failed.
    pub about: Option<&'a Metadata>,
    /// Why it could not be looked up, or not be listed. The walk does not go into it.
    pub error: Option<&'a FileError>,
}

/// How a walk is to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Into this directory, or to the next file.
    Continue,
    /// Not into this directory; at any other file: to no more files of its directory.
    SkipDir,
    /// Nowhere: the walk is over.
    SkipAll,
}

/// Shows `root` and everything below it to `visit`, a directory before what is in it.
/// std lists one directory, and has no walk.
///
/// ```
/// use std::convert::Infallible;
/// use fs::path::{Next, walk};
///
/// let mut seen = Vec::new();
/// walk(b"src/path", |visit| {
///     seen.push(visit.path.to_vec());
///     Ok::<_, Infallible>(Next::Continue)
/// })?;
/// assert_eq!(seen[..2], [b"src/path".to_vec(), b"src/path/clean.rs".to_vec()]);
/// # Ok::<(), Infallible>(())
/// ```
///
/// # Errors
///
/// The first error that `visit` returns ends the walk. The errors of the walk itself are shown to
/// `visit`, and the walk goes on unless it says otherwise.
pub fn walk<E>(root: &[u8], mut visit: impl FnMut(Visit<'_>) -> Result<Next, E>) -> Result<(), E> {
    let mut levels: Vec<Level> = Vec::new();
    let mut next = Some(root.to_vec());
    while let Some(path) = next {
        let shown = show(path, &mut visit)?;
        match shown {
            Shown::Entered(level) => levels.push(level),
            Shown::Passed => {}
            Shown::LeaveDirectory => drop(levels.pop()),
            Shown::End => return Ok(()),
        }
        next = next_path(&mut levels);
    }
    Ok(())
}

/// A directory that we are in.
struct Level {
    path: Vec<u8>,
    /// The names in it that were not shown yet.
    names: vec::IntoIter<Vec<u8>>,
}

enum Shown {
    Entered(Level),
    Passed,
    LeaveDirectory,
    End,
}

fn show<E>(
    path: Vec<u8>,
    visit: &mut impl FnMut(Visit<'_>) -> Result<Next, E>,
) -> Result<Shown, E> {
    let about = lstat(&path);
    let is_file = about.as_ref().is_ok_and(|about| !about.is_dir());
    let (names, problem) = match &about {
        Ok(about) if about.is_dir() => sorted_names(&path),
        _ => (Vec::new(), None),
    };
    let next = visit(Visit {
        path: &path,
        about: about.as_ref().ok(),
        error: about.as_ref().err().or(problem.as_ref()),
    })?;
    let unlisted = is_file || about.is_err() || problem.is_some();
    Ok(match next {
        Next::SkipAll => Shown::End,
        Next::SkipDir if is_file => Shown::LeaveDirectory,
        Next::Continue if !unlisted => Shown::Entered(Level {
            path,
            names: names.into_iter(),
        }),
        Next::SkipDir | Next::Continue => Shown::Passed,
    })
}

/// The next file of the deepest directory that has one left.
fn next_path(levels: &mut Vec<Level>) -> Option<Vec<u8>> {
    while let Some(level) = levels.last_mut() {
        if let Some(name) = level.names.next() {
            return Some(join(&[&level.path, &name]));
        }
        levels.pop();
    }
    None
}
