//! Linux: a line of proc(5).

use std::fs;
use std::io::{self, ErrorKind};

use nix::unistd::Pid;

use super::faults::Faults;

pub(super) fn faults_of(pid: Pid) -> io::Result<Faults> {
    // The name in it may be any bytes.
    let line = fs::read(format!("/proc/{pid}/stat"))?;
    Faults::parse_stat(&String::from_utf8_lossy(&line)).ok_or(ErrorKind::InvalidData.into())
}
