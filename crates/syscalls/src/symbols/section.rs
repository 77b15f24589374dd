//! The bytes of a file's sections.

use std::io::Read;
use std::rc::Rc;

use flate2::read::ZlibDecoder;
use gimli::{EndianRcSlice, LittleEndian, Reader};
use object::{CompressedFileRange, CompressionFormat, ObjectSection};

/// The largest section that is decompressed. Its size is what the file says, and a file can say
/// anything.
const LARGEST: u64 = 1 << 30;

/// A part of a file's bytes, which it keeps alive.
pub(super) type Bytes = EndianRcSlice<LittleEndian>;

/// A section as it was before the linker compressed it, as Go's does.
pub(super) fn bytes<'a>(section: &impl ObjectSection<'a>, file: &Bytes) -> Option<Bytes> {
    let stored = section.compressed_file_range().ok()?;
    match stored.format {
        CompressionFormat::None => stored_at(&stored, file),
        CompressionFormat::Zlib => inflate(&stored, file),
        _ => None,
    }
}

/// The bytes as they are in the file, without copying them.
fn stored_at(stored: &CompressedFileRange, file: &Bytes) -> Option<Bytes> {
    let mut bytes = file.clone();
    bytes.skip(usize::try_from(stored.offset).ok()?).ok()?;
    let length = usize::try_from(stored.compressed_size).ok()?;
    bytes.truncate(length).ok()?;
    Some(bytes)
}

fn inflate(stored: &CompressedFileRange, file: &Bytes) -> Option<Bytes> {
    let compressed = stored_at(stored, file)?;
    let mut data = Vec::new();
    ZlibDecoder::new(compressed.bytes())
        .take(stored.uncompressed_size.min(LARGEST))
        .read_to_end(&mut data)
        .ok()?;
    Some(Bytes::new(Rc::from(data), LittleEndian))
}
