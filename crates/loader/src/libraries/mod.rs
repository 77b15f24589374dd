//! The libraries of a program, found as the dynamic linker finds them, without running anything.
//!
//! `ldd` starts the dynamic linker on the file, and lets it tell what it has loaded; with a file from
//! somebody else that is a risk (ldd(1)). All that the dynamic linker goes by can be read: what each file
//! needs and where it says to look (its dynamic section), `LD_LIBRARY_PATH`, the cache that `ldconfig`
//! wrote, and the folders that are searched last. A file for another machine is passed over as if it
//! were not there.
//!
//! Where it is defined: ld.so(8), and `elf/dl-load.c` of glibc.

mod cache;
mod search;
mod tokens;

use std::collections::{HashSet, VecDeque};
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::bytes::{Malformed, Mapped};
use crate::elf::Elf;

pub use cache::Cache;
pub use search::Search;
use search::{Asker, Wanted};

/// A file that cannot be resolved.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// It is not a sound ELF file.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// The libraries that a program is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Whether the kernel starts the file alone, without a dynamic linker.
    pub is_static: bool,
    /// In the order in which the dynamic linker loads them: breadth first.
    pub libraries: Vec<Library>,
}

/// One library that is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// As it was asked for.
    pub name: OsString,
    /// Where it is.
    pub found: Found,
}

/// Where a library is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// In this file.
    At(PathBuf),
    /// The kernel puts it into every process: `linux-vdso.so.1`.
    Kernel,
    /// In none of the places where it is searched.
    Nowhere,
}

/// Finds all libraries that `file` and its libraries need.
///
/// # Errors
///
/// `file` cannot be read or is not a sound ELF file. Libraries that are neither are passed over.
pub fn resolve(file: &Path, search: &Search) -> Result<Resolved, ResolveError> {
    let mapped = Mapped::open(file)?;
    let elf = Elf::parse(&mapped)?;
    let interpreter = elf.interpreter()?;
    let root = Asker::new(&elf, file, None)?;
    // A static program that can be put anywhere has a dynamic section too, to relocate itself by.
    let root = root.filter(|root| interpreter.is_some() || !root.needed.is_empty());
    let Some(root) = root else {
        return Ok(Resolved {
            is_static: true,
            libraries: Vec::new(),
        });
    };
    let mut loading = Loading {
        search,
        wanted: Wanted::by(&elf),
        known: HashSet::new(),
        libraries: Vec::new(),
        queue: VecDeque::new(),
    };
    loading.kernel();
    loading.queue.push_back(root);
    while let Some(asker) = loading.queue.pop_front() {
        loading.needs_of(asker);
    }
    loading.interpreter_last(interpreter);
    Ok(Resolved {
        is_static: false,
        libraries: loading.libraries,
    })
}

/// The dynamic linker at work.
struct Loading<'s> {
    search: &'s Search,
    wanted: Wanted,
    /// The names by which the libraries that we have are known: as asked for, path, soname.
    known: HashSet<OsString>,
    libraries: Vec<Library>,
    /// Files whose own needs are still to be found.
    queue: VecDeque<Asker>,
}

impl Loading<'_> {
    fn kernel(&mut self) {
        if let Some(name) = self.wanted.vdso() {
            self.known.insert(name.into());
            self.libraries.push(Library {
                name: name.into(),
                found: Found::Kernel,
            });
        }
    }

    fn needs_of(&mut self, asker: Asker) {
        for name in asker.needed.clone() {
            if !self.known.insert(name.clone()) {
                continue;
            }
            let found = match self.search.find(&name, &asker, self.wanted) {
                Some(path) => self.load(path, &asker),
                None => Some(Found::Nowhere),
            };
            if let Some(found) = found {
                self.libraries.push(Library { name, found });
            }
        }
    }

    /// [`None`] if the library is loaded already, under another name.
    fn load(&mut self, path: PathBuf, asker: &Asker) -> Option<Found> {
        let identity = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if !self.known.insert(identity.into_os_string()) {
            return None;
        }
        let mapped = Mapped::open(&path).ok();
        let elf = mapped.as_ref().and_then(|mapped| Elf::parse(mapped).ok());
        if let Some(loaded) = elf.and_then(|elf| Asker::new(&elf, &path, Some(asker)).ok()?) {
            self.known.extend(loaded.soname.clone());
            self.queue.push_back(loaded);
        }
        Some(Found::At(path))
    }

    /// A program has its dynamic linker in memory whether it is needed or not; ldd shows it by its path.
    fn interpreter_last(&mut self, interpreter: Option<&[u8]>) {
        let Some(path) = interpreter.map(OsStr::from_bytes) else {
            return;
        };
        let path = Path::new(path);
        let is_it = |library: &Library| path.file_name() == Some(&library.name);
        let linker = Library {
            name: path.into(),
            found: Found::At(path.into()),
        };
        match self.libraries.iter_mut().find(|library| is_it(library)) {
            Some(library) => *library = linker,
            None => self.libraries.push(linker),
        }
    }
}
