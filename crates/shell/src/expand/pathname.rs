//! Pathname expansion: POSIX.1-2024, 2.6.6 and 2.14.3.

use std::ffi::OsStr;
use std::fs::{metadata, read_dir, symlink_metadata};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use fs::fnmatch::{Options, Pattern};

use super::fields::Field;
use crate::syntax::ast::Bytes;

/// Appends the files that `field` matches, sorted by their bytes; or the field itself, when it is no
/// pattern or nothing matches it.
pub fn pathnames(field: Field, arguments: &mut Vec<Bytes>) {
    if !field.special {
        return arguments.push(field.text);
    }
    let pattern = field.pattern();
    let parts: Vec<Part> = pattern.split(|&byte| byte == b'/').map(Part::new).collect();
    if parts.iter().all(|part| matches!(part, Part::Name(_))) {
        return arguments.push(field.text);
    }
    let mut found = Vec::new();
    search(&mut Bytes::new(), &parts, &mut found);
    if found.is_empty() {
        return arguments.push(field.text);
    }
    found.sort_unstable();
    arguments.append(&mut found);
}

/// Whether `text` may be a pattern: it has a `*`, a `?`, or a `[` with a `]` behind it.
pub(super) fn has_special(text: &[u8]) -> bool {
    let mut bracket = false;
    text.iter().any(|byte| match byte {
        b'*' | b'?' => true,
        b'[' => {
            bracket = true;
            false
        }
        b']' => bracket,
        _ => false,
    })
}

/// What stands between two slashes.
enum Part {
    /// Without wildcards, and without the backslashes. Empty before a leading slash, behind a trailing
    /// one, and between two.
    Name(Bytes),
    Wild(Pattern),
}

impl Part {
    fn new(text: &[u8]) -> Self {
        let options = Options {
            period: true,
            ..Options::default()
        };
        let pattern = Pattern::new(OsStr::from_bytes(text), options);
        pattern.literal().map_or(Self::Wild(pattern), Self::Name)
    }
}

/// Appends the paths that begin with `path`, a directory or nothing, and go on as `parts` say.
fn search(path: &mut Bytes, parts: &[Part], found: &mut Vec<Bytes>) {
    let Some((first, rest)) = parts.split_first() else {
        return;
    };
    let length = path.len();
    match first {
        Part::Name(name) => {
            path.extend_from_slice(name);
            go_on(path, rest, found);
        }
        Part::Wild(pattern) => {
            for name in names(path, pattern, !rest.is_empty()) {
                path.truncate(length);
                path.extend_from_slice(&name);
                go_on(path, rest, found);
            }
        }
    }
    path.truncate(length);
}

fn go_on(path: &mut Bytes, rest: &[Part], found: &mut Vec<Bytes>) {
    if !rest.is_empty() {
        path.push(b'/');
        search(path, rest, found);
    } else if symlink_metadata(OsStr::from_bytes(path)).is_ok() {
        found.push(path.clone());
    }
}

/// The names in the directory that match; only directories among them when `directories`. A directory
/// that cannot be read has none: that is no error.
fn names(directory: &[u8], pattern: &Pattern, directories: bool) -> Vec<Bytes> {
    let path = match directory {
        [] => Path::new("."),
        path => Path::new(OsStr::from_bytes(path)),
    };
    let Ok(entries) = read_dir(path) else {
        return Vec::new();
    };
    let matching = entries
        .flatten()
        .filter(|entry| pattern.matches(entry.file_name()));
    let wanted = matching.filter(|entry| {
        !directories
            || match entry.file_type() {
                Ok(kind) if kind.is_symlink() => {
                    metadata(entry.path()).is_ok_and(|about| about.is_dir())
                }
                Ok(kind) => kind.is_dir(),
                Err(_) => true,
            }
    });
    wanted.map(|entry| entry.file_name().into_vec()).collect()
}
