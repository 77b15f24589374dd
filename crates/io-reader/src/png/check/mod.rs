//! Every fault of a PNG, not only the first.
//!
//! A pure function over the bytes of the file, in four steps that do not know of each other:
//!
//! 1. [`frame`] cuts the file into chunks, and finds back into step after a broken one;
//! 2. [`order`] looks at which chunks there are, and in which order;
//! 3. [`fields`] looks into each of them;
//! 4. [`image`] inflates the image data, and [`animation`] that of the other frames.
//!
//! Nothing is said to be missing from what could not be read: of a file that is cut off, nobody
//! knows what stood in the rest.

mod animation;
mod fields;
mod frame;
mod image;
mod order;

use super::inflate::Inflater;
use super::{ChunkType, Fault, FaultKind, Header};

/// All that is wrong with the PNG in `bytes`, in the order of the file. Nothing means that it is
/// sound: it keeps every rule of the specification that can be told without decoding the pixels.
///
/// The one rule that would need the pixels, that an indexed image does not point past the end of
/// its palette (11.2.2), is not looked at. For many files, keep a [`Checker`].
///
/// Takes time in proportion to the bytes and to what they inflate to, but to no more than the
/// header asks for; and memory in proportion to the number of chunks. After [`MOST_FAULTS`] it
/// stops naming more.
pub fn check(bytes: &[u8]) -> Vec<Fault> {
    Checker::new().check(bytes).faults
}

/// Checks one file after another with the same buffers.
#[derive(Debug)]
pub struct Checker {
    inflater: Inflater,
}

/// What a [`Checker`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the image is; none when the IHDR chunk is missing or wrong.
    pub header: Option<Header>,
    /// How many chunks could be made out.
    pub chunks: usize,
    /// All that is wrong, in the order of the file.
    pub faults: Vec<Fault>,
}

impl Checker {
    /// A checker with its buffers, about 100 KiB.
    pub fn new() -> Self {
        Self {
            inflater: Inflater::new(),
        }
    }

    /// All about the PNG in `bytes`; see [`check`].
    pub fn check(&mut self, bytes: &[u8]) -> Report {
        let mut faults = Faults(Vec::new());
        let frame = frame::cut(bytes, &mut faults);
        let header = header(&frame.pieces, &mut faults);
        order::check(&frame, header, &mut faults);
        fields::check(&frame, header, &mut self.inflater, &mut faults);
        image::check(&frame, header, &mut self.inflater, &mut faults);
        if let Some(header) = header {
            animation::check(&frame, header, &mut self.inflater, &mut faults);
        }
        let Faults(mut faults) = faults;
        faults.sort_by_key(|fault| fault.offset);
        Report {
            header,
            chunks: frame.pieces.len(),
            faults,
        }
    }
}

impl Default for Checker {
    fn default() -> Self {
        Self::new()
    }
}

/// How many faults of one file are named: a file of nothing but broken chunks would else take many
/// times its size of memory.
pub const MOST_FAULTS: usize = 100_000;

/// The faults found so far, up to [`MOST_FAULTS`].
#[derive(Debug)]
struct Faults(Vec<Fault>);

impl Faults {
    fn push(&mut self, fault: Fault) {
        if self.0.len() < MOST_FAULTS {
            self.0.push(fault);
        }
    }

    fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }
}

/// One chunk that was made out, sound or not.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    kind: ChunkType,
    /// Where it begins, with its length.
    offset: u64,
    /// None where nobody can tell how far it goes.
    data: Option<&'a [u8]>,
    /// Something that nobody could make out stands between this chunk and the one before it.
    after_gap: bool,
}

impl Piece<'_> {
    fn fault(&self, kind: FaultKind) -> Fault {
        Fault {
            offset: self.offset,
            chunk: Some(self.kind),
            kind,
        }
    }
}

/// Reads the first IHDR chunk.
fn header(pieces: &[Piece<'_>], faults: &mut Faults) -> Option<Header> {
    let piece = pieces.iter().find(|piece| piece.kind == ChunkType::IHDR)?;
    match Header::parse(piece.data?) {
        Ok(header) => Some(header),
        Err(kinds) => {
            faults.extend(kinds.into_iter().map(|kind| piece.fault(kind)));
            None
        }
    }
}
