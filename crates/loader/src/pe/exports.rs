//! What a library exports: a list of addresses, and beside it a sorted list of names with numbers.

use crate::bytes::{Malformed, Reason, Table, What};
use crate::elf::symbol::Number;
use crate::elf::version::Index;

use super::{LITTLE, Pe};

/// The exports of a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exports<'d> {
    /// What the library calls itself.
    pub name: &'d [u8],
    /// What can be imported, by number.
    pub exports: Vec<Export<'d>>,
}

/// One function or variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Export<'d> {
    /// Its number.
    pub ordinal: u32,
    /// Its relative virtual address.
    pub address: u32,
    /// Its name, if it has one.
    pub name: Option<&'d [u8]>,
    /// The library and name that really has it.
    pub forwarder: Option<&'d [u8]>,
}

const EXPORTS: What = What::the("export table");

pub(super) fn read<'d>(pe: &Pe<'d>) -> Result<Option<Exports<'d>>, Malformed> {
    let Some(directory) = pe.directory(0) else {
        return Ok(None);
    };
    let mut fields = pe
        .at(directory.address, EXPORTS)?
        .fields(0, 40, LITTLE, EXPORTS)?;
    fields.array::<12>();
    let (name, base) = (fields.u32(), fields.u32());
    let (count, named) = (u64::from(fields.u32()), u64::from(fields.u32()));
    let (addresses, names, numbers) = (fields.u32(), fields.u32(), fields.u32());
    let addresses: Table<'_, Number> = table(pe, addresses, count, 4)?;
    let names: Table<'_, Number> = table(pe, names, named, 4)?;
    let numbers: Table<'_, Index> = table(pe, numbers, named, 2)?;
    let mut exports = Vec::new();
    for (number, Number(address)) in (0..).zip(&addresses) {
        let within = address.checked_sub(directory.address);
        let is_forwarder = within.is_some_and(|within| within < directory.size);
        let forwarder = is_forwarder
            .then(|| pe.string(address, EXPORTS))
            .transpose()?;
        exports.push(Export {
            ordinal: base.wrapping_add(number),
            address,
            name: None,
            forwarder,
        });
    }
    for (place, (Number(name), number)) in (0..).zip(names.iter().zip(numbers.iter())) {
        let export = exports.get_mut(usize::from(number.0)).ok_or_else(|| {
            let value = number.0.into();
            numbers.malformed(
                place,
                Reason::NoSuch {
                    name: "number of a name",
                    value,
                    count,
                },
            )
        })?;
        export.name = Some(pe.string(name, EXPORTS)?);
    }
    exports.retain(|export| export.address != 0);
    let name = pe.string(name, EXPORTS)?;
    Ok(Some(Exports { name, exports }))
}

fn table<'d, R: crate::bytes::Record>(
    pe: &Pe<'d>,
    address: u32,
    count: u64,
    stride: u64,
) -> Result<Table<'d, R>, Malformed> {
    if count == 0 {
        return Ok(Table::empty(LITTLE));
    }
    Table::at(pe.at(address, EXPORTS)?, 0, count, stride, LITTLE)
}
