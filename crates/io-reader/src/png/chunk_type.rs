//! The four letters that name a chunk, and what their case says.

use std::fmt;
use std::str::FromStr;

/// A chunk's type: four ASCII letters, held as the bytes of the file.
///
/// Bit 5 of each byte, the one that makes a letter lower case, is a property that a decoder may
/// read without knowing the chunk (PNG 3rd edition, 5.4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChunkType(pub(super) [u8; 4]);

/// Four bytes that are not four ASCII letters, so no chunk type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a chunk type is four ASCII letters, not \"{}\"", .0.escape_ascii())]
pub struct NotLetters(pub [u8; 4]);

impl ChunkType {
    /// Image header: always first (11.2.1).
    pub const IHDR: Self = Self(*b"IHDR");
    /// Palette (11.2.2).
    pub const PLTE: Self = Self(*b"PLTE");
    /// A part of the compressed image data (11.2.3).
    pub const IDAT: Self = Self(*b"IDAT");
    /// Image trailer: always last and empty (11.2.4).
    pub const IEND: Self = Self(*b"IEND");
    /// Text in Latin-1 (11.3.3.2).
    pub const TEXT: Self = Self(*b"tEXt");
    /// Compressed text in Latin-1 (11.3.3.3).
    pub const ZTXT: Self = Self(*b"zTXt");
    /// Text in UTF-8, with a language, compressed or not (11.3.3.4).
    pub const ITXT: Self = Self(*b"iTXt");

    /// The four bytes as they stand in the file.
    pub fn bytes(self) -> [u8; 4] {
        self.0
    }

    /// Whether an image can be shown without knowing this chunk. A decoder that meets an unknown
    /// chunk that is not ancillary has to give up (5.4).
    pub fn is_ancillary(self) -> bool {
        self.property(0)
    }

    /// Whether an application made the type up for itself, rather than the PNG specification.
    pub fn is_private(self) -> bool {
        self.property(1)
    }

    /// Whether the bit is set that this version of PNG keeps at 0 for versions to come.
    pub fn is_reserved(self) -> bool {
        self.property(2)
    }

    /// Whether an editor that does not know the chunk may keep it after it changed the image.
    pub fn is_safe_to_copy(self) -> bool {
        self.property(3)
    }

    fn property(self, letter: usize) -> bool {
        self.0[letter] & 0b0010_0000 != 0
    }
}

impl TryFrom<[u8; 4]> for ChunkType {
    type Error = NotLetters;

    fn try_from(bytes: [u8; 4]) -> Result<Self, NotLetters> {
        if bytes.iter().all(u8::is_ascii_alphabetic) {
            Ok(Self(bytes))
        } else {
            Err(NotLetters(bytes))
        }
    }
}

impl FromStr for ChunkType {
    type Err = NotLetters;

    /// Reads `"IDAT"`; of a text that is not four bytes long, the error shows the first four,
    /// filled up with zeros.
    fn from_str(text: &str) -> Result<Self, NotLetters> {
        let mut shown = [0; 4];
        for (to, from) in shown.iter_mut().zip(text.bytes()) {
            *to = from;
        }
        match <[u8; 4]>::try_from(text.as_bytes()) {
            Ok(bytes) => Self::try_from(bytes),
            Err(_) => Err(NotLetters(shown)),
        }
    }
}

impl fmt::Display for ChunkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0.map(char::from);
        write!(f, "{a}{b}{c}{d}")
    }
}

impl fmt::Debug for ChunkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
