//! `cd` and `pwd`: the working directory, as the person went there.
//!
//! The kernel knows where a process is, but not by which symbolic links it came. The shell remembers
//! that in PWD, so that `cd ..` leads back the way one came; `-P` means the kernel's view.

use std::env;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::{misused, options, print};
use crate::exec::{Flow, Shell};
use crate::syntax::ast::Bytes;
use crate::syntax::name::Name;

pub(super) fn cd(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"LPe")?;
    let physical = given.letters.iter().rfind(|letter| **letter != b'e') == Some(&b'P');
    let (target, mut shown) = match given.operands {
        [] => (home(shell)?, false),
        [one] if one == b"-" => (previous(shell)?, true),
        [one] => (one.clone(), false),
        _ => return Err(misused(shell, b"cd", "too many operands")),
    };
    if target.is_empty() {
        return Err(misused(shell, b"cd", "the directory's name is empty"));
    }
    let mut path = target.clone();
    if let Some(found) = along_cdpath(shell, &target) {
        shown |= found.1;
        path = found.0;
    }
    let new = match change(shell, &path, physical) {
        Ok(new) => new,
        Err(error) => {
            let reason = nix::errno::Errno::from_raw(error.raw_os_error().unwrap_or(0));
            shell.complain([b"cd: ", &target[..], b": ", reason.desc().as_bytes()].concat());
            return Ok(1);
        }
    };
    remember(shell, new.clone())?;
    if shown {
        return Ok(print(shell, [&new[..], b"\n"].concat()));
    }
    Ok(0)
}

fn home(shell: &Shell) -> Result<Bytes, Flow> {
    set_variable(shell, "HOME")
}

fn previous(shell: &Shell) -> Result<Bytes, Flow> {
    set_variable(shell, "OLDPWD")
}

fn set_variable(shell: &Shell, name: &str) -> Result<Bytes, Flow> {
    let value = shell
        .variables
        .get(Name::new(name))
        .filter(|value| !value.is_empty());
    let missing = || misused(shell, b"cd", &format!("{name} is not set"));
    value.map(<[u8]>::to_vec).ok_or_else(missing)
}

/// The directory below one of CDPATH, and whether to say where that was.
fn along_cdpath(shell: &Shell, target: &[u8]) -> Option<(Bytes, bool)> {
    let first = target.split(|byte| *byte == b'/').next()?;
    if matches!(first, b"" | b"." | b"..") {
        return None;
    }
    let path = shell.variables.get(Name::new("CDPATH"))?;
    path.split(|byte| *byte == b':').find_map(|directory| {
        let (candidate, named) = match directory {
            b"" => (target.to_vec(), false),
            [.., b'/'] => ([directory, target].concat(), true),
            _ => ([directory, b"/", target].concat(), true),
        };
        is_directory(&candidate).then_some((candidate, named))
    })
}

fn is_directory(path: &[u8]) -> bool {
    Path::new(OsStr::from_bytes(path)).is_dir()
}

/// Goes there, and gives what PWD is then.
fn change(shell: &Shell, path: &[u8], physical: bool) -> std::io::Result<Bytes> {
    if physical {
        env::set_current_dir(OsStr::from_bytes(path))?;
        return Ok(env::current_dir()?.into_os_string().as_bytes().to_vec());
    }
    let logical = logical(&here(shell), path)?;
    env::set_current_dir(OsStr::from_bytes(&logical))?;
    Ok(logical)
}

/// Without `.` and `..`, each `..` taking away the name before it, which has to be a directory.
fn logical(here: &[u8], path: &[u8]) -> std::io::Result<Bytes> {
    let absolute = match path.first() {
        Some(b'/') => path.to_vec(),
        _ => [here, b"/", path].concat(),
    };
    let mut names: Vec<&[u8]> = Vec::new();
    for name in absolute.split(|byte| *byte == b'/') {
        match name {
            b"" | b"." => {}
            b".." => {
                must_be_directory(&joined(&names))?;
                names.pop();
            }
            _ => names.push(name),
        }
    }
    Ok(joined(&names))
}

fn joined(names: &[&[u8]]) -> Bytes {
    [b"/", &names.join(&b'/')[..]].concat()
}

fn must_be_directory(path: &[u8]) -> std::io::Result<()> {
    if Path::new(OsStr::from_bytes(path)).metadata()?.is_dir() {
        return Ok(());
    }
    Err(std::io::Error::from_raw_os_error(nix::libc::ENOTDIR))
}

fn remember(shell: &mut Shell, new: Bytes) -> Result<(), Flow> {
    let old = here(shell);
    shell.assign(Name::new("OLDPWD"), old)?;
    shell.assign(Name::new("PWD"), new)
}

/// PWD if it is true, else what the kernel says.
pub(crate) fn here(shell: &Shell) -> Bytes {
    let logical = shell.variables.get(Name::new("PWD"));
    if let Some(path) = logical.filter(|path| path.first() == Some(&b'/')) {
        return path.to_vec();
    }
    env::current_dir().map_or_else(
        |_| Bytes::new(),
        |path| path.into_os_string().as_bytes().to_vec(),
    )
}

/// Whether `path` is absolute, has no `.` or `..`, and is the working directory.
#[must_use]
pub fn is_here(path: &[u8]) -> bool {
    let mut names = path.split(|byte| *byte == b'/');
    let plain = names.all(|name| name != b"." && name != b"..");
    let identity = |path: &OsStr| {
        Path::new(path)
            .metadata()
            .map(|found| (found.dev(), found.ino()))
    };
    let same = || match (identity(OsStr::from_bytes(path)), identity(OsStr::new("."))) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    path.first() == Some(&b'/') && plain && same()
}

pub(super) fn pwd(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"LP")?;
    let physical = given.letters.last() == Some(&b'P');
    let logical = shell
        .variables
        .get(Name::new("PWD"))
        .filter(|path| is_here(path));
    let path = match logical {
        Some(path) if !physical => path.to_vec(),
        _ => match env::current_dir() {
            Ok(path) => path.into_os_string().as_bytes().to_vec(),
            Err(error) => {
                shell.complain(format!("pwd: {error}"));
                return Ok(1);
            }
        },
    };
    Ok(print(shell, [&path[..], b"\n"].concat()))
}
