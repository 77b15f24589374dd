//! A file's symbol table: which function an address is in.

use object::{Object, ObjectSymbol, SymbolKind};
use rustc_demangle::demangle;

/// The functions of a file, by address.
#[derive(Default)]
pub(super) struct SymbolTable {
    /// Ordered by address; of several names for one function the plainest comes first.
    functions: Vec<Symbol>,
}

/// A function.
pub(super) struct Symbol {
    pub(super) address: u64,
    /// In bytes; 0 when the table does not say.
    pub(super) size: u64,
    /// As the linker knows it.
    pub(super) name: String,
}

impl SymbolTable {
    /// The functions of both tables: the full one, which `strip` removes, and the dynamic linker's.
    pub(super) fn of(file: &object::File<'_>) -> Self {
        let mut functions: Vec<_> = file
            .symbols()
            .chain(file.dynamic_symbols())
            .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition())
            .filter_map(|symbol| Symbol::new(&symbol))
            .collect();
        functions.sort_by(|a, b| a.rank().cmp(&b.rank()));
        Self { functions }
    }

    /// The function that `address` is in, demangled.
    pub(super) fn name_at(&self, address: u64) -> Option<String> {
        let after = self.functions.partition_point(|s| s.address <= address);
        let start = self.functions[..after].last()?.address;
        let symbol = &self.functions[self.functions.partition_point(|s| s.address < start)];
        let inside = symbol.size == 0 || address - symbol.address < symbol.size;
        inside.then(|| symbol.path())
    }

    /// All functions, ordered by address.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Symbol> {
        self.functions.iter()
    }

    /// The function of this name, as the linker knows it.
    pub(super) fn named(&self, name: &str) -> Option<&Symbol> {
        self.iter().find(|symbol| symbol.name == name)
    }
}

impl Symbol {
    fn new<'a>(symbol: &impl ObjectSymbol<'a>) -> Option<Self> {
        Some(Self {
            address: symbol.address(),
            size: symbol.size(),
            name: symbol.name().ok()?.to_owned(),
        })
    }

    /// Without Rust's hash: `std::fs::File::create`.
    pub(super) fn path(&self) -> String {
        format!("{:#}", demangle(&self.name))
    }

    /// Libraries give one function several names (`__open64`, `open64`, `open`). The one that a
    /// program would call comes first: with a size, without underscores, short.
    fn rank(&self) -> (u64, bool, usize, usize, &str) {
        let underscores = self.name.bytes().take_while(|&byte| byte == b'_').count();
        let name = self.name.as_str();
        (self.address, self.size == 0, underscores, name.len(), name)
    }
}
