//! This is R_X86_64_PLT32: target + addend - place, where the addend -4 stands for the four bytes
//! between the place and the end of the instruction. The difference of two addresses is a signed
//! number; `try_from` says whether it fits, which a cast would not: a linker that cuts it off makes
//! programs that jump anywhere.

/// Makes the call whose distance is at `place` of `code` go to `target`.
pub fn patch(code: &mut [u8], address: u64, place: usize, target: u64) -> bool {
    let end = address.wrapping_add(place as u64 + 4);
    let distance = target.wrapping_sub(end).cast_signed();
    let Ok(distance) = i32::try_from(distance) else {
        return false;
    };
    code[place..place + 4].copy_from_slice(&distance.to_le_bytes());
    true
}
