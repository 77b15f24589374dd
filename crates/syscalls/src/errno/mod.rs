//! Error numbers, names and texts.
//!
//! A call that fails gives back one number, of which the C library makes `errno` and
//! `std::io::Error` a `raw_os_error`. The numbers up to 34 are as old as Unix and the same
//! everywhere; later ones were given out by each system for itself: `EAGAIN` is 11 on Linux and 35
//! on macOS. See [`errno(3)`](https://man7.org/linux/man-pages/man3/errno.3.html).

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod macos;

use std::fmt;

#[cfg(target_os = "linux")]
use linux::{ALIASES, ERRORS};
#[cfg(not(target_os = "linux"))]
use macos::{ALIASES, ERRORS};

/// An error number of this system's kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Errno(i32);

impl Errno {
    /// The error of this number, known or not.
    #[must_use]
    pub fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// The error that `name` (`ENOENT`, `EWOULDBLOCK`) stands for here.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let first = ERRORS.iter().find(|entry| entry.1 == name);
        let second = ALIASES.iter().find(|alias| alias.0 == name);
        first
            .map(|entry| entry.0)
            .or(second.map(|alias| alias.1))
            .map(Self)
    }

    /// Every error that has a name, by number.
    pub fn all() -> impl Iterator<Item = Self> {
        ERRORS.iter().map(|entry| Self(entry.0))
    }

    /// The number, positive.
    #[must_use]
    pub fn number(self) -> i32 {
        self.0
    }

    /// `ENOENT`; the first of two names (`EAGAIN`, not `EWOULDBLOCK`). A number that is no error's
    /// is `EUNKNOWN`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().map_or("EUNKNOWN", |entry| entry.1)
    }

    /// The other name of the same number: `EWOULDBLOCK` for `EAGAIN`.
    #[must_use]
    pub fn alias(self) -> Option<&'static str> {
        ALIASES
            .iter()
            .find(|alias| alias.1 == self.0)
            .map(|alias| alias.0)
    }

    /// `No such file or directory`, as [`strerror(3)`] says it.
    ///
    /// [`strerror(3)`]: https://man7.org/linux/man-pages/man3/strerror.3.html
    #[must_use]
    pub fn text(self) -> &'static str {
        self.entry().map_or("Unknown error", |entry| entry.2)
    }

    fn entry(self) -> Option<&'static (i32, &'static str, &'static str)> {
        let index = ERRORS.binary_search_by_key(&self.0, |entry| entry.0).ok()?;
        Some(&ERRORS[index])
    }
}

/// `ENOENT (No such file or directory)`; a number without a name is `(errno 999)`.
impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry() {
            Some((_, name, text)) => write!(f, "{name} ({text})"),
            None => write!(f, "(errno {})", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Errno;

    #[test]
    fn an_error_without_a_name_keeps_its_number() {
        assert_eq!(Errno::from_number(999).to_string(), "(errno 999)");
        let missing = Errno::from_name("ENOENT").unwrap();
        assert_eq!(missing.to_string(), "ENOENT (No such file or directory)");
    }
}
