//! Versions of symbols: one library, several functions of the same name.
//!
//! Each dynamic symbol has a number (`.gnu.version`), and the number a name, either of a version that the
//! file defines (`.gnu.version_d`) or of one that it needs of a library (`.gnu.version_r`). Both are lists
//! of lists, chained by offsets.

use crate::bytes::{Bytes, Fields, Layout, Malformed, Reason, Record, Strings, Table, What};

/// The number of a symbol's version (`Elf64_Half` of `.gnu.version`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index(pub u16);

impl Index {
    /// The number without the flag.
    pub fn number(self) -> u16 {
        self.0 & 0x7fff
    }

    /// Whether it is not the version that a linker takes if none is asked for.
    pub fn is_hidden(self) -> bool {
        self.0 & 0x8000 != 0
    }
}

impl Record for Index {
    const NAME: &'static str = "symbol version";

    fn size(_: Layout) -> u64 {
        2
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        Self(fields.u16())
    }
}

/// A version that the file defines (`Elf64_Verdef`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition<'d> {
    /// Its offset in the section.
    pub offset: u64,
    /// `vd_version`: 1.
    pub revision: u16,
    /// `vd_flags`: [`VER_FLG_BASE`] for the name of the library itself.
    pub flags: u16,
    /// `vd_ndx`: its number.
    pub index: u16,
    /// `vd_hash`: of its name.
    pub hash: u32,
    /// Its name, and then those of the versions that it grew out of, with their offsets.
    pub names: Vec<(u64, &'d [u8])>,
}

/// What the file needs of one library (`Elf64_Verneed`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need<'d> {
    /// Its offset in the section.
    pub offset: u64,
    /// `vn_version`: 1.
    pub revision: u16,
    /// `vn_file`: the library.
    pub file: &'d [u8],
    /// The versions of it.
    pub versions: Vec<NeededVersion<'d>>,
}

/// One version that is needed (`Elf64_Vernaux`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeededVersion<'d> {
    /// Its offset in the section.
    pub offset: u64,
    /// `vna_hash`: of its name.
    pub hash: u32,
    /// `vna_flags`: [`VER_FLG_WEAK`] if it may be missing.
    pub flags: u16,
    /// `vna_other`: its number in this file.
    pub index: u16,
    /// Its name.
    pub name: &'d [u8],
}

/// The name of a symbol's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version<'d> {
    /// One that this file defines; `hidden` if it has to be asked for by name.
    Defined {
        /// Its name.
        name: &'d [u8],
        /// Whether it is not the default.
        hidden: bool,
    },
    /// One that a library has to define.
    Needed {
        /// Its name.
        name: &'d [u8],
        /// Its number in this file.
        index: u16,
    },
}

/// All that a file says of versions.
#[derive(Debug, Clone)]
pub struct Versions<'d> {
    /// One for each dynamic symbol.
    pub indices: Table<'d, Index>,
    /// What is defined here.
    pub definitions: Vec<Definition<'d>>,
    /// What is needed of others.
    pub needs: Vec<Need<'d>>,
    /// The names by number.
    by_number: Vec<Option<Version<'d>>>,
}

impl<'d> Versions<'d> {
    pub(super) fn new(
        indices: Table<'d, Index>,
        definitions: Vec<Definition<'d>>,
        needs: Vec<Need<'d>>,
    ) -> Self {
        let mut by_number = Vec::new();
        let mut name = |number: u16, version| {
            let number = usize::from(number & 0x7fff);
            if by_number.len() <= number {
                by_number.resize(number + 1, None);
            }
            by_number[number] = Some(version);
        };
        for definition in &definitions {
            if let Some((_, of_it)) = definition.names.first() {
                let hidden = false;
                name(
                    definition.index,
                    Version::Defined {
                        name: of_it,
                        hidden,
                    },
                );
            }
        }
        for version in needs.iter().flat_map(|need| &need.versions) {
            let (name_of_it, index) = (version.name, version.index);
            name(
                index,
                Version::Needed {
                    name: name_of_it,
                    index,
                },
            );
        }
        Self {
            indices,
            definitions,
            needs,
            by_number,
        }
    }

    /// The version of the dynamic symbol with this number; [`None`] if it has none.
    pub fn of(&self, symbol: u64) -> Option<Version<'d>> {
        let index = self.indices.get(symbol)?;
        match index.number() {
            VER_NDX_LOCAL | VER_NDX_GLOBAL => None,
            number => match (*self.by_number.get(usize::from(number))?)? {
                Version::Defined { name, .. } => Some(Version::Defined {
                    name,
                    hidden: index.is_hidden(),
                }),
                needed @ Version::Needed { .. } => Some(needed),
            },
        }
    }

    /// The name of the version with this number.
    pub fn name(&self, number: u16) -> Option<&'d [u8]> {
        match (*self.by_number.get(usize::from(number & 0x7fff))?)? {
            Version::Defined { name, .. } | Version::Needed { name, .. } => Some(name),
        }
    }
}

/// A symbol of this file alone.
pub const VER_NDX_LOCAL: u16 = 0;
/// A symbol without a version.
pub const VER_NDX_GLOBAL: u16 = 1;
/// The name of the library itself.
pub const VER_FLG_BASE: u16 = 1;
/// A version that may be missing.
pub const VER_FLG_WEAK: u16 = 2;

/// Follows the chains of one section. Each entry is longer than the shortest step, so that a chain of
/// entries that do not overlap has at most as many as fit; more of them are refused before they make us
/// turn in circles.
struct Chains<'d> {
    bytes: Bytes<'d>,
    layout: Layout,
    strings: Strings<'d>,
    /// How many more inner entries can be there.
    left: u64,
}

impl<'d> Chains<'d> {
    fn new(bytes: Bytes<'d>, layout: Layout, strings: Strings<'d>, least: u64) -> Self {
        let left = bytes.len() / least;
        Self {
            bytes,
            layout,
            strings,
            left,
        }
    }

    fn spend(&mut self, offset: u64, what: What) -> Result<(), Malformed> {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => return Err(self.overlap(offset, what)),
        }
        Ok(())
    }

    fn overlap(&self, offset: u64, what: What) -> Malformed {
        self.bytes
            .malformed(offset, what, Reason::Other("entries lie over each other"))
    }

    /// Where the next entry starts; [`None`] after the last.
    fn step(&self, at: u64, by: u32, least: u64, what: What) -> Result<Option<u64>, Malformed> {
        match u64::from(by) {
            0 => Ok(None),
            by if by < least => Err(self.overlap(at, what)),
            by => Ok(Some(at + by)),
        }
    }
}

const DEFINITION: What = What::the("version definition");
const NEED: What = What::the("version need");

/// Reads `.gnu.version_d`, of `count` entries.
pub(super) fn definitions<'d>(
    bytes: Bytes<'d>,
    count: u64,
    layout: Layout,
    strings: Strings<'d>,
) -> Result<Vec<Definition<'d>>, Malformed> {
    let mut chains = Chains::new(bytes, layout, strings, 8);
    let mut found = Vec::new();
    let mut next = (count > 0).then_some(0);
    while let Some(offset) = next.filter(|_| (found.len() as u64) < count) {
        let mut fields = bytes.fields(offset, 20, layout, DEFINITION)?;
        let (revision, flags, index, names) =
            (fields.u16(), fields.u16(), fields.u16(), fields.u16());
        let (hash, first, step) = (fields.u32(), fields.u32(), fields.u32());
        let names = chains.names(offset + u64::from(first), names)?;
        found.push(Definition {
            offset,
            revision,
            flags,
            index,
            hash,
            names,
        });
        next = chains.step(offset, step, 20, DEFINITION)?;
    }
    Ok(found)
}

/// Reads `.gnu.version_r`, of `count` entries.
pub(super) fn needs<'d>(
    bytes: Bytes<'d>,
    count: u64,
    layout: Layout,
    strings: Strings<'d>,
) -> Result<Vec<Need<'d>>, Malformed> {
    let mut chains = Chains::new(bytes, layout, strings, 16);
    let mut found = Vec::new();
    let mut next = (count > 0).then_some(0);
    while let Some(offset) = next.filter(|_| (found.len() as u64) < count) {
        let mut fields = bytes.fields(offset, 16, layout, NEED)?;
        let (revision, versions) = (fields.u16(), fields.u16());
        let (file, first, step) = (fields.u32(), fields.u32(), fields.u32());
        let file = strings.get(u64::from(file))?;
        let versions = chains.needed(offset + u64::from(first), versions)?;
        found.push(Need {
            offset,
            revision,
            file,
            versions,
        });
        next = chains.step(offset, step, 16, NEED)?;
    }
    Ok(found)
}

impl<'d> Chains<'d> {
    fn names(&mut self, first: u64, count: u16) -> Result<Vec<(u64, &'d [u8])>, Malformed> {
        let mut found = Vec::new();
        let mut next = (count > 0).then_some(first);
        while let Some(offset) = next.filter(|_| found.len() < usize::from(count)) {
            self.spend(offset, DEFINITION)?;
            let mut fields = self.bytes.fields(offset, 8, self.layout, DEFINITION)?;
            found.push((offset, self.strings.get(u64::from(fields.u32()))?));
            next = self.step(offset, fields.u32(), 8, DEFINITION)?;
        }
        Ok(found)
    }

    fn needed(&mut self, first: u64, count: u16) -> Result<Vec<NeededVersion<'d>>, Malformed> {
        let mut found = Vec::new();
        let mut next = (count > 0).then_some(first);
        while let Some(offset) = next.filter(|_| found.len() < usize::from(count)) {
            self.spend(offset, NEED)?;
            let mut fields = self.bytes.fields(offset, 16, self.layout, NEED)?;
            let (hash, flags, index) = (fields.u32(), fields.u16(), fields.u16());
            let name = self.strings.get(u64::from(fields.u32()))?;
            found.push(NeededVersion {
                offset,
                hash,
                flags,
                index,
                name,
            });
            next = self.step(offset, fields.u32(), 16, NEED)?;
        }
        Ok(found)
    }
}
