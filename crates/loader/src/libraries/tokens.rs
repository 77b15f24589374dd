//! `$ORIGIN` and its like in paths.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use crate::elf::{Class, Elf, Machine};

/// A path with `$ORIGIN` (the folder of `file`), `$LIB` and `$PLATFORM` replaced, each also in braces.
///
/// Symbolic links are not followed, as ldd does not, which hands the dynamic linker this path. A program
/// that is started through a link is known to the kernel by its real path, and finds what is beside that.
pub(super) fn expand(path: &[u8], file: &Path, elf: &Elf<'_>) -> OsString {
    if !path.contains(&b'$') {
        return OsStr::from_bytes(path).to_owned();
    }
    let mut expanded = Vec::new();
    let mut rest = path;
    while let Some((&byte, after)) = rest.split_first() {
        match replaced(rest, file, elf) {
            Some((text, length)) => {
                expanded.extend_from_slice(&text);
                rest = &rest[length..];
            }
            None => {
                expanded.push(byte);
                rest = after;
            }
        }
    }
    OsString::from_vec(expanded)
}

/// What stands for the name at the start of `path`, and how long that is.
fn replaced(path: &[u8], file: &Path, elf: &Elf<'_>) -> Option<(Vec<u8>, usize)> {
    let after = path.strip_prefix(b"$")?;
    for name in ["ORIGIN", "LIB", "PLATFORM"] {
        let braced = format!("{{{name}}}");
        let length = if after.starts_with(braced.as_bytes()) {
            braced.len()
        } else if after.starts_with(name.as_bytes()) && !goes_on(&after[name.len()..]) {
            name.len()
        } else {
            continue;
        };
        return Some((value(name, file, elf), length + 1));
    }
    None
}

fn goes_on(rest: &[u8]) -> bool {
    rest.first()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn value(name: &str, file: &Path, elf: &Elf<'_>) -> Vec<u8> {
    let header = elf.header();
    match name {
        "ORIGIN" => {
            let whole = std::path::absolute(file).unwrap_or_else(|_| file.into());
            let folder = whole.parent().unwrap_or(Path::new("/"));
            folder.as_os_str().as_bytes().to_vec()
        }
        "LIB" => match (header.machine, header.class) {
            (Machine::X86_64, _) => b"lib/x86_64-linux-gnu".to_vec(),
            (Machine::AARCH64, _) => b"lib/aarch64-linux-gnu".to_vec(),
            (_, Class::Elf64) => b"lib64".to_vec(),
            (_, Class::Elf32) => b"lib".to_vec(),
        },
        _ => match header.machine {
            Machine::X86_64 => b"x86_64".to_vec(),
            Machine::AARCH64 => b"aarch64".to_vec(),
            Machine::I386 => b"i686".to_vec(),
            _ => Vec::new(),
        },
    }
}
