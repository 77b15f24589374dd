//! Which file lies where in a process's memory: `/proc/PID/maps` (proc_pid_maps(5)).

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use crate::event::Pid;

/// A part of a process's memory that can be executed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mapping {
    pub(super) addresses: Range<u64>,
    /// Where in the file the mapping begins, in bytes.
    pub(super) offset: u64,
    pub(super) content: Content,
}

/// What is mapped.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    File {
        path: PathBuf,
        identity: Identity,
    },
    /// The kernel's own library, which has no file (vdso(7)).
    Vdso,
    /// Code that the program wrote itself, or the kernel's `[vsyscall]`.
    Anonymous,
}

/// Device and inode as the kernel prints them; unlike a path, the same for one file only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity(String);

/// The executable mappings of a process in the order of their addresses.
pub(super) fn executable(pid: Pid) -> io::Result<Vec<Mapping>> {
    let maps = fs::read(format!("/proc/{pid}/maps"))?;
    let lines = maps.split(|&byte| byte == b'\n');
    Ok(lines.filter_map(parse).collect())
}

/// `7f2e3a-7f2e3c r-xp 00026000 fe:01 131124      /usr/lib/libc.so.6`
fn parse(line: &[u8]) -> Option<Mapping> {
    let mut fields = line.splitn(6, |&byte| byte == b' ');
    let mut text = || std::str::from_utf8(fields.next()?).ok();
    let (start, end) = text()?.split_once('-')?;
    let permissions = text()?;
    let offset = text()?;
    let identity = Identity(format!("{} {}", text()?, text()?));
    let name = fields.next().unwrap_or_default().trim_ascii_start();
    let hexadecimal = |digits| u64::from_str_radix(digits, 16).ok();
    permissions.contains('x').then_some(())?;
    Some(Mapping {
        addresses: hexadecimal(start)?..hexadecimal(end)?,
        offset: hexadecimal(offset)?,
        content: Content::new(name, identity),
    })
}

impl Content {
    fn new(name: &[u8], identity: Identity) -> Self {
        match name {
            b"[vdso]" => Self::Vdso,
            [b'/', ..] => Self::File {
                path: PathBuf::from(OsStr::from_bytes(name)),
                identity,
            },
            _ => Self::Anonymous,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_mapping_of_a_file_whose_name_has_spaces() {
        let line = b"7f10-7f30 r-xp 00026000 fe:01 131124                     /tmp/a b (deleted)";
        let mapping = parse(line).unwrap();
        assert_eq!(mapping.addresses, 0x7f10..0x7f30);
        assert_eq!(mapping.offset, 0x26000);
        let Content::File { path, identity } = mapping.content else {
            panic!("not a file: {mapping:?}");
        };
        assert_eq!(path, Path::new("/tmp/a b (deleted)"));
        assert_eq!(identity, Identity("fe:01 131124".to_owned()));
    }

    #[test]
    fn what_cannot_be_executed_is_left_out() {
        assert_eq!(
            parse(b"7f10-7f30 rw-p 00000000 00:00 0          [heap]"),
            None
        );
    }

    #[test]
    fn this_test_is_in_a_mapping_of_its_own_executable() {
        let here = this_test_is_in_a_mapping_of_its_own_executable as fn() as usize as u64;
        let mappings = executable(std::process::id().cast_signed()).unwrap();
        let mapping = mappings
            .iter()
            .find(|m| m.addresses.contains(&here))
            .unwrap();
        let program = std::env::current_exe().unwrap();
        assert!(
            matches!(&mapping.content, Content::File { path, .. } if *path == program),
            "{mapping:?}"
        );
    }
}
