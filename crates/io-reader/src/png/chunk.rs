//! One chunk, and how it is laid down: length, type, data, CRC.

use std::io::{self, Write};

use byteorder::{BigEndian, WriteBytesExt};

use super::ChunkType;

/// The longest data that a chunk may have: 2^31 - 1 bytes, so that languages without unsigned
/// integers can hold the length (PNG 3rd edition, 5.3 and 7.1).
pub const MAX_LENGTH: u32 = (1 << 31) - 1;

/// What a chunk takes beside its data: four bytes each of length, type and CRC.
pub(super) const OVERHEAD: u64 = 12;

/// One chunk that was read whole, and whose CRC was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The four letters.
    pub kind: ChunkType,
    /// What stands between the type and the CRC.
    pub data: Vec<u8>,
    /// The CRC as stored, over type and data.
    pub crc: u32,
    /// Where in the stream the chunk begins, with its length; the first one stands at 8.
    pub offset: u64,
}

/// The CRC of a chunk: over its type and its data, not its length (PNG 3rd edition, 5.5).
pub fn crc(kind: [u8; 4], data: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&kind);
    crc.update(data);
    crc.finalize()
}

/// Writes one chunk: its length, `kind`, `data` and the CRC over the last two.
///
/// # Errors
///
/// `InvalidInput`, with nothing written, when `data` is longer than [`MAX_LENGTH`]; else what
/// `writer` says.
pub fn write_chunk(writer: &mut impl Write, kind: ChunkType, data: &[u8]) -> io::Result<()> {
    let length = u32::try_from(data.len()).ok().filter(|&n| n <= MAX_LENGTH);
    let length = length.ok_or_else(|| too_long(kind, data.len()))?;
    writer.write_u32::<BigEndian>(length)?;
    writer.write_all(&kind.bytes())?;
    writer.write_all(data)?;
    writer.write_u32::<BigEndian>(crc(kind.bytes(), data))
}

fn too_long(kind: ChunkType, len: usize) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("{len} bytes of data are too long for one {kind} chunk"),
    )
}
