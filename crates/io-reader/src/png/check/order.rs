//! Which chunks there are, how often, and in which order (5.6).

use super::frame::Frame;
use super::{Faults, Piece};
use crate::png::header::{Colour, Header};
use crate::png::{ChunkType, Fault, FaultKind};

/// Where a chunk may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before PLTE and IDAT.
    BeforePalette,
    /// After PLTE if there is one, and before IDAT.
    AfterPalette,
    BeforeData,
    /// Without a gap between one and the next.
    Together,
    AfterData,
    /// Anywhere, as far as this table goes. (IHDR, IEND and fcTL have rules of their own.)
    Anywhere,
}

use Place::{AfterData, AfterPalette, Anywhere, BeforeData, BeforePalette, Together};

/// The chunks of the specification: the type, whether there may be more than one, the place.
const RULES: [(&[u8; 4], bool, Place); 25] = [
    (b"IHDR", false, Anywhere),
    (b"PLTE", false, BeforeData),
    (b"IDAT", true, Together),
    (b"IEND", false, Anywhere),
    (b"tRNS", false, AfterPalette),
    (b"cHRM", false, BeforePalette),
    (b"gAMA", false, BeforePalette),
    (b"iCCP", false, BeforePalette),
    (b"sBIT", false, BeforePalette),
    (b"sRGB", false, BeforePalette),
    (b"cICP", false, BeforePalette),
    (b"mDCV", false, BeforePalette),
    (b"cLLI", false, BeforePalette),
    (b"tEXt", true, Anywhere),
    (b"zTXt", true, Anywhere),
    (b"iTXt", true, Anywhere),
    (b"bKGD", false, AfterPalette),
    (b"hIST", false, AfterPalette),
    (b"pHYs", false, BeforeData),
    (b"sPLT", true, BeforeData),
    // Before IDAT by the third edition, anywhere by the extension 1.5 that brought it, as ImageMagick
    // writes it: a file that was sound when it was made is not to be called broken.
    (b"eXIf", false, Anywhere),
    (b"tIME", false, Anywhere),
    (b"acTL", false, BeforeData),
    (b"fcTL", true, Anywhere),
    (b"fdAT", true, AfterData),
];

/// Whether the specification has this chunk.
pub(super) fn is_known(kind: ChunkType) -> bool {
    rule(kind).is_some()
}

/// Checks presence, number and order of the chunks.
pub(super) fn check(frame: &Frame<'_>, header: Option<Header>, faults: &mut Faults) {
    let pieces = &frame.pieces;
    let places = Places::of(pieces);
    if let Some(first) = pieces.first()
        && places.header.is_some_and(|header| header > first.offset)
    {
        faults.push(first.fault(FaultKind::After(ChunkType::IHDR)));
    }
    let mut seen = [None; RULES.len()];
    let mut previous = None;
    for piece in pieces {
        match rule(piece.kind) {
            Some(index) => {
                let (_, many, place) = RULES[index];
                let fault = places.fault(piece, place, previous);
                let fault = fault.filter(|_| place != AfterData || !frame.lost);
                faults.extend(fault.map(|kind| piece.fault(kind)));
                let first = *seen[index].get_or_insert(piece.offset);
                if !many && first != piece.offset {
                    faults.push(piece.fault(FaultKind::Again(first)));
                }
            }
            None => faults.extend(unknown(piece.kind).map(|kind| piece.fault(kind))),
        }
        if header.is_some_and(|header| !fits(piece.kind, header.colour)) {
            faults.extend(header.map(|header| piece.fault(FaultKind::Unfitting(header.colour))));
        }
        previous = Some(piece.kind);
    }
    if !frame.lost {
        let missing = places.missing(pieces, header);
        let fault = |kind| Fault {
            offset: frame.end,
            chunk: None,
            kind: FaultKind::Missing(kind),
        };
        faults.extend(missing.map(fault));
    }
}

fn rule(kind: ChunkType) -> Option<usize> {
    RULES
        .iter()
        .position(|(letters, ..)| **letters == kind.bytes())
}

fn unknown(kind: ChunkType) -> impl Iterator<Item = FaultKind> {
    let critical = (!kind.is_ancillary()).then_some(FaultKind::UnknownCritical);
    let reserved = kind.is_reserved().then_some(FaultKind::Reserved);
    critical.into_iter().chain(reserved)
}

/// Grey images have no use for a palette, and those with alpha none for more transparency.
fn fits(kind: ChunkType, colour: Colour) -> bool {
    match &kind.bytes() {
        b"PLTE" => !matches!(colour, Colour::Grey | Colour::GreyAlpha),
        b"tRNS" => !matches!(colour, Colour::GreyAlpha | Colour::Rgba),
        _ => true,
    }
}

/// Where the first chunk stands of each type that others are placed by.
#[derive(Debug, Clone, Copy)]
struct Places {
    header: Option<u64>,
    palette: Option<u64>,
    data: Option<u64>,
}

impl Places {
    fn of(pieces: &[Piece<'_>]) -> Self {
        let first = |kind| {
            let piece = pieces.iter().find(|piece| piece.kind == kind);
            piece.map(|piece| piece.offset)
        };
        Self {
            header: first(ChunkType::IHDR),
            palette: first(ChunkType::PLTE),
            data: first(ChunkType::IDAT),
        }
    }

    fn fault(
        self,
        piece: &Piece<'_>,
        place: Place,
        previous: Option<ChunkType>,
    ) -> Option<FaultKind> {
        let behind = |other: Option<u64>| other.is_some_and(|other| other < piece.offset);
        let before = |other: Option<u64>| other.is_some_and(|other| piece.offset < other);
        let (palette, data) = (ChunkType::PLTE, ChunkType::IDAT);
        match place {
            BeforePalette if behind(self.palette) => Some(FaultKind::Before(palette)),
            AfterPalette if before(self.palette) => Some(FaultKind::After(palette)),
            BeforePalette | AfterPalette | BeforeData if behind(self.data) => {
                Some(FaultKind::Before(data))
            }
            Together if behind(self.data) && previous != Some(data) => Some(FaultKind::Scattered),
            AfterData if !behind(self.data) => Some(FaultKind::After(data)),
            _ => None,
        }
    }

    fn missing(
        self,
        pieces: &[Piece<'_>],
        header: Option<Header>,
    ) -> impl Iterator<Item = ChunkType> {
        let indexed = header.is_some_and(|header| header.colour == Colour::Indexed);
        let ended = pieces
            .last()
            .is_some_and(|piece| piece.kind == ChunkType::IEND);
        [
            (ChunkType::IHDR, self.header.is_none()),
            (ChunkType::PLTE, indexed && self.palette.is_none()),
            (ChunkType::IDAT, self.data.is_none()),
            (ChunkType::IEND, !ended),
        ]
        .into_iter()
        .filter_map(|(kind, missing)| missing.then_some(kind))
    }
}
