//! The umask, as `/proc` tells it since Linux 4.7.

use std::io::{self, Error, ErrorKind};

pub(super) fn umask() -> io::Result<u32> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("Umask:"))
        .and_then(|octal| u32::from_str_radix(octal.trim(), 8).ok())
        .ok_or_else(|| Error::new(ErrorKind::Unsupported, "/proc/self/status has no Umask"))
}
