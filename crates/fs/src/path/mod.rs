//! Paths as Go's `path/filepath` has them on Unix, on bytes.
//!
//! To the kernel a path is a row of bytes that ends at the first NUL and is taken apart at its
//! slashes. It need not be UTF-8, so everything here takes and gives bytes. Most functions are
//! *lexical*: they look at nothing but the string, work for files that do not exist, and know
//! nothing of symbolic links. Hence the warning that goes with [`clean`]: `a/../b` is `b` on paper, and
//! somewhere else when `a` is a link. The few that ask the kernel stand at the end: [`abs`],
//! [`glob`], [`eval_symlinks`], [`walk`].
//!
//! ```
//! use fs::path;
//!
//! assert_eq!(path::clean(b"./path/filepath/../path.go"), &b"path/path.go"[..]);
//! assert_eq!(path::join(&["usr", "/lib/"]), b"usr/lib");
//! assert_eq!(path::ext(b"photo.tar.gz"), b".gz");
//! assert_eq!(path::matches(b"*.go", b"main.go"), Ok(true));
//! ```
//!
//! # Beside std
//!
//! [`std::path`] models components, Go models strings. Where the two answer differently, on Unix:
//!
//! | operation | of | here and in Go | std::path |
//! |---|---|---|---|
//! | join | `a` `/b` | `a/b` | `/b` |
//! | join | `a` `../b` | `b` | `a/../b` |
//! | join | `a` `` | `a` | `a/` |
//! | clean | `./a//b/.` | `a/b` | `./a/b` |
//! | clean | `a/../b` | `b` | `a/../b` |
//! | clean | `/..` | `/` | `/..` |
//! | clean | `` | `.` | `` |
//! | base | `a/..` | `..` | nothing |
//! | base | `/` | `/` | nothing |
//! | base | `` | `.` | nothing |
//! | base | `a/.` | `.` | `a` |
//! | dir | `a/b/` | `a/b` | `a` |
//! | dir | `a` | `.` | `` |
//! | dir | `/` | `/` | nothing |
//! | dir | `a/../b` | `.` | `a/..` |
//! | ext | `a.tar.gz` | `.gz` | `gz` |
//! | ext | `.bashrc` | `.bashrc` | nothing |
//! | ext | `a.` | `.` | `` |
//! | ext | `a.d/` | `` | `d` |
//! | rel | `a` `b` | `../b` | nothing |
//! | rel | `a/..` `b` | `b` | nothing |
//!
//! ("std::path" is [`Path::join`](std::path::Path::join), the path made again of its
//! [`components`](std::path::Path::components), `file_name`, `parent`, `extension` and
//! `strip_prefix`; "nothing" is a `None` or an error.) A test runs the table.

mod clean;
mod parts;

mod local;
mod relative;

mod matching;

mod expand;
mod tilde;

mod lookup;

mod eval_symlinks;
mod glob;
mod walk;

use std::fmt;

pub use clean::{clean, join, path_clean};
pub use eval_symlinks::{EvalError, eval_symlinks};
pub use expand::{expand, expand_env};
pub use glob::glob;
pub use local::{InvalidPath, is_local, localize, valid_path};
pub use lookup::{FileError, GetwdError, working_directory};
pub use matching::{BadPattern, Pattern, matches};
pub use parts::{base, dir, ext, from_slash, is_abs, split, split_list, to_slash};
pub use relative::{RelError, abs, abs_from, rel};
pub use tilde::{home_directory, tilde, tilde_with};
pub use walk::{Next, Visit, walk};

/// Bytes in a message for people: what is not UTF-8 becomes U+FFFD, one for each byte, as Go's
/// `encoding/json` and `range` do. ([`String::from_utf8_lossy`] writes one for several.)
#[derive(Debug, Clone, Copy)]
pub struct Lossy<'a>(pub &'a [u8]);

impl fmt::Display for Lossy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(chunk.valid())?;
            for _ in chunk.invalid() {
                f.write_str("\u{FFFD}")?;
            }
        }
        Ok(())
    }
}
