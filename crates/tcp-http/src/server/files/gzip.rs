//! Compressed text.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::entry::Content;

/// Shorter text fits in a packet or two as it is.
pub(super) const LEAST: u64 = 1 << 10;

/// `None` if it would not become shorter.
pub(super) fn compress(plain: &[u8]) -> Option<Content> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).ok()?;
    let compressed = encoder.finish().ok()?;
    (compressed.len() < plain.len()).then(|| Content::Memory(compressed.into()))
}
