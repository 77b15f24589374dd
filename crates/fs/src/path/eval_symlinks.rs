//! `filepath.EvalSymlinks`: a path without symbolic links, found by asking about one element after the
//! other.
//!
//! Two strings: `result`, which has been looked up and has no link left in it, and `rest`, which
//! has not. An element moves over from the rest; if it then turns out to be a link, it is taken out
//! again, and where it points goes before the rest. `..` after a checked directory takes its last
//! element off, which is right here, unlike in [`clean`]: there is no link in it.

use super::lookup::{Reason, lstat, read_link};
use super::{FileError, clean};
use nix::errno::Errno;

/// So many links are followed, and no more: more means that they go in a circle. (The kernel gives
/// up after 40.)
const MAX_LINKS: usize = 255;

/// The path that `path` leads to, with no symbolic link in it, [`clean`]ed. A relative path stays
/// relative, unless a link is absolute.
///
/// std's `canonicalize` always answers with an absolute path, and has the kernel or libc do the work.
///
/// # Errors
///
/// If an element does not exist, cannot be looked up, or is no directory though the path goes on; or
/// if the links do not end.
pub fn eval_symlinks(path: &[u8]) -> Result<Vec<u8>, EvalError> {
    let mut result = Resolved::at_start_of(path);
    let mut rest = path.to_vec();
    let mut at = result.root;
    let mut links = 0;
    while let Some((start, end)) = next_element(&rest, at) {
        at = end;
        match &rest[start..end] {
            b"." => continue,
            b".." => {
                result.go_up();
                continue;
            }
            name => result.push(name),
        }
        let found = lstat(&result.path)?;
        if !found.is_symlink() {
            if !found.is_dir() && end < rest.len() {
                return Err(EvalError::NotADirectory);
            }
            continue;
        }
        links += 1;
        if links > MAX_LINKS {
            return Err(EvalError::TooManyLinks);
        }
        let mut target = read_link(&result.path)?;
        at = result.replace_last(&target);
        target.extend_from_slice(&rest[end..]);
        rest = target;
    }
    Ok(clean(&result.path).into_owned())
}

/// Why a path could not be freed of links.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvalError {
    /// An element could not be looked up, or a link not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The path goes on behind something that is no directory.
    #[error("{}", Reason(Errno::ENOTDIR))]
    NotADirectory,
    /// The links lead in a circle, or might as well.
    #[error("EvalSymlinks: too many links")]
    TooManyLinks,
}

/// The part of the path that has been looked up.
struct Resolved {
    path: Vec<u8>,
    /// How much of it is the root: 1 if it is absolute, else 0.
    root: usize,
}

impl Resolved {
    fn at_start_of(path: &[u8]) -> Self {
        let root = usize::from(super::is_abs(path));
        Self {
            path: path[..root].to_vec(),
            root,
        }
    }

    fn push(&mut self, name: &[u8]) {
        if !matches!(self.path.last(), None | Some(b'/')) {
            self.path.push(b'/');
        }
        self.path.extend_from_slice(name);
    }

    /// Takes the last element off. The first of all stays, with a `..` behind it, as in Go; so does a
    /// `..` that could not be taken back.
    fn go_up(&mut self) {
        match self.last_slash() {
            Some(slash) if self.path[slash + 1..] != *b".." => self.path.truncate(slash),
            _ => {
                if self.path.len() > self.root {
                    self.path.push(b'/');
                }
                self.path.extend_from_slice(b"..");
            }
        }
    }

    /// Takes the last element off, which is a link, and starts again at the root if the link does.
    /// Returns from where on its target is still to be looked up.
    fn replace_last(&mut self, target: &[u8]) -> usize {
        if super::is_abs(target) {
            *self = Self::at_start_of(target);
            return self.root;
        }
        self.path.truncate(self.last_slash().unwrap_or(self.root));
        0
    }

    /// Behind the root, that is.
    fn last_slash(&self) -> Option<usize> {
        let slash = self.path[self.root..]
            .iter()
            .rposition(|&byte| byte == b'/')?;
        Some(self.root + slash)
    }
}

/// Where the next element begins and ends.
fn next_element(path: &[u8], at: usize) -> Option<(usize, usize)> {
    let start = at + path[at..].iter().position(|&byte| byte != b'/')?;
    let length = path[start..].iter().position(|&byte| byte == b'/');
    Some((start, length.map_or(path.len(), |length| start + length)))
}
