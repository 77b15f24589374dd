//! Settings that may come from options, from the environment, and from a folder of files.
//!
//! The folder is daemontools': a file's name is the variable, its first line the value, without blanks at
//! the end and with newlines for NULs; an empty file takes the variable away. It wins over options, and
//! options win over the environment, as Server::Starter has it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::time::Duration;

/// Variables of a process.
pub type Environment = BTreeMap<OsString, OsString>;

/// Puts the variables of `folder` into `environment`. Files that begin with a dot are none.
///
/// # Errors
///
/// The folder cannot be read.
pub fn load(folder: &Path, environment: &mut Environment) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.as_bytes().starts_with(b".") || name.as_bytes().contains(&b'=') {
            continue;
        }
        let Ok(content) = fs::read(entry.path()) else {
            continue;
        };
        match value(&content) {
            Some(value) => environment.insert(name, value),
            None => environment.remove(&name),
        };
    }
    Ok(())
}

/// What a file says; none if it is empty.
pub fn value(content: &[u8]) -> Option<OsString> {
    let line = content.split(|&byte| byte == b'\n').next()?;
    let newlines = |&byte: &u8| if byte == 0 { b'\n' } else { byte };
    let text: Vec<u8> = line.trim_ascii_end().iter().map(newlines).collect();
    (!content.is_empty()).then(|| OsString::from_vec(text))
}

/// A variable that Perl would call true.
pub(super) fn is_set(environment: &Environment, name: &str) -> bool {
    let value = environment.get(OsStr::new(name));
    value.is_some_and(|value| !value.is_empty() && value != "0")
}

/// Seconds; none if the variable is missing or no number.
pub(super) fn seconds(environment: &Environment, name: &str) -> Option<Duration> {
    let text = environment.get(OsStr::new(name))?.to_str()?;
    Duration::try_from_secs_f64(text.trim().parse().ok()?).ok()
}
