//! Finds where in a program's file the byte of an address is.
//!
//! A `PT_LOAD` segment puts `file_size` bytes at `offset` of the file to `virtual_address`, and zeros
//! behind them up to `memory_size`. Segments of other kinds point into these. `offset_of` returns the
//! place in the file whose byte is at `address`; `None` if no byte of the file is: nothing is loaded
//! there, or only zeros. The numbers come from a file and may be anything.
//!
//! Checked: tables with gaps, zeros and wrong numbers, and on Linux this program itself.
//! (`Elf::offset_of` of the library does it; do it without.)
//!
//! Lesson: loader/segments-in-memory

use loader::elf::Segment;

/// Where in the file the byte is that is loaded to `address`.
pub fn offset_of(segments: &[Segment], address: u64) -> Option<u64> {
    for segment in segments {
        let end = segment.virtual_address + segment.memory_size;
        if segment.virtual_address <= address && address < end {
            return Some(segment.offset + (address - segment.virtual_address));
        }
    }
    None
}
