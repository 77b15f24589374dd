//! Symbols (`nlist_64`).

use crate::bytes::{Fields, Iter, Layout, Malformed, Record, Strings, Table};

/// One entry of the symbol table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbol {
    /// `n_strx`: where its name starts in the strings.
    pub name: u32,
    /// `n_type`: a debugger's entry, or visibility and kind.
    pub kind: u8,
    /// `n_sect`: the number of its section from 1 on, or 0.
    pub section: u8,
    /// `n_desc`: more about it.
    pub description: u16,
    /// `n_value`.
    pub value: u64,
}

impl Symbol {
    /// Whether it is there for the debugger alone (`N_STAB`).
    pub fn is_debug(&self) -> bool {
        self.kind & 0xe0 != 0
    }

    /// Whether other files see it (`N_EXT`).
    pub fn is_external(&self) -> bool {
        self.kind & 1 != 0
    }

    /// Whether this file defines it and not another.
    pub fn is_defined(&self) -> bool {
        self.kind & 0xe != 0
    }
}

impl Record for Symbol {
    const NAME: &'static str = "symbol";

    fn size(layout: Layout) -> u64 {
        if layout.wide { 16 } else { 12 }
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        Self {
            name: fields.u32(),
            kind: fields.u8(),
            section: fields.u8(),
            description: fields.u16(),
            value: fields.word(),
        }
    }
}

/// The symbol table with its strings.
#[derive(Debug, Clone, Copy)]
pub struct Symbols<'d> {
    pub(super) table: Table<'d, Symbol>,
    pub(super) strings: Strings<'d>,
}

impl<'d> Symbols<'d> {
    /// How many there are.
    pub fn len(&self) -> u64 {
        self.table.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The symbol with this number.
    pub fn get(&self, number: u64) -> Option<Symbol> {
        self.table.get(number)
    }

    /// All symbols, in order.
    pub fn iter(&self) -> Iter<'d, Symbol> {
        self.table.iter()
    }

    /// The name of one of these symbols, with the underscore that C names start with here.
    ///
    /// # Errors
    ///
    /// It is outside the strings.
    pub fn name(&self, symbol: &Symbol) -> Result<&'d [u8], Malformed> {
        if symbol.name == 0 {
            return Ok(b"");
        }
        self.strings.get(symbol.name.into())
    }
}
