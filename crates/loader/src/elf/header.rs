//! The first 52 or 64 bytes: what kind of file, for which machine, and where the tables are.

use crate::bytes::{Bytes, Endian, Fields, Layout, Malformed, Reason, What};

use super::names;

/// The first four bytes of every ELF file.
pub const MAGIC: [u8; 4] = *b"\x7fELF";

const HEADER: What = What::the("ELF header");

/// Whether addresses have four bytes or eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Four.
    Elf32,
    /// Eight.
    Elf64,
}

/// The ELF header, field by field (elf(5)); the counts are as they stand there, see
/// [`Elf`](super::Elf) for the true ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// `e_ident`: the magic number and what follows.
    pub ident: [u8; 16],
    /// `EI_CLASS`.
    pub class: Class,
    /// `EI_DATA`.
    pub endian: Endian,
    /// `EI_OSABI`.
    pub os_abi: u8,
    /// `EI_ABIVERSION`.
    pub abi_version: u8,
    /// `e_type`.
    pub kind: u16,
    /// `e_machine`.
    pub machine: Machine,
    /// `e_version`.
    pub version: u32,
    /// `e_entry`: the address of the first instruction.
    pub entry: u64,
    /// `e_phoff`: the file offset of the program headers.
    pub segments_offset: u64,
    /// `e_shoff`: the file offset of the section headers.
    pub sections_offset: u64,
    /// `e_flags`: the machine's own.
    pub flags: u32,
    /// `e_ehsize`.
    pub header_size: u16,
    /// `e_phentsize`.
    pub segment_size: u16,
    /// `e_phnum`.
    pub segment_count: u16,
    /// `e_shentsize`.
    pub section_size: u16,
    /// `e_shnum`.
    pub section_count: u16,
    /// `e_shstrndx`.
    pub names_section: u16,
}

/// `e_type` of a file that still has to be linked.
pub const ET_REL: u16 = 1;
/// `e_type` of a program that runs where it was linked to run.
pub const ET_EXEC: u16 = 2;
/// `e_type` of a shared object, and of a program that runs anywhere.
pub const ET_DYN: u16 = 3;
/// `e_type` of a dump of a process.
pub const ET_CORE: u16 = 4;

/// `e_machine`: whose instructions these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine(pub u16);

impl Machine {
    /// 32-bit x86.
    pub const I386: Self = Self(3);
    /// MIPS, 32 and 64 bit.
    pub const MIPS: Self = Self(8);
    /// PowerPC.
    pub const PPC: Self = Self(20);
    /// 64-bit PowerPC.
    pub const PPC64: Self = Self(21);
    /// IBM z.
    pub const S390: Self = Self(22);
    /// 32-bit Arm.
    pub const ARM: Self = Self(40);
    /// 64-bit x86.
    pub const X86_64: Self = Self(62);
    /// 64-bit Arm.
    pub const AARCH64: Self = Self(183);
    /// RISC-V, 32 and 64 bit.
    pub const RISCV: Self = Self(243);
    /// LoongArch.
    pub const LOONGARCH: Self = Self(258);

    /// A short name, such as `x86-64`, if this machine is one that we know.
    pub fn name(self) -> Option<&'static str> {
        names::machine(self)
    }
}

impl Header {
    /// Reads the header of the file that `file` is.
    ///
    /// # Errors
    ///
    /// It is too short, does not start with the magic number, or has an unknown class or byte order.
    pub fn parse(file: Bytes<'_>) -> Result<Self, Malformed> {
        let unknown = Layout {
            endian: Endian::Little,
            wide: false,
        };
        let ident: [u8; 16] = file.fields(0, 16, unknown, HEADER)?.array();
        if ident[..4] != MAGIC {
            let reason = Reason::Other("it does not start with 7f 45 4c 46");
            return Err(file.malformed(0, HEADER, reason));
        }
        let class = match ident[4] {
            1 => Class::Elf32,
            2 => Class::Elf64,
            value => return Err(bad(file, 4, "EI_CLASS", value)),
        };
        let endian = match ident[5] {
            1 => Endian::Little,
            2 => Endian::Big,
            value => return Err(bad(file, 5, "EI_DATA", value)),
        };
        let layout = Layout {
            endian,
            wide: class == Class::Elf64,
        };
        let size = if layout.wide { 48 } else { 36 };
        let fields = file.fields(16, size, layout, HEADER)?;
        Ok(Self::after_ident(ident, class, endian, fields))
    }

    fn after_ident(ident: [u8; 16], class: Class, endian: Endian, mut fields: Fields<'_>) -> Self {
        Self {
            ident,
            class,
            endian,
            os_abi: ident[7],
            abi_version: ident[8],
            kind: fields.u16(),
            machine: Machine(fields.u16()),
            version: fields.u32(),
            entry: fields.word(),
            segments_offset: fields.word(),
            sections_offset: fields.word(),
            flags: fields.u32(),
            header_size: fields.u16(),
            segment_size: fields.u16(),
            segment_count: fields.u16(),
            section_size: fields.u16(),
            section_count: fields.u16(),
            names_section: fields.u16(),
        }
    }

    /// How numbers are stored in this file.
    pub fn layout(&self) -> Layout {
        Layout {
            endian: self.endian,
            wide: self.class == Class::Elf64,
        }
    }
}

fn bad(file: Bytes<'_>, offset: u64, name: &'static str, value: u8) -> Malformed {
    let value = u64::from(value);
    file.malformed(offset, HEADER, Reason::Value { name, value })
}
