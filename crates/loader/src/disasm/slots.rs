//! Names for addresses that no symbol has: slots of the global offset table, and the stubs of the
//! procedure linkage table that jump through them.
//!
//! Code that may lie anywhere reaches a function of another file by an address in memory, a *slot*, which
//! the dynamic linker fills in. A relocation says whose address that is. A stub is `jmp *slot`, after
//! an `endbr64` or not, in a section whose name begins with `.plt`.

use std::collections::BTreeMap;

use super::decoder::Decoder;
use super::names::{Name, Names};
use crate::elf::section::{SHF_EXECINSTR, Section};
use crate::elf::{Elf, Machine};

const R_X86_64_GLOB_DAT: u32 = 6;
const R_X86_64_JUMP_SLOT: u32 = 7;
const R_X86_64_RELATIVE: u32 = 8;
const R_AARCH64_GLOB_DAT: u32 = 1025;
const R_AARCH64_JUMP_SLOT: u32 = 1026;
const R_AARCH64_RELATIVE: u32 = 1027;

/// All slots and stubs whose function is known from `names` or from a relocation.
pub(super) fn all(elf: &Elf<'_>, names: &Names, decoder: Decoder) -> Vec<Name> {
    let slots = slots(elf, names);
    let mut found = stubs(elf, &slots, decoder);
    let named = |(address, text): (&u64, &String)| name(*address, 8, format!("{text}@got"));
    found.extend(slots.iter().map(named));
    found
}

fn slots(elf: &Elf<'_>, names: &Names) -> BTreeMap<u64, String> {
    let (imported, relative) = match elf.header().machine {
        Machine::X86_64 => ([R_X86_64_GLOB_DAT, R_X86_64_JUMP_SLOT], R_X86_64_RELATIVE),
        Machine::AARCH64 => (
            [R_AARCH64_GLOB_DAT, R_AARCH64_JUMP_SLOT],
            R_AARCH64_RELATIVE,
        ),
        _ => return BTreeMap::new(),
    };
    let symbols = elf.dynamic_symbols().ok().flatten();
    let import = |number: u32| {
        let symbols = symbols.as_ref()?;
        let symbol = symbols.get(number.into())?;
        Some(String::from_utf8_lossy(symbols.name(&symbol).ok()?).into_owned())
    };
    let tables = tables(elf);
    let in_table = |address: u64| tables.iter().any(|table| table.holds(address));
    let mut slots = BTreeMap::new();
    for (_, relocations) in elf.relocation_sections() {
        for relocation in relocations.iter().flat_map(|list| list.iter()) {
            let text = match relocation.kind {
                kind if imported.contains(&kind) => import(relocation.symbol),
                kind if kind == relative && in_table(relocation.offset) => relocation
                    .addend
                    .and_then(|address| names.exactly(address as u64))
                    .map(|name| name.text.clone()),
                _ => None,
            };
            slots.extend(text.map(|text| (relocation.offset, text)));
        }
    }
    slots
}

/// The sections with slots.
fn tables(elf: &Elf<'_>) -> Vec<Section> {
    let sections = elf.sections();
    let named = |section: &Section| {
        elf.section_name(section)
            .is_ok_and(|name| name.starts_with(b".got"))
    };
    sections.iter().filter(named).collect()
}

fn stubs(elf: &Elf<'_>, slots: &BTreeMap<u64, String>, decoder: Decoder) -> Vec<Name> {
    let mut found = Vec::new();
    for section in elf.sections().iter() {
        let is_plt = section.flags & SHF_EXECINSTR != 0
            && elf
                .section_name(&section)
                .is_ok_and(|name| name.starts_with(b".plt"));
        let code = elf.data(&section).ok().filter(|_| is_plt);
        let Some(code) = code else { continue };
        // A stub has 16 bytes, in `.plt.got` without `endbr64` 8.
        let size = if section.entry_size == 8 { 8 } else { 16 };
        for (number, stub) in code.as_slice().chunks(size).enumerate() {
            let address = section.address + (number * size) as u64;
            let slot = decoder.slot(stub, address);
            let text = slot.and_then(|slot| slots.get(&slot));
            found.extend(text.map(|text| name(address, size as u64, format!("{text}@plt"))));
        }
    }
    found
}

fn name(address: u64, size: u64, text: String) -> Name {
    Name {
        address,
        size,
        raw: text.clone(),
        text,
        is_function: false,
    }
}
