//! The finished executable.

use super::input::Group;
use super::layout::{BASE, Layout};
use crate::elf::segment::{PF_R, PF_W, PF_X, PT_GNU_STACK, PT_LOAD};
use crate::elf::{ET_EXEC, Machine};

const HEADER: u64 = 64;
const ENTRY: u64 = 56;

/// Every byte's offset is its address less `BASE`: so offset and address of each segment agree modulo
/// the page, at the price of zeros between the segments.
pub(super) fn write(machine: Machine, entry: u64, layout: &Layout) -> Vec<u8> {
    let full = layout
        .segments
        .iter()
        .filter(|segment| !segment.bytes.is_empty());
    let full: Vec<_> = full.collect();
    let count = full.len() as u16 + 1;
    let mut file = header(machine, entry, count);
    for segment in &full {
        let flags = match segment.group {
            Group::Code => PF_R | PF_X,
            Group::Constants => PF_R,
            Group::Data => PF_R | PF_W,
        };
        let size = segment.bytes.len() as u64;
        let at = segment.address;
        program_header(
            &mut file,
            PT_LOAD,
            flags,
            [at - BASE, at, size, super::layout::PAGE],
        );
    }
    // Without it, old kernels make the stack executable.
    program_header(&mut file, PT_GNU_STACK, PF_R | PF_W, [0, 0, 0, 16]);
    for segment in &full {
        file.resize((segment.address - BASE) as usize, 0);
        file.extend_from_slice(&segment.bytes);
    }
    file
}

fn header(machine: Machine, entry: u64, count: u16) -> Vec<u8> {
    // 64 bits, little-endian, version 1, System V.
    let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    let halves = |file: &mut Vec<u8>, values: &[u16]| {
        values
            .iter()
            .for_each(|value| file.extend(value.to_le_bytes()));
    };
    halves(&mut file, &[ET_EXEC, machine.0]);
    file.extend(1_u32.to_le_bytes());
    // The entry; the program headers, right behind this; no sections.
    for word in [entry, HEADER, 0] {
        file.extend(word.to_le_bytes());
    }
    file.extend(0_u32.to_le_bytes());
    halves(&mut file, &[HEADER as u16, ENTRY as u16, count, 0, 0, 0]);
    file
}

/// Offset, address, size and alignment.
fn program_header(file: &mut Vec<u8>, kind: u32, flags: u32, place: [u64; 4]) {
    let [offset, address, size, align] = place;
    file.extend(kind.to_le_bytes());
    file.extend(flags.to_le_bytes());
    for word in [offset, address, address, size, size, align] {
        file.extend(word.to_le_bytes());
    }
}
