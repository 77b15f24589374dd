//! How wide a line may be.

#![allow(unsafe_code)]
// Sound: TIOCGWINSZ writes one `winsize`, which is what it is given; whatever the descriptor is,
// the kernel checks it.

use std::io::IsTerminal;
use std::os::fd::{AsFd, AsRawFd};

use nix::libc;

nix::ioctl_read_bad!(window_size, libc::TIOCGWINSZ, libc::winsize);

/// The columns of the terminal that `out` is; `None` where lines need no end: a pipe or a file.
/// `COLUMNS` counts more than either.
pub fn width(out: impl AsFd + IsTerminal) -> Option<usize> {
    let wanted = std::env::var("COLUMNS").ok();
    if let Some(columns) = wanted
        .and_then(|text| text.parse().ok())
        .filter(|&columns| columns > 0)
    {
        return Some(columns);
    }
    if !out.is_terminal() {
        return None;
    }
    let mut size = libc::winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: the descriptor is borrowed for the call, and the structure is ours.
    let known = unsafe { window_size(out.as_fd().as_raw_fd(), &mut size) };
    let columns = usize::from(size.ws_col);
    Some(columns)
        .filter(|&columns| known.is_ok() && columns > 0)
        .or(Some(80))
}
