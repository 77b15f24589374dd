//! Segments: the file as the kernel and the dynamic linker see it.

use crate::bytes::{Fields, Layout, Record};

use super::Section;
use super::section::{SHF_ALLOC, SHF_TLS, SHT_NOBITS};

/// One entry of the program header table (elf(5), `Elf64_Phdr`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// `p_type`: one of the `PT_` constants.
    pub kind: u32,
    /// `p_flags`: `PF_` bits.
    pub flags: u32,
    /// `p_offset`: where it is in the file.
    pub offset: u64,
    /// `p_vaddr`: where it goes in memory.
    pub virtual_address: u64,
    /// `p_paddr`: the same on machines without address translation.
    pub physical_address: u64,
    /// `p_filesz`: how many bytes come from the file.
    pub file_size: u64,
    /// `p_memsz`: how many bytes it has in memory; those beyond the file's are zero.
    pub memory_size: u64,
    /// `p_align`.
    pub alignment: u64,
}

impl Record for Segment {
    const NAME: &'static str = "program header";

    fn size(layout: Layout) -> u64 {
        if layout.wide { 56 } else { 32 }
    }

    /// The flags moved when addresses grew, so that all eight-byte fields are aligned.
    fn decode(fields: &mut Fields<'_>) -> Self {
        let wide = fields.is_wide();
        let kind = fields.u32();
        let early_flags = if wide { fields.u32() } else { 0 };
        let mut segment = Self {
            kind,
            flags: early_flags,
            offset: fields.word(),
            virtual_address: fields.word(),
            physical_address: fields.word(),
            file_size: fields.word(),
            memory_size: fields.word(),
            alignment: 0,
        };
        if !wide {
            segment.flags = fields.u32();
        }
        segment.alignment = fields.word();
        segment
    }
}

impl Segment {
    /// Whether a section lies in it, in the file and in memory.
    ///
    /// Thread-local sections belong to [`PT_TLS`], [`PT_LOAD`] and [`PT_GNU_RELRO`] alone, and `.tbss` to
    /// [`PT_TLS`] alone: it has an address, and no memory there.
    pub fn contains(&self, section: &Section) -> bool {
        let thread_local = section.flags & SHF_TLS != 0;
        let fits_kind = if thread_local {
            self.kind == PT_TLS || section.kind != SHT_NOBITS && self.may_hold_tls()
        } else {
            !matches!(self.kind, PT_TLS | PT_PHDR)
        };
        let in_memory = section.flags & SHF_ALLOC != 0;
        let wants_memory = matches!(
            self.kind,
            PT_LOAD | PT_DYNAMIC | PT_GNU_EH_FRAME | PT_GNU_STACK | PT_GNU_RELRO
        );
        fits_kind
            && (in_memory || !wants_memory)
            && self.contains_in_file(section)
            && (!in_memory || self.contains_in_memory(section))
            && self.is_not_beside(section)
    }

    fn may_hold_tls(&self) -> bool {
        matches!(self.kind, PT_LOAD | PT_GNU_RELRO)
    }

    fn contains_in_file(&self, section: &Section) -> bool {
        section.kind == SHT_NOBITS
            || lies_in(section.offset, section.size, self.offset, self.file_size)
    }

    fn contains_in_memory(&self, section: &Section) -> bool {
        let (start, size) = (section.address, section.size);
        lies_in(start, size, self.virtual_address, self.memory_size)
    }

    /// An empty section at either end of [`PT_DYNAMIC`] or [`PT_NOTE`] is its neighbour.
    fn is_not_beside(&self, section: &Section) -> bool {
        if !matches!(self.kind, PT_DYNAMIC | PT_NOTE) || section.size != 0 || self.memory_size == 0
        {
            return true;
        }
        let strictly_in = |at: u64, start: u64, size: u64| at > start && at - start < size;
        (section.kind == SHT_NOBITS || strictly_in(section.offset, self.offset, self.file_size))
            && (section.flags & SHF_ALLOC == 0
                || strictly_in(section.address, self.virtual_address, self.memory_size))
    }
}

/// Whether `size` bytes at `start` lie in the `room` bytes at `from`; nothing lies at their very end.
fn lies_in(start: u64, size: u64, from: u64, room: u64) -> bool {
    let Some(before) = start.checked_sub(from) else {
        return false;
    };
    before <= room.saturating_sub(1) && before.saturating_add(size) <= room
}

/// Mapped into memory.
pub const PT_LOAD: u32 = 1;
/// What the dynamic linker needs.
pub const PT_DYNAMIC: u32 = 2;
/// The path of the dynamic linker.
pub const PT_INTERP: u32 = 3;
/// Notes.
pub const PT_NOTE: u32 = 4;
/// The program headers themselves.
pub const PT_PHDR: u32 = 6;
/// What each thread gets a copy of.
pub const PT_TLS: u32 = 7;
/// How to unwind the stack.
pub const PT_GNU_EH_FRAME: u32 = 0x6474_e550;
/// Whether the stack may be executed.
pub const PT_GNU_STACK: u32 = 0x6474_e551;
/// What becomes read-only after relocation.
pub const PT_GNU_RELRO: u32 = 0x6474_e552;
/// A note about what the code is prepared for.
pub const PT_GNU_PROPERTY: u32 = 0x6474_e553;

/// May be executed.
pub const PF_X: u32 = 1;
/// May be written.
pub const PF_W: u32 = 2;
/// May be read.
pub const PF_R: u32 = 4;
