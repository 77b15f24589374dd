//! Several Mach-O files in one.

use crate::bytes::{Bytes, Endian, Fields, Layout, Malformed, Record, Table, What};

use super::Macho;

/// One file of several (`fat_arch`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// `cputype`.
    pub cpu: u32,
    /// `cpusubtype`.
    pub cpu_subtype: u32,
    /// Where it is in the file.
    pub offset: u64,
    /// How many bytes it has.
    pub size: u64,
    /// `align`: the power of two.
    pub alignment: u32,
}

impl Record for Member {
    const NAME: &'static str = "fat member";

    fn size(layout: Layout) -> u64 {
        if layout.wide { 32 } else { 20 }
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        Self {
            cpu: fields.u32(),
            cpu_subtype: fields.u32(),
            offset: fields.word(),
            size: fields.word(),
            alignment: fields.u32(),
        }
    }
}

/// A fat file. Its numbers are big-endian whatever its members' are.
#[derive(Debug, Clone, Copy)]
pub struct Fat<'d> {
    file: Bytes<'d>,
    members: Table<'d, Member>,
}

impl<'d> Fat<'d> {
    /// Reads the list of members.
    ///
    /// # Errors
    ///
    /// The list is not all there.
    pub fn parse(file: &'d [u8]) -> Result<Self, Malformed> {
        let file = Bytes::new(file);
        let narrow = Layout {
            endian: Endian::Big,
            wide: false,
        };
        let mut fields = file.fields(0, 8, narrow, What::the("fat header"))?;
        let (magic, count) = (fields.u32(), fields.u32());
        let wide = magic & 1 != 0;
        let layout = Layout { wide, ..narrow };
        let stride = Member::size(layout);
        let members = Table::at(file, 8, count.into(), stride, layout)?;
        Ok(Self { file, members })
    }

    /// The members, in order.
    pub fn members(&self) -> Table<'d, Member> {
        self.members
    }

    /// The file that a member is.
    ///
    /// # Errors
    ///
    /// It is not all there, or not a Mach-O file.
    pub fn open(&self, member: &Member) -> Result<Macho<'d>, Malformed> {
        let what = What::the("fat member");
        Macho::parse(self.file.slice(member.offset, member.size, what)?)
    }
}
