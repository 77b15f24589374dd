//! Symbols of a file without sections. The dynamic linker knows where its table starts and never asks
//! how long it is: it gets every number from a hash table. So does this, and takes the greatest.

use crate::bytes::{Bytes, Layout, Malformed, Record, Table, What};

use super::dynamic::DT_SYMTAB;
use super::symbol::Number;
use super::{Elf, Symbol, Symbols};

const HASH: What = What::the("hash table of symbols");

impl<'d> Elf<'d> {
    pub(super) fn symbols_without_sections(&self) -> Result<Option<Symbols<'d>>, Malformed> {
        let Some(dynamic) = self.dynamic()? else {
            return Ok(None);
        };
        let Some(start) = dynamic.value(DT_SYMTAB) else {
            return Ok(None);
        };
        let count = match (dynamic.value(DT_HASH), dynamic.value(DT_GNU_HASH)) {
            (Some(address), _) => self.count_hashed(address)?,
            (None, Some(address)) => self.count_gnu_hashed(address)?,
            (None, None) => return Ok(None),
        };
        let layout = self.layout();
        let stride = Symbol::size(layout);
        let offset = self.offset_of(start).unwrap_or(u64::MAX);
        Ok(Some(Symbols {
            table: Table::at(self.file, offset, count, stride, layout)?,
            strings: dynamic.strings(),
            extended: Table::empty(layout),
            section: 0,
        }))
    }

    /// The old table has a chain link for each symbol, and says how many.
    fn count_hashed(&self, address: u64) -> Result<u64, Malformed> {
        let header = self.at_address(address, 8, HASH)?;
        let mut fields = header.fields(0, 8, self.layout(), HASH)?;
        fields.u32();
        Ok(u64::from(fields.u32()))
    }

    /// GNU's has symbols sorted by bucket; the last one of the last bucket has the lowest bit of its
    /// hash set.
    fn count_gnu_hashed(&self, address: u64) -> Result<u64, Malformed> {
        let layout = self.layout();
        let narrow = Layout {
            wide: false,
            ..layout
        };
        let mut fields = self
            .at_address(address, 16, HASH)?
            .fields(0, 16, narrow, HASH)?;
        let (buckets, first) = (u64::from(fields.u32()), u64::from(fields.u32()));
        let filter = u64::from(fields.u32()) * if layout.wide { 8 } else { 4 };
        let offset = self.offset_of(address).unwrap_or(u64::MAX);
        let table = self.file.from(offset, HASH)?;
        let starts: Table<'_, Number> = Table::at(table, 16 + filter, buckets, 4, layout)?;
        let last = starts
            .iter()
            .map(|number| u64::from(number.0))
            .max()
            .unwrap_or(0);
        if last < first {
            return Ok(first);
        }
        let chains = table.from(16 + filter + buckets * 4, HASH)?;
        Ok(last + length_of_chain(chains, last - first, layout)?)
    }
}

fn length_of_chain(chains: Bytes<'_>, skipped: u64, layout: Layout) -> Result<u64, Malformed> {
    let rest = chains.from(skipped * 4, HASH)?;
    let hashes: Table<'_, Number> = Table::new(rest, 4, layout)?;
    let is_last = |number: &Number| number.0 & 1 == 1;
    let length = hashes.iter().position(|number| is_last(&number));
    Ok(length.map_or(hashes.len(), |before| before as u64 + 1))
}

const DT_HASH: u64 = 4;
const DT_GNU_HASH: u64 = 0x6fff_fef5;
