//! The sum of the lengths is cheap to know, and all that the vector has to be told. `concat` of std
//! does the same.

/// All pieces, one behind the other.
pub fn join(pieces: &[&[u8]]) -> Vec<u8> {
    let length = pieces.iter().map(|piece| piece.len()).sum();
    let mut joined = Vec::with_capacity(length);
    for piece in pieces {
        joined.extend_from_slice(piece);
    }
    joined
}
