//! Where a library is searched, in which order.

use std::env;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use super::cache::Cache;
use super::tokens::expand;
use crate::bytes::{Malformed, Mapped};
use crate::elf::dynamic::{DT_FLAGS_1, DT_RPATH, DT_RUNPATH, DT_SONAME};
use crate::elf::{Class, Dynamic, Elf, Machine};

const DF_1_NODEFLIB: u64 = 0x800;

/// Only files for the same processor and class are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) machine: Machine,
    pub(super) class: Class,
}

impl Wanted {
    pub(super) fn by(elf: &Elf<'_>) -> Self {
        let header = elf.header();
        Self {
            machine: header.machine,
            class: header.class,
        }
    }

    /// What the kernel calls the library that it puts into every process.
    pub(super) fn vdso(self) -> Option<&'static str> {
        let is_ours = self.machine
            == if cfg!(target_arch = "aarch64") {
                Machine::AARCH64
            } else {
                Machine::X86_64
            };
        is_ours.then_some("linux-vdso.so.1")
    }

    fn is(self, path: &Path) -> bool {
        let mapped = Mapped::open(path).ok();
        let elf = mapped.as_ref().and_then(|mapped| Elf::parse(mapped).ok());
        elf.is_some_and(|elf| Self::by(&elf) == self)
    }

    /// The folders that are searched last, as Debian and as others configure glibc.
    fn folders(self) -> Vec<PathBuf> {
        let triplet = match self.machine {
            Machine::X86_64 => "x86_64-linux-gnu",
            Machine::AARCH64 => "aarch64-linux-gnu",
            Machine::I386 => "i386-linux-gnu",
            Machine::RISCV => "riscv64-linux-gnu",
            Machine::PPC64 => "powerpc64le-linux-gnu",
            Machine::S390 => "s390x-linux-gnu",
            _ => "",
        };
        let mut folders: Vec<PathBuf> = Vec::new();
        if !triplet.is_empty() {
            folders.push(Path::new("/lib").join(triplet));
            folders.push(Path::new("/usr/lib").join(triplet));
        }
        if self.class == Class::Elf64 {
            folders.extend(["/lib64".into(), "/usr/lib64".into()]);
        }
        folders.extend(["/lib".into(), "/usr/lib".into()]);
        folders
    }
}

/// A file that needs libraries, and what it says about where they are.
#[derive(Debug, Clone)]
pub(super) struct Asker {
    pub(super) needed: Vec<OsString>,
    pub(super) soname: Option<OsString>,
    /// `DT_RPATH` of this file and then of those that it was needed by.
    rpath: Vec<PathBuf>,
    runpath: Option<Vec<PathBuf>>,
    /// Whether the folders of the system are left out (`-z nodefaultlib`).
    without_defaults: bool,
}

impl Asker {
    /// [`None`] for a static file. `asked_by` is the file that needs this one.
    pub(super) fn new(
        elf: &Elf<'_>,
        path: &Path,
        asked_by: Option<&Self>,
    ) -> Result<Option<Self>, Malformed> {
        let Some(dynamic) = elf.dynamic()? else {
            return Ok(None);
        };
        let names: Result<Vec<&[u8]>, _> = dynamic.needed().collect();
        let needed = names?
            .into_iter()
            .map(|name| expand(name, path, elf))
            .collect();
        let runpath = folders(&dynamic, DT_RUNPATH, path, elf)?;
        // A file with a RUNPATH has no RPATH.
        let mut rpath = match &runpath {
            Some(_) => Vec::new(),
            None => folders(&dynamic, DT_RPATH, path, elf)?.unwrap_or_default(),
        };
        rpath.extend(
            asked_by
                .iter()
                .flat_map(|asked_by| asked_by.rpath.iter().cloned()),
        );
        let soname = dynamic.strings_of(DT_SONAME).next().transpose()?;
        let flags = dynamic.value(DT_FLAGS_1).unwrap_or(0);
        Ok(Some(Self {
            needed,
            soname: soname.map(|name| OsString::from_vec(name.to_vec())),
            rpath,
            runpath,
            without_defaults: flags & DF_1_NODEFLIB != 0,
        }))
    }
}

fn folders(
    dynamic: &Dynamic<'_>,
    tag: u64,
    path: &Path,
    elf: &Elf<'_>,
) -> Result<Option<Vec<PathBuf>>, Malformed> {
    let Some(list) = dynamic.strings_of(tag).next().transpose()? else {
        return Ok(None);
    };
    let folders = list.split(|byte| *byte == b':');
    Ok(Some(
        folders
            .map(|folder| expand(folder, path, elf).into())
            .collect(),
    ))
}

/// What this system has to say about where libraries are.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// `LD_LIBRARY_PATH`.
    library_path: Vec<PathBuf>,
    cache: Cache,
}

impl Search {
    /// By the environment of this process and `/etc/ld.so.cache`. A cache that is not there, or not
    /// sound, is none, as it is for the dynamic linker.
    pub fn of_this_system() -> Self {
        Self {
            library_path: library_path(env::var_os("LD_LIBRARY_PATH")),
            cache: Cache::read(Path::new("/etc/ld.so.cache")).unwrap_or_default(),
        }
    }

    pub(super) fn find(&self, name: &OsStr, asker: &Asker, wanted: Wanted) -> Option<PathBuf> {
        if name.as_bytes().contains(&b'/') {
            return Some(PathBuf::from(name)).filter(|path| wanted.is(path));
        }
        // The RPATHs of those who asked for the asker do not count either if it has a RUNPATH.
        let rpath = if asker.runpath.is_some() {
            &[][..]
        } else {
            &asker.rpath
        };
        let runpath = asker.runpath.as_deref().unwrap_or_default();
        let said = rpath.iter().chain(&self.library_path).chain(runpath);
        if let Some(path) = first(said, name, wanted) {
            return Some(path);
        }
        let defaults = wanted.folders();
        let allowed = |path: &Path| {
            !asker.without_defaults || !defaults.iter().any(|folder| path.parent() == Some(folder))
        };
        let cached = self.cache.find(name).filter(|path| allowed(path));
        let mut cached = cached.filter(|path| wanted.is(path));
        cached.next().map(Path::to_path_buf).or_else(|| {
            let defaults = defaults.iter().filter(|_| !asker.without_defaults);
            first(defaults, name, wanted)
        })
    }
}

fn first<'p>(
    mut folders: impl Iterator<Item = &'p PathBuf>,
    name: &OsStr,
    wanted: Wanted,
) -> Option<PathBuf> {
    folders.find_map(|folder| Some(folder.join(name)).filter(|path| wanted.is(path)))
}

/// Folders between colons or semicolons; an empty one is the working directory.
fn library_path(list: Option<OsString>) -> Vec<PathBuf> {
    let list = list.filter(|list| !list.is_empty());
    let folders = list.iter().flat_map(|list| {
        list.as_bytes()
            .split(|byte| matches!(byte, b':' | b';'))
            .map(|folder| if folder.is_empty() { b"." } else { folder })
    });
    folders
        .map(|folder| PathBuf::from(OsStr::from_bytes(folder)))
        .collect()
}
