//! Is it one, how big, which mode; raw mode that is always restored.
//!
//! A terminal is a device that edits lines before a program sees them: it echoes what is typed, rubs out
//! on backspace, hands a line over at return, and turns control-C into a signal. An editor or a game wants
//! none of this and switches it off. The settings belong to the device and not to the program: if it dies
//! before it has put them back, the shell after it is left with a terminal that does not echo. [`Mode`] puts
//! them back at every end that a program can notice.
//!
//! | file | shows |
//! |---|---|
//! | `mode` | raw and cbreak, until a guard is dropped |
//! | `on_signal` | the same when a signal ends the program |

mod mode;
mod on_signal;

use std::fmt;
use std::io;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::str::FromStr;

use nix::libc;
use nix::unistd::{isatty, ttyname};

pub use mode::Mode;

/// Whether standard input, output and error are terminals, each by itself.
pub fn standard() -> [bool; 3] {
    [
        is_terminal(io::stdin()),
        is_terminal(io::stdout()),
        is_terminal(io::stderr()),
    ]
}

/// Whether this is a terminal: whether it answers a request that only terminals know.
pub fn is_terminal(fd: impl AsFd) -> bool {
    isatty(fd).unwrap_or(false)
}

/// The path of the terminal, such as `/dev/pts/3`.
///
/// # Errors
///
/// `ENOTTY` when it is none.
pub fn name(fd: impl AsFd) -> nix::Result<PathBuf> {
    ttyname(fd)
}

/// Whether a program that writes there should write colours: it is a terminal, that knows how, and
/// [`NO_COLOR`](https://no-color.org) does not forbid it.
pub fn wants_colour(is_terminal: bool, no_color: Option<&str>, term: Option<&str>) -> bool {
    is_terminal && no_color.is_none_or(str::is_empty) && term != Some("dumb")
}

/// How big a terminal is, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    /// From top to bottom.
    pub rows: u16,
    /// From left to right.
    pub columns: u16,
}

impl Default for Size {
    /// 24 rows of 80, as ever since the VT100.
    fn default() -> Self {
        Self {
            rows: 24,
            columns: 80,
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}x{}", self.rows, self.columns)
    }
}

/// A size that was not ROWSxCOLUMNS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a size is ROWSxCOLUMNS, such as 24x80")]
pub struct NotASize;

impl FromStr for Size {
    type Err = NotASize;

    fn from_str(text: &str) -> Result<Self, NotASize> {
        let (rows, columns) = text.split_once('x').ok_or(NotASize)?;
        let number = |text: &str| text.parse().map_err(|_| NotASize);
        Ok(Self {
            rows: number(rows)?,
            columns: number(columns)?,
        })
    }
}

mod request {
    //! Sound: both requests read or write one `winsize`, whose size is in the request's number.
    #![allow(unsafe_code)]

    use nix::libc::{TIOCGWINSZ, TIOCSWINSZ, winsize};

    nix::ioctl_read_bad!(get_size, TIOCGWINSZ, winsize);
    nix::ioctl_write_ptr_bad!(set_size, TIOCSWINSZ, winsize);

    use std::os::fd::{AsRawFd, BorrowedFd};

    pub(super) fn get(fd: BorrowedFd, size: &mut winsize) -> nix::Result<()> {
        // SAFETY: `size` has room for the answer.
        unsafe { get_size(fd.as_raw_fd(), size) }.map(drop)
    }

    pub(super) fn set(fd: BorrowedFd, size: &winsize) -> nix::Result<()> {
        // SAFETY: `size` is a whole structure.
        unsafe { set_size(fd.as_raw_fd(), size) }.map(drop)
    }
}

/// How big the terminal is; see `TIOCGWINSZ` in
/// [ioctl_tty(2)](https://man7.org/linux/man-pages/man2/ioctl_tty.2.html).
///
/// # Errors
///
/// `ENOTTY` when it is none.
#[doc(alias = "TIOCGWINSZ")]
pub fn size(fd: impl AsFd) -> nix::Result<Size> {
    let mut size = no_size();
    request::get(fd.as_fd(), &mut size)?;
    Ok(Size {
        rows: size.ws_row,
        columns: size.ws_col,
    })
}

/// Makes the terminal so big. The foreground group is told by `SIGWINCH`, if this is a change.
///
/// # Errors
///
/// `ENOTTY` when it is none.
#[doc(alias = "TIOCSWINSZ")]
pub fn set_size(fd: impl AsFd, size: Size) -> nix::Result<()> {
    let mut raw = no_size();
    (raw.ws_row, raw.ws_col) = (size.rows, size.columns);
    request::set(fd.as_fd(), &raw)
}

/// The kernel also keeps pixels, which nobody fills in.
fn no_size() -> libc::winsize {
    libc::winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_rows_and_columns() {
        let size = Size {
            rows: 50,
            columns: 132,
        };
        assert_eq!("50x132".parse(), Ok(size));
        assert_eq!(size.to_string(), "50x132");
        for wrong in ["", "x", "50", "50x", "x132", "50x132x1", "-1x5", "70000x5"] {
            assert_eq!(wrong.parse::<Size>(), Err(NotASize), "{wrong}");
        }
    }

    #[test]
    fn colours_are_for_terminals_that_may_have_them() {
        assert!(wants_colour(true, None, Some("xterm")));
        assert!(wants_colour(true, Some(""), None));
        assert!(!wants_colour(true, Some("1"), Some("xterm")));
        assert!(!wants_colour(true, None, Some("dumb")));
        assert!(!wants_colour(false, None, Some("xterm")));
    }
}
