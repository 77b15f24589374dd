//! `/proc/PID/status`: a line a fact, its name before a colon.

use std::str::FromStr;

use super::process::Status;
use crate::id::Ids;

/// Reads the file. Lines that are missing (a zombie has no memory) or not known leave what
/// `Default` says.
///
/// ```
/// let status = process::table::status::parse(b"Name:\tsh\nUid:\t1\t2\t3\t4\nVmRSS:\t   8 kB\n");
/// let users = status.users.unwrap();
/// assert_eq!((users.real, users.effective, users.saved), (1, 2, 3));
/// assert_eq!(status.resident, 8192);
/// ```
pub fn parse(text: &[u8]) -> Status {
    let mut status = Status::default();
    for line in text.split(|&byte| byte == b'\n') {
        let Some(colon) = line.iter().position(|&byte| byte == b':') else {
            continue;
        };
        let Ok(value) = std::str::from_utf8(&line[colon + 1..]) else {
            continue;
        };
        take(&mut status, &line[..colon], value.trim());
    }
    status
}

fn take(status: &mut Status, name: &[u8], value: &str) {
    match name {
        b"Uid" => (status.users, status.filesystem_user) = ids(value),
        b"Gid" => (status.groups, status.filesystem_group) = ids(value),
        b"Groups" => status.supplementary = numbers(value).collect(),
        b"VmRSS" => status.resident = kilobytes(value),
        b"VmHWM" => status.resident_peak = kilobytes(value),
        b"VmLck" => status.locked = kilobytes(value),
        b"VmSwap" => status.swapped = kilobytes(value),
        b"SigPnd" | b"ShdPnd" => status.pending |= mask(value),
        b"SigBlk" => status.blocked = mask(value),
        b"SigIgn" => status.ignored = mask(value),
        b"SigCgt" => status.caught = mask(value),
        b"TracerPid" => status.tracer = value.parse().unwrap_or(0),
        b"voluntary_ctxt_switches" => status.voluntary_switches = value.parse().unwrap_or(0),
        b"nonvoluntary_ctxt_switches" => status.involuntary_switches = value.parse().unwrap_or(0),
        _ => {}
    }
}

/// Real, effective, saved, and that of the filesystem.
fn ids(value: &str) -> (Option<Ids>, Option<u32>) {
    let mut numbers = numbers(value);
    let three = [numbers.next(), numbers.next(), numbers.next()];
    let [Some(real), Some(effective), Some(saved)] = three else {
        return (None, None);
    };
    let ids = Ids {
        real,
        effective,
        saved,
    };
    (Some(ids), numbers.next())
}

fn numbers<T: FromStr>(value: &str) -> impl Iterator<Item = T> {
    let words = value.split_ascii_whitespace();
    words.filter_map(|word| word.parse().ok())
}

/// `12 kB`, in bytes.
fn kilobytes(value: &str) -> u64 {
    numbers::<u64>(value)
        .next()
        .unwrap_or(0)
        .saturating_mul(1024)
}

fn mask(value: &str) -> u64 {
    u64::from_str_radix(value, 16).unwrap_or(0)
}
