//! What an area is for.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::area::Area;

/// What an area is for, told from its name and permissions. The kernel itself knows no such thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The program's instructions.
    Text,
    /// The program's constants: headers, strings, tables, and what is read-only after relocation.
    Constants,
    /// The program's variables that have a value from the start, or none (bss).
    Data,
    /// What `brk` has made larger.
    Heap,
    /// A shared library, all of its segments, and the dynamic linker.
    Library,
    /// The first thread's stack.
    Stack,
    /// The kernel's own code and data in every process: vdso and what it reads.
    Vdso,
    /// Memory without a file: large allocations, other threads' stacks, allocators' arenas.
    Anonymous,
    /// Memory without a file on disk that others see: `shm_open`, `memfd_create`, shared anonymous.
    SharedMemory,
    /// Another file.
    File,
    /// Neither readable nor writable: a fence below a stack, or addresses reserved for later.
    Guard,
}

impl Kind {
    /// All of them, in the order in which they are usually listed.
    pub const ALL: [Kind; 11] = [
        Kind::Text,
        Kind::Constants,
        Kind::Data,
        Kind::Heap,
        Kind::Library,
        Kind::File,
        Kind::Anonymous,
        Kind::SharedMemory,
        Kind::Guard,
        Kind::Stack,
        Kind::Vdso,
    ];

    /// The kind of each area of one address space, given the path of the program in it.
    pub fn of_all(areas: &[Area], program: Option<&Path>) -> Vec<Kind> {
        let mut kinds: Vec<Kind> = areas.iter().map(|area| Kind::of(area, program)).collect();
        for i in 1..areas.len() {
            if is_bss(&areas[i], &areas[i - 1]) {
                kinds[i] = match kinds[i - 1] {
                    Kind::Data | Kind::Constants => Kind::Data,
                    Kind::Library => Kind::Library,
                    _ => kinds[i],
                };
            }
        }
        kinds
    }

    fn of(area: &Area, program: Option<&Path>) -> Kind {
        if let Some(kind) = Kind::of_name(&area.name) {
            return kind;
        }
        match area.path() {
            None if area.is_inaccessible() => Kind::Guard,
            None => Kind::Anonymous,
            Some(path) if Some(path) == program => match area.permissions {
                permissions if permissions.execute => Kind::Text,
                permissions if permissions.write => Kind::Data,
                _ => Kind::Constants,
            },
            Some(path) if is_library(path) => Kind::Library,
            Some(_) => Kind::File,
        }
    }

    /// For the names that the kernel itself gives.
    fn of_name(name: &OsStr) -> Option<Kind> {
        const SHARED: [&[u8]; 5] = [
            b"/memfd:",
            b"/dev/shm/",
            b"/dev/zero",
            b"/SYSV",
            b"[anon_shmem:",
        ];
        match name.as_bytes() {
            b"[heap]" => Some(Kind::Heap),
            b"[stack]" => Some(Kind::Stack),
            b"[vdso]" | b"[vvar]" | b"[vvar_vclock]" | b"[vsyscall]" | b"[vectors]"
            | b"[commpage]" => Some(Kind::Vdso),
            name if SHARED.iter().any(|start| name.starts_with(start)) => Some(Kind::SharedMemory),
            _ => None,
        }
    }
}

/// The variables without a value are no bytes of the file: zeros in the same segment, right behind
/// it.
fn is_bss(area: &Area, before: &Area) -> bool {
    area.name.is_empty()
        && area.range.start == before.range.end
        && before.path().is_some()
        && before.permissions.write
        && area.permissions == before.permissions
}

/// `libc.so.6`, `libssl.so`, `libSystem.B.dylib`: what the dynamic linker loads has one of these in
/// its name.
fn is_library(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_bytes();
    let has = |part: &[u8]| name.windows(part.len()).any(|window| window == part);
    name.ends_with(b".so")
        || has(b".so.")
        || name.ends_with(b".dylib")
        || name == b"dyld"
        // macOS's own libraries are all in one file.
        || has(b"dyld_shared_cache")
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Kind::Text => "text",
            Kind::Constants => "constants",
            Kind::Data => "data",
            Kind::Heap => "heap",
            Kind::Library => "library",
            Kind::Stack => "stack",
            Kind::Vdso => "vdso",
            Kind::Anonymous => "anonymous",
            Kind::SharedMemory => "shared memory",
            Kind::File => "file",
            Kind::Guard => "guard",
        })
    }
}
