//! Which function an address is in.

use crate::elf::Elf;
use crate::elf::symbol::{SHN_ABS, STT_FUNC, STT_NOTYPE, STT_OBJECT, Symbol};
use crate::lines::demangled;

/// One symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As linked.
    pub address: u64,
    /// In bytes; 0 where nobody has said.
    pub size: u64,
    /// Demangled if it is Rust's.
    pub text: String,
    /// As it stands in the file.
    pub raw: String,
    /// Whether it is something to run.
    pub is_function: bool,
}

/// The symbols of a file by their addresses.
///
/// Invariant: in rising order of addresses; of several at one address, the one to print comes first.
#[derive(Clone, Debug, Default)]
pub struct Names {
    names: Vec<Name>,
}

impl Names {
    /// The symbols of `elf`: of the symbol table, or of the dynamic one where the file was stripped.
    /// A broken table counts as none.
    pub fn of(elf: &Elf<'_>) -> Self {
        let full = elf.symbols().ok().flatten();
        let symbols = full.or_else(|| elf.dynamic_symbols().ok().flatten());
        let mut names = Vec::new();
        for symbol in symbols.iter().flat_map(|symbols| symbols.iter()) {
            let text = symbols
                .as_ref()
                .and_then(|symbols| symbols.name(&symbol).ok());
            names.extend(name(&symbol, text.unwrap_or_default()));
        }
        Self::new(names)
    }

    /// Sorts them.
    pub fn new(mut names: Vec<Name>) -> Self {
        // A function before a label, a sized one before one without a size.
        names.sort_by_key(|name| (name.address, !name.is_function, name.size == 0));
        Names { names }
    }

    /// In rising order of their addresses.
    pub fn iter(&self) -> impl Iterator<Item = &Name> {
        self.names.iter()
    }

    /// The last symbol at or below `address`, if it does not end before it.
    pub fn at(&self, address: u64) -> Option<&Name> {
        let end = self.names.partition_point(|name| name.address <= address);
        let last = self.names[..end].last()?.address;
        let first = self.names[..end].partition_point(|name| name.address < last);
        let name = &self.names[first];
        let is_past = name.size > 0 && address - name.address >= name.size;
        (!is_past || address == name.address).then_some(name)
    }

    /// The function that begins at `address`.
    pub fn exactly(&self, address: u64) -> Option<&Name> {
        self.at(address).filter(|name| name.address == address)
    }

    /// These and those.
    pub(super) fn and(self, more: Vec<Name>) -> Self {
        let mut names = self.names;
        names.extend(more);
        Self::new(names)
    }

    /// The symbols with this name: as it stands in the file, or demangled.
    pub fn named<'n>(&'n self, text: &'n str) -> impl Iterator<Item = &'n Name> {
        self.names
            .iter()
            .filter(move |name| name.raw == text || name.text == text)
    }

    /// `<name>` or `<name+0x1f>`; nothing where no symbol is.
    pub fn label(&self, address: u64) -> Option<String> {
        let name = self.at(address)?;
        Some(match address - name.address {
            0 => format!("<{}>", name.text),
            distance => format!("<{}+{distance:#x}>", name.text),
        })
    }
}

fn name(symbol: &Symbol, text: &[u8]) -> Option<Name> {
    let kind = symbol.kind();
    let has_address = symbol.is_defined() && symbol.section != SHN_ABS && symbol.value != 0;
    let text = std::str::from_utf8(text)
        .ok()
        .filter(|text| !text.is_empty())?;
    // `$x` and `$d` mark code and data for arm64's tools.
    let is_mark = text.starts_with('$') && text.len() <= 3;
    if !has_address || is_mark || !matches!(kind, STT_FUNC | STT_NOTYPE | STT_OBJECT) {
        return None;
    }
    Some(Name {
        address: symbol.value,
        size: symbol.size,
        text: demangled(text),
        raw: text.to_owned(),
        is_function: kind == STT_FUNC,
    })
}
