//! How far the address is into the segment decides, and one subtraction tells: compared with
//! `file_size` it needs no sum that could pass the end of all numbers. What lies between `file_size`
//! and `memory_size` is `.bss`: in memory, and in no file.

use loader::elf::Segment;
use loader::elf::segment::PT_LOAD;

/// Where in the file the byte is that is loaded to `address`.
pub fn offset_of(segments: &[Segment], address: u64) -> Option<u64> {
    segments
        .iter()
        .filter(|segment| segment.kind == PT_LOAD)
        .find_map(|segment| {
            let distance = address.checked_sub(segment.virtual_address)?;
            if distance >= segment.file_size {
                return None;
            }
            segment.offset.checked_add(distance)
        })
}
