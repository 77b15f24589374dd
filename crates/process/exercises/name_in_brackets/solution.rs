//! The kernel puts the name into brackets and quotes nothing in it. Behind the *last* bracket there are
//! only numbers and one letter, so that is where the known part of the line begins. The name may be no
//! UTF-8 either, hence bytes.

use std::fs;
use std::io::{self, Error, ErrorKind};

/// The number of the process that is `pid`'s parent.
pub fn parent(pid: u32) -> io::Result<u32> {
    let stat = fs::read(format!("/proc/{pid}/stat"))?;
    let stat = String::from_utf8_lossy(&stat);
    let behind_the_name = stat.rsplit_once(") ").map(|(_, rest)| rest);
    let field = behind_the_name
        .and_then(|rest| rest.split(' ').nth(1))
        .and_then(|field| field.parse().ok());
    field.ok_or_else(|| Error::new(ErrorKind::InvalidData, stat.into_owned()))
}
