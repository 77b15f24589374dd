//! Everything that can be wrong with a PNG.

use std::borrow::Cow;
use std::fmt;

use super::header::Colour;
use super::inflate::ZlibFault;
use super::text::TextError;
use super::{ChunkType, MAX_LENGTH, NotPng};

/// One thing that is wrong with a PNG, and where.
///
/// It displays as one line: `IDAT at 33: CRC is 1a2b3c4d, the data gives 5e6f7081`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where the chunk at fault begins (with its length), counted from the start of the stream;
    /// where no chunk is at fault, the place that is.
    pub offset: u64,
    /// The chunk at fault; none where it is not one chunk, or its type cannot be made out.
    pub chunk: Option<ChunkType>,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong; each kind carries what one needs to see it. The numbers are sections of the PNG
/// specification, third edition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The stream does not begin with the PNG signature (5.2).
    Signature(NotPng),
    /// The length is over 2^31 - 1 (5.3).
    Length(u32),
    /// The length is not that of the data: the CRC is right for another, and a chunk follows there.
    WrongLength {
        /// What the chunk says.
        stored: u32,
        /// What fits.
        fits: u64,
    },
    /// The stream ends within the chunk.
    Cut {
        /// How many bytes the chunk takes at least, its length, type and CRC among them.
        takes: u64,
        /// How many bytes there are from its beginning to the end of the stream.
        has: u64,
    },
    /// The type is not four ASCII letters (5.3).
    NotLetters([u8; 4]),
    /// The CRC is not that of the type and the data (5.5).
    Crc {
        /// What stands behind the data.
        stored: u32,
        /// What the type and the data give.
        computed: u32,
    },
    /// Something stands behind the IEND chunk (5.2).
    AfterEnd,
    /// There is no chunk of a type that this PNG has to have; the offset is where the PNG ends
    /// (5.6, 11.2.2).
    Missing(ChunkType),
    /// The chunk has to stand behind one of this type (5.6).
    After(ChunkType),
    /// The chunk has to stand before the first of this type (5.6).
    Before(ChunkType),
    /// The chunk may stand once only, and already stands at this offset (5.6).
    Again(u64),
    /// An IDAT chunk does not follow directly on the one before it (11.2.3).
    Scattered,
    /// The chunk may not stand in an image of this kind (11.2.2, 11.3.1.1).
    Unfitting(Colour),
    /// The chunk is not known, and the image cannot be shown without knowing it (5.4).
    UnknownCritical,
    /// The third letter of the type is lower case (5.4).
    Reserved,
    /// A field of the chunk has a value that it may not have.
    Field {
        /// Which field; `length` is that of the whole data.
        name: &'static str,
        /// What it says.
        value: u64,
        /// What it has to be.
        rule: Cow<'static, str>,
    },
    /// The chunk is not the text, or has not the name, that it ought to have (11.3.3).
    Text(TextError),
    /// The compressed data, which for IDAT goes on from chunk to chunk, is wrong (10.1).
    Zlib(ZlibFault),
    /// A scan line begins with a filter type that does not exist (9.2). Told of the first such
    /// line in an image only: most often all after it is garbage.
    Filter {
        /// The scan line, counted from 0 through all passes.
        line: u64,
        /// What it begins with; 0 to 4 exist.
        value: u8,
    },
    /// The image data is not what width, height, depth and interlacing ask for (7.2, 8.1).
    ImageSize {
        /// How many bytes the image needs, filter types among them.
        needs: u128,
        /// How many there are; none when there are more, which nobody counted.
        has: Option<u64>,
    },
}

impl FaultKind {
    pub(super) fn field(
        name: &'static str,
        value: u64,
        rule: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::Field {
            name,
            value,
            rule: rule.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.chunk {
            Some(chunk) => write!(f, "{chunk} at {}: {}", self.offset, self.kind),
            None => write!(f, "at {}: {}", self.offset, self.kind),
        }
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature(what) => what.fmt(f),
            Self::Length(length) => write!(f, "length {length} is over the limit of {MAX_LENGTH}"),
            Self::WrongLength { stored, fits } => {
                write!(f, "length is {stored}, the CRC fits {fits}")
            }
            Self::Cut { takes, has } => write!(f, "cut short: takes {takes} bytes, {has} are left"),
            Self::NotLetters(bytes) => {
                write!(f, "type is \"{}\", not four letters", bytes.escape_ascii())
            }
            Self::Crc { stored, computed } => {
                write!(f, "CRC is {stored:08x}, the data gives {computed:08x}")
            }
            Self::AfterEnd => write!(f, "more bytes after the IEND chunk"),
            Self::Missing(kind) => write!(f, "no {kind} chunk"),
            Self::After(kind) => write!(f, "has to come after {kind}"),
            Self::Before(kind) => write!(f, "has to come before {kind}"),
            Self::Again(first) => write!(f, "may stand only once, and stands at {first}"),
            Self::Scattered => write!(f, "does not follow directly on the IDAT before it"),
            Self::Unfitting(colour) => write!(f, "may not stand in a {colour} image"),
            Self::UnknownCritical => write!(f, "unknown, but critical to the image"),
            Self::Reserved => write!(f, "third letter of the type is lower case"),
            Self::Field { name, value, rule } => write!(f, "{name} is {value}, has to be {rule}"),
            Self::Text(error) => error.fmt(f),
            Self::Zlib(fault) => fault.fmt(f),
            Self::Filter { line, value } => {
                write!(f, "filter type of line {line} is {value}, has to be 0 to 4")
            }
            Self::ImageSize {
                needs,
                has: Some(has),
            } => {
                write!(f, "image data is {has} bytes, the image needs {needs}")
            }
            Self::ImageSize { needs, has: None } => {
                write!(
                    f,
                    "image data is more than the {needs} bytes that the image needs"
                )
            }
        }
    }
}
