//! Maps made as a plan says.
//!
//! Sound: a map at a fixed address only ever replaces pages of the reservation that was made for
//! it a moment before and that nothing else knows of; memory is written only where it has just been
//! mapped writable; strings of the auxiliary vector live as long as the process.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString};
use std::io;
use std::num::NonZeroUsize;
use std::ptr::{self, NonNull};

use nix::errno::Errno;
use nix::libc;
use nix::sys::mman::{MapFlags, ProtFlags, mmap, mmap_anonymous, munmap};
use nix::sys::resource::{Resource, getrlimit};
use nix::unistd::{SysconfVar, sysconf};

use super::error::ExecError;
use super::file::Program;
use super::plan::{Piece, Plan, Protection};
use super::stack::{Stack, StackInput};

/// Where a program came to lie.
#[derive(Debug)]
pub(super) struct Mapped {
    /// What to add to a linked address.
    pub(super) bias: u64,
    /// Its first instruction.
    pub(super) entry: u64,
    /// Its program headers, or 0 when no segment contains them.
    pub(super) table: u64,
}

impl Mapped {
    /// Puts the program into this process's memory.
    pub(super) fn map(program: &Program) -> Result<Self, ExecError> {
        let plan = program.plan();
        let start = reserve(program)?;
        let bias = start.wrapping_sub(plan.start);
        for piece in &plan.pieces {
            let address = piece.address.wrapping_add(bias);
            place(program, piece, address).map_err(|source| ExecError::Map {
                path: program.path().to_owned(),
                address,
                source,
            })?;
        }
        Ok(Mapped {
            bias,
            entry: program.entry().wrapping_add(bias),
            table: program.table().map_or(0, |table| table.wrapping_add(bias)),
        })
    }
}

/// Room for the whole plan, where it has to be or where there is some.
fn reserve(program: &Program) -> Result<u64, ExecError> {
    let plan = program.plan();
    let outcome = match program.is_fixed() {
        true => reserve_at(plan.start, plan.length()),
        false => reserve_anywhere(plan),
    };
    outcome.map_err(|errno| match errno {
        Errno::EEXIST => ExecError::Occupied {
            path: program.path().to_owned(),
            start: plan.start,
            end: plan.end,
        },
        errno => ExecError::Map {
            path: program.path().to_owned(),
            address: plan.start,
            source: errno.into(),
        },
    })
}

/// Nothing is replaced: where something is already, this is `EEXIST`.
fn reserve_at(start: u64, length: u64) -> nix::Result<u64> {
    anonymous(
        start,
        length,
        ProtFlags::PROT_NONE,
        MapFlags::MAP_FIXED_NOREPLACE,
    )
}

/// Room with the alignment that the program asks for: more than needed, and what is too much given
/// back.
fn reserve_anywhere(plan: &Plan) -> nix::Result<u64> {
    let length = plan.length();
    let all = length.checked_add(plan.align).ok_or(Errno::ENOMEM)?;
    let first = anonymous(0, all, ProtFlags::PROT_NONE, MapFlags::MAP_NORESERVE)?;
    let start = first.next_multiple_of(plan.align);
    give_back(first, start - first)?;
    give_back(start + length, first + all - (start + length))?;
    Ok(start)
}

fn give_back(address: u64, length: u64) -> nix::Result<()> {
    match NonNull::new(ptr::with_exposed_provenance_mut(address as usize)) {
        // SAFETY: an end of the reservation just made, which nobody uses.
        Some(pointer) if length > 0 => unsafe { munmap(pointer, length as usize) },
        _ => Ok(()),
    }
}

/// Maps one piece over its part of the reservation.
fn place(program: &Program, piece: &Piece, address: u64) -> io::Result<()> {
    let protection = flags(piece.protection);
    let Some(offset) = piece.offset else {
        anonymous(address, piece.length, protection, MapFlags::MAP_FIXED)?;
        return Ok(());
    };
    let length = size(piece.length)?;
    let place = NonZeroUsize::new(address as usize);
    let kind = MapFlags::MAP_PRIVATE | MapFlags::MAP_FIXED;
    let offset = offset as libc::off_t;
    // SAFETY: it replaces pages of the reservation only.
    let pages = unsafe { mmap(place, length, protection, kind, program.file(), offset) }?;
    let clear = piece.clear as usize;
    // SAFETY: within the pages just mapped.
    let tail = unsafe { pages.cast::<u8>().add(length.get() - clear) };
    if clear > 0 {
        // SAFETY: the plan clears only what is writable, and it ends where the pages do.
        unsafe { tail.write_bytes(0, clear) };
    }
    Ok(())
}

/// Pages of zeros; anywhere, when `address` is 0.
fn anonymous(address: u64, length: u64, may: ProtFlags, how: MapFlags) -> nix::Result<u64> {
    let place = NonZeroUsize::new(address as usize);
    let length = size(length)?;
    let how = how | MapFlags::MAP_PRIVATE;
    // SAFETY: without MAP_FIXED it replaces nothing; with it, a part of a reservation.
    let pages = unsafe { mmap_anonymous(place, length, may, how) }?;
    Ok(pages.as_ptr().expose_provenance() as u64)
}

fn size(length: u64) -> nix::Result<NonZeroUsize> {
    NonZeroUsize::new(length as usize).ok_or(Errno::EINVAL)
}

fn flags(protection: Protection) -> ProtFlags {
    let mut flags = ProtFlags::PROT_NONE;
    flags.set(ProtFlags::PROT_READ, protection.read);
    flags.set(ProtFlags::PROT_WRITE, protection.write);
    flags.set(ProtFlags::PROT_EXEC, protection.execute);
    flags
}

/// A stack of the size that the limit allows, with the image at its top and a page that nobody may
/// touch at its end. Returns the stack pointer.
pub(super) fn stack(input: &StackInput<'_>, executable: bool) -> Result<u64, ExecError> {
    let process = |errno: Errno| ExecError::Process(errno.into());
    let length = stack_length().map_err(process)?;
    let mut may = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    may.set(ProtFlags::PROT_EXEC, executable);
    let how = MapFlags::MAP_NORESERVE | MapFlags::MAP_STACK;
    let guard = page_size();
    let all = anonymous(0, length + guard, ProtFlags::PROT_NONE, how).map_err(process)?;
    let (start, top) = (all + guard, all + guard + length);
    anonymous(start, length, may, how | MapFlags::MAP_FIXED).map_err(process)?;

    // Above a quarter of it the kernel would refuse too: E2BIG.
    let image = Stack::new(input, top, top - length / 4)?;
    let place = ptr::with_exposed_provenance_mut::<u8>(image.pointer as usize);
    // SAFETY: `Stack` ends at `top` and begins above `start`: all of it has just been mapped.
    unsafe { ptr::copy_nonoverlapping(image.bytes.as_ptr(), place, image.bytes.len()) };
    Ok(image.pointer)
}

/// `RLIMIT_STACK`, in whole pages, within reason. The kernel lets a stack grow until there; ours is
/// mapped at once, and costs memory only where it is touched.
fn stack_length() -> nix::Result<u64> {
    let (soft, _) = getrlimit(Resource::RLIMIT_STACK)?;
    Ok(soft.clamp(1 << 18, 1 << 30) / page_size() * page_size())
}

/// In bytes.
pub(super) fn page_size() -> u64 {
    let size = sysconf(SysconfVar::PAGE_SIZE).ok().flatten();
    size.map_or(4096, |size| size as u64)
}

/// The text that an entry of our own auxiliary vector points at.
pub(super) fn own_text(kind: u64) -> Option<CString> {
    // SAFETY: it only looks a number up.
    let address = unsafe { libc::getauxval(kind as libc::c_ulong) };
    let text: *const libc::c_char = ptr::with_exposed_provenance(address as usize);
    if text.is_null() {
        return None;
    }
    // SAFETY: the kernel has put a C string there, at the bottom of the stack, which stays.
    Some(unsafe { CStr::from_ptr(text) }.to_owned())
}
