//! Arguments and environment, and what a child gets.
//!
//! Both are arrays of C strings that `execve(2)` copies onto the new program's stack, one after the
//! other with a NUL after each. From then on they are ordinary memory of that program: it may
//! change them, nobody else sees it, and a child gets a copy of what they are when it is made. The
//! kernel remembers only where they lay (`/proc/PID/cmdline` and `environ` read that memory).

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// Takes apart a block of strings that end with a NUL each, as `/proc/PID/cmdline` has them. An
/// unfinished last string counts.
///
/// ```
/// assert_eq!(process::environment::strings(b"ls\0\0-l\0"), ["ls", "", "-l"]);
/// ```
pub fn strings(block: &[u8]) -> Vec<OsString> {
    let block = block.strip_suffix(b"\0").unwrap_or(block);
    if block.is_empty() {
        return Vec::new();
    }
    let words = block.split(|&byte| byte == 0);
    words
        .map(|word| OsString::from_vec(word.to_vec()))
        .collect()
}

/// The variables of an environment, in the order in which the program got them.
///
/// Names may come twice: the kernel does not look at the strings, and `getenv(3)` finds the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: Vec<(OsString, OsString)>,
}

impl Environment {
    /// What the calling process would give to a child now.
    pub fn current() -> Environment {
        Environment {
            variables: std::env::vars_os().collect(),
        }
    }

    /// Takes apart a block as `/proc/PID/environ` has it. Strings without `=` are no variables.
    ///
    /// ```
    /// let environment = process::environment::Environment::parse(b"HOME=/root\0A=b=c\0junk\0");
    /// assert_eq!(environment.get("A".as_ref()), Some("b=c".as_ref()));
    /// assert_eq!(environment.iter().count(), 2);
    /// ```
    pub fn parse(block: &[u8]) -> Environment {
        let variables = strings(block)
            .iter()
            .filter_map(|text| variable(text))
            .collect();
        Environment { variables }
    }

    /// The value of the first variable of that name.
    pub fn get(&self, name: &OsStr) -> Option<&OsStr> {
        let found = self.variables.iter().find(|(key, _)| key == name)?;
        Some(&found.1)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        let pairs = self.variables.iter();
        pairs.map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

/// `NAME=value`; the name is not empty, and the value may have more of `=`.
fn variable(text: &OsStr) -> Option<(OsString, OsString)> {
    let text = text.as_bytes();
    let at = text.iter().skip(1).position(|&byte| byte == b'=')? + 1;
    let (name, value) = (&text[..at], &text[at + 1..]);
    Some((
        OsStr::from_bytes(name).to_owned(),
        OsStr::from_bytes(value).to_owned(),
    ))
}
