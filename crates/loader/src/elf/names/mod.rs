//! What the numbers in an ELF file are called.
//!
//! The names are those of the format's documents without their prefixes, as readelf prints them. A
//! number that is not in these tables is printed as a number.

mod dynamic;
mod header;
mod machine;
mod note;
mod relocation;
mod section;
mod segment;
mod symbol;

pub use dynamic::{FLAGS, FLAGS_1, dynamic_tag};
pub use header::{file_type, file_type_in_full, os_abi};
pub use machine::{machine, machine_in_full};
pub use note::{gnu_note, note_type};
pub use relocation::relocation;
pub use section::section_type;
pub use segment::segment_type;
pub use symbol::{symbol_binding, symbol_type, symbol_visibility};

/// The entry of a table that is sorted by number.
fn look_up<T: Copy>(table: &[(u32, T)], number: u32) -> Option<T> {
    let place = table
        .binary_search_by_key(&number, |(number, _)| *number)
        .ok()?;
    Some(table[place].1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elf::Machine;

    #[test]
    fn numbers_are_found_in_sorted_tables() {
        assert_eq!(machine(Machine::RISCV), Some("riscv"));
        assert_eq!(relocation(Machine::X86_64, 37), Some("R_X86_64_IRELATIVE"));
        assert_eq!(
            relocation(Machine::AARCH64, 1027),
            Some("R_AARCH64_RELATIVE")
        );
        assert_eq!(relocation(Machine::X86_64, 4711), None);
        assert_eq!(section_type(Machine::ARM, 0x7000_0001), Some("ARM_EXIDX"));
        assert_eq!(dynamic_tag(Machine::X86_64, 0x6fff_fffb), Some("FLAGS_1"));
    }
}
