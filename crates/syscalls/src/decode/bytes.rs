//! Numbers inside structures that were copied out of a task.
//!
//! The C structures are known from `libc`, whose layout is that of the running architecture; what
//! was copied stays a byte slice, and a field is read at its offset.

/// The bytes from `offset` on; zeros where the slice is too short for them.
fn at<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    bytes
        .get(offset..)
        .and_then(|rest| rest.first_chunk())
        .copied()
        .unwrap_or([0; N])
}

/// A field of 16 bits.
pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> u16 {
    u16::from_ne_bytes(at(bytes, offset))
}

/// A field of 32 bits.
pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_ne_bytes(at(bytes, offset))
}

/// A field of 64 bits.
pub(crate) fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from_ne_bytes(at(bytes, offset))
}

/// A signed field of 32 bits.
pub(crate) fn i32_at(bytes: &[u8], offset: usize) -> i32 {
    u32_at(bytes, offset).cast_signed()
}

/// A signed field of 64 bits.
pub(crate) fn i64_at(bytes: &[u8], offset: usize) -> i64 {
    u64_at(bytes, offset).cast_signed()
}

/// The bytes of a text in a fixed array, up to its first NUL.
pub(crate) fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// `field!(bytes, libc::stat, st_size)`: a field of a C structure of which `bytes` is a copy, as the
/// unsigned number of the field's width.
macro_rules! field {
    ($bytes:expr, $structure:ty, $field:ident, $reader:ident) => {
        $crate::decode::bytes::$reader($bytes, std::mem::offset_of!($structure, $field))
    };
}
pub(crate) use field;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_at_their_offsets() {
        let bytes: Vec<u8> = [7_u64, u64::MAX]
            .iter()
            .flat_map(|n| n.to_ne_bytes())
            .collect();
        assert_eq!(u64_at(&bytes, 0), 7);
        assert_eq!(i32_at(&bytes, 8), -1);
        assert_eq!(field!(&bytes, nix::libc::timespec, tv_nsec, i64_at), -1);
    }

    #[test]
    fn what_is_not_there_is_zero() {
        assert_eq!(u32_at(&[1, 2, 3], 0), 0);
        assert_eq!(u32_at(&[1, 2, 3], 100), 0);
    }
}
