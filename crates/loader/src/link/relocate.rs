//! Holes and how to fill them.
//!
//! With S + A the address that is meant and P that of the hole, x86-64 wants S + A or S + A − P as a
//! number of 4 or 8 bytes. arm64's instructions have four bytes, and some of the bits are the
//! number's: 26 of them in a `bl`, which counts words, 21 in an `adrp`, which counts pages.
//! (System V ABI, AMD64 supplement, section 4.4; ELF for the Arm 64-bit Architecture, section 5.7.)

use super::error::LinkError;
use crate::elf::Machine;

/// A place whose value is known now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The relocation's type, a number of the machine's own.
    pub kind: u32,
    /// The address of the hole: P.
    pub place: u64,
    /// The address that is meant: S + A.
    pub target: u64,
}

/// Fills the hole at the beginning of `bytes`.
///
/// # Errors
///
/// The kind is unknown, the value does not fit, or `bytes` is too short.
pub fn fill(machine: Machine, hole: Hole, bytes: &mut [u8]) -> Result<(), LinkError> {
    match machine {
        Machine::AARCH64 => fill_arm64(hole, bytes),
        _ => fill_x86_64(hole, bytes),
    }
}

fn fill_x86_64(hole: Hole, bytes: &mut [u8]) -> Result<(), LinkError> {
    let distance = hole.target.wrapping_sub(hole.place) as i64;
    match hole.kind {
        // R_X86_64_64
        1 => put(bytes, &hole.target.to_le_bytes()),
        // R_X86_64_PC32 and PLT32: without shared libraries a call needs no stub.
        2 | 4 => put(bytes, &signed::<32>(hole, distance)?.to_le_bytes()[..4]),
        // R_X86_64_32
        10 => {
            let value = u32::try_from(hole.target).map_err(|_| range(hole, hole.target as i64))?;
            put(bytes, &value.to_le_bytes())
        }
        // R_X86_64_32S
        11 => put(
            bytes,
            &signed::<32>(hole, hole.target as i64)?.to_le_bytes()[..4],
        ),
        // R_X86_64_PC64
        24 => put(bytes, &distance.to_le_bytes()),
        kind => Err(LinkError::Kind { kind }),
    }
}

fn fill_arm64(hole: Hole, bytes: &mut [u8]) -> Result<(), LinkError> {
    let distance = hole.target.wrapping_sub(hole.place) as i64;
    let pages = (hole.target & !0xfff).wrapping_sub(hole.place & !0xfff) as i64;
    match hole.kind {
        // R_AARCH64_ABS64, ABS32, PREL64, PREL32
        257 => put(bytes, &hole.target.to_le_bytes()),
        258 => put(
            bytes,
            &signed::<33>(hole, hole.target as i64)?.to_le_bytes()[..4],
        ),
        260 => put(bytes, &distance.to_le_bytes()),
        261 => put(bytes, &signed::<32>(hole, distance)?.to_le_bytes()[..4]),
        // R_AARCH64_ADR_PREL_LO21, ADR_PREL_PG_HI21: the two low bits stand apart.
        274 => split(bytes, signed::<21>(hole, distance)?),
        275 => split(bytes, signed::<33>(hole, pages)? >> 12),
        // R_AARCH64_ADD_ABS_LO12_NC, and LDST8 to LDST128, which count in units of what is loaded
        277 | 278 => field(bytes, 10, 12, low(hole)),
        284 => field(bytes, 10, 12, low(hole) >> 1),
        285 => field(bytes, 10, 12, low(hole) >> 2),
        286 => field(bytes, 10, 12, low(hole) >> 3),
        299 => field(bytes, 10, 12, low(hole) >> 4),
        // R_AARCH64_CONDBR19, JUMP26 and CALL26: counted in instructions
        280 => field(bytes, 5, 19, signed::<21>(hole, distance)? >> 2),
        282 | 283 => field(bytes, 0, 26, signed::<28>(hole, distance)? >> 2),
        kind => Err(LinkError::Kind { kind }),
    }
}

/// The distance from the beginning of the page.
fn low(hole: Hole) -> i64 {
    (hole.target & 0xfff) as i64
}

/// The value, if it is a signed number of so many bits.
fn signed<const BITS: u32>(hole: Hole, value: i64) -> Result<i64, LinkError> {
    let limit = 1_i64 << (BITS - 1);
    match (-limit..limit).contains(&value) {
        true => Ok(value),
        false => Err(range(hole, value)),
    }
}

fn range(hole: Hole, value: i64) -> LinkError {
    LinkError::Range {
        kind: hole.kind,
        value,
    }
}

fn put(bytes: &mut [u8], value: &[u8]) -> Result<(), LinkError> {
    let outside = LinkError::Outside {
        offset: value.len() as u64,
    };
    let hole = bytes.get_mut(..value.len()).ok_or(outside)?;
    hole.copy_from_slice(value);
    Ok(())
}

/// Puts the lowest `width` bits of `value` into an instruction, from bit `shift` on.
fn field(bytes: &mut [u8], shift: u32, width: u32, value: i64) -> Result<(), LinkError> {
    let outside = LinkError::Outside { offset: 4 };
    let old = bytes.first_chunk::<4>().ok_or(outside)?;
    let mask = ((1_u32 << width) - 1) << shift;
    let new = (u32::from_le_bytes(*old) & !mask) | ((value as u32) << shift & mask);
    put(bytes, &new.to_le_bytes())
}

/// The number of `adr` and `adrp`: its two lowest bits are 29 and 30, the others 5 to 23.
fn split(bytes: &mut [u8], value: i64) -> Result<(), LinkError> {
    field(bytes, 29, 2, value)?;
    field(bytes, 5, 19, value >> 2)
}
