//! The search along PATH, which execvp(3) and every shell do: names without a slash are looked for
//! in each directory of PATH in turn.
//!
//! What counts as found is a regular file that we may execute. A directory of that name has its
//! execute bits too, and a file without them cannot be run: the search goes past both, since what
//! `exec` refuses is no answer. An empty element of PATH (as in `PATH=:/bin`) means the current
//! directory, an old rule that has let strangers' files be run for fifty years.
//!
//! POSIX: XBD 8.3 for PATH, XCU 2.9.1.4 for the search.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::unistd::{AccessFlags, faccessat};

/// What `name` would run: the first of [`all`] along this process's PATH.
pub fn which(name: impl AsRef<OsStr>) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    all(name.as_ref(), &path).next()
}

/// All executable files called `name` along `path`, in its order. A name with a slash is a path
/// already: there is no search then, and at most one answer.
pub fn all(name: &OsStr, path: &OsStr) -> impl Iterator<Item = PathBuf> {
    let direct = has_slash(name).then(|| PathBuf::from(name));
    let searched = direct.is_none() && !name.is_empty();
    let along = env::split_paths(path)
        .take_while(move |_| searched)
        .map(move |directory| place(&directory, name));
    direct
        .into_iter()
        .chain(along)
        .filter(|file| is_executable(file))
}

/// Whether `exec` would take it: a regular file with an execute bit for us, by the ids that count
/// for access, the effective ones. access(2) itself asks for the real ones.
pub fn is_executable(file: &Path) -> bool {
    let permitted = || faccessat(AT_FDCWD, file, AccessFlags::X_OK, AtFlags::AT_EACCESS).is_ok();
    fs::metadata(file).is_ok_and(|metadata| metadata.is_file()) && permitted()
}

/// With `./` in front where the directory is the current one, so that the answer can be run as it
/// stands.
fn place(directory: &Path, name: &OsStr) -> PathBuf {
    if directory.as_os_str().is_empty() {
        return Path::new(".").join(name);
    }
    directory.join(name)
}

fn has_slash(name: &OsStr) -> bool {
    name.as_encoded_bytes().contains(&b'/')
}
