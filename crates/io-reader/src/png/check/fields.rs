//! What stands in each chunk: its length, and fields that may not have every value (11.2, 11.3).

use std::ops::{ControlFlow, RangeInclusive};

use byteorder::{BigEndian, ByteOrder};

use super::Faults;
use super::frame::Frame;
use crate::png::header::{Colour, Header};
use crate::png::inflate::Inflater;
use crate::png::text::{Fields as TextFields, TextError, split_keyword, split_method};
use crate::png::{ChunkType, FaultKind, MAX_LENGTH};

/// Checks the contents of all chunks but IHDR, IDAT and those of the animation.
pub(super) fn check(
    frame: &Frame<'_>,
    header: Option<Header>,
    inflater: &mut Inflater,
    faults: &mut Faults,
) {
    let palette = frame
        .pieces
        .iter()
        .find(|piece| piece.kind == ChunkType::PLTE);
    let image = Image {
        header,
        colours: palette.and_then(|palette| Some(palette.data?.len() / 3)),
    };
    for piece in &frame.pieces {
        if let Some(data) = piece.data {
            let result = image.check(piece.kind, data, inflater);
            faults.extend(result.err().map(|kind| piece.fault(kind)));
        }
    }
    if palette.is_none() && !frame.lost {
        let histogram = frame
            .pieces
            .iter()
            .find(|piece| piece.kind.bytes() == *b"hIST");
        faults.extend(histogram.map(|piece| piece.fault(FaultKind::After(ChunkType::PLTE))));
    }
}

/// What the contents of chunks depend on.
struct Image {
    header: Option<Header>,
    /// How many colours the palette has, if there is one.
    colours: Option<usize>,
}

impl Image {
    /// Checks one chunk up to its first fault.
    fn check(
        &self,
        kind: ChunkType,
        data: &[u8],
        inflater: &mut Inflater,
    ) -> Result<(), FaultKind> {
        if let Some(text) = TextFields::split(kind, data) {
            return text
                .and_then(|text| text.check(inflater))
                .map_err(FaultKind::Text);
        }
        if let Some(length) = exact_length(kind) {
            expect_length(data, length)?;
        }
        match &kind.bytes() {
            b"PLTE" => self.palette(data),
            b"tRNS" => self.transparency(data),
            b"sBIT" => self.significant_bits(data),
            b"bKGD" => self.background(data),
            b"hIST" => self
                .colours
                .map_or(Ok(()), |colours| expect_length(data, 2 * colours)),
            b"gAMA" => small("gamma", data),
            b"cHRM" => data
                .chunks(4)
                .try_for_each(|value| small("chromaticity", value)),
            b"sRGB" => within("rendering intent", data[0], 0..=3),
            b"cICP" => {
                within("matrix coefficients", data[2], 0..=0)?;
                within("full range flag", data[3], 0..=1)
            }
            b"pHYs" => {
                small("pixels per unit, x", &data[..4])?;
                small("pixels per unit, y", &data[4..])?;
                within("unit", data[8], 0..=1)
            }
            b"tIME" => time(data),
            b"iCCP" => profile(data, inflater),
            b"sPLT" => suggested_palette(data),
            _ => Ok(()),
        }
    }

    fn palette(&self, data: &[u8]) -> Result<(), FaultKind> {
        let most = match self.header {
            Some(Header {
                colour: Colour::Indexed,
                depth,
                ..
            }) => 1 << depth,
            _ => 256,
        };
        let sound = data.len().is_multiple_of(3) && (1..=most).contains(&(data.len() / 3));
        let rule = || format!("3 times 1 to {most}");
        if sound {
            Ok(())
        } else {
            Err(length(data, rule()))
        }
    }

    fn transparency(&self, data: &[u8]) -> Result<(), FaultKind> {
        match self.header.map(|header| header.colour) {
            Some(Colour::Grey) => expect_length(data, 2),
            Some(Colour::Rgb) => expect_length(data, 6),
            Some(Colour::Indexed) => match self.colours {
                Some(colours) if data.len() > colours => Err(length(
                    data,
                    format!("at most {colours}, one for each colour of PLTE"),
                )),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn significant_bits(&self, data: &[u8]) -> Result<(), FaultKind> {
        let Some(header) = self.header else {
            return Ok(());
        };
        let (samples, depth) = match header.colour {
            Colour::Indexed => (3, 8),
            colour => (colour.samples(), header.depth),
        };
        expect_length(data, samples.into())?;
        data.iter()
            .try_for_each(|&bits| within("significant bits", bits, 1..=depth))
    }

    fn background(&self, data: &[u8]) -> Result<(), FaultKind> {
        match self.header.map(|header| header.colour) {
            Some(Colour::Grey | Colour::GreyAlpha) => expect_length(data, 2),
            Some(Colour::Rgb | Colour::Rgba) => expect_length(data, 6),
            Some(Colour::Indexed) => {
                expect_length(data, 1)?;
                match self.colours {
                    Some(colours) if usize::from(data[0]) >= colours => {
                        let rule = format!("below {colours}, the number of colours of PLTE");
                        Err(FaultKind::field("palette index", data[0].into(), rule))
                    }
                    _ => Ok(()),
                }
            }
            None => Ok(()),
        }
    }
}

/// The lengths that do not depend on the image.
fn exact_length(kind: ChunkType) -> Option<usize> {
    match &kind.bytes() {
        b"IEND" => Some(0),
        b"sRGB" => Some(1),
        b"gAMA" | b"cICP" => Some(4),
        b"tIME" => Some(7),
        b"cLLI" => Some(8),
        b"pHYs" => Some(9),
        b"mDCV" => Some(24),
        b"cHRM" => Some(32),
        _ => None,
    }
}

fn time(data: &[u8]) -> Result<(), FaultKind> {
    within("month", data[2], 1..=12)?;
    within("day", data[3], 1..=31)?;
    within("hour", data[4], 0..=23)?;
    within("minute", data[5], 0..=59)?;
    within("second", data[6], 0..=60)
}

/// An ICC profile: a name, and a zlib stream of anything.
fn profile(data: &[u8], inflater: &mut Inflater) -> Result<(), FaultKind> {
    let split = split_keyword(data).and_then(|(_name, rest)| split_method(rest));
    let stream = split.map_err(FaultKind::Text)?;
    inflater.reset();
    let inflated = inflater.feed(stream, |_| ControlFlow::Continue(()));
    inflated
        .and_then(|_| inflater.finish())
        .map_err(FaultKind::Zlib)
}

fn suggested_palette(data: &[u8]) -> Result<(), FaultKind> {
    let (_name, rest) = split_keyword(data).map_err(FaultKind::Text)?;
    let (entry, entries) = match rest {
        [8, entries @ ..] => (6, entries),
        [16, entries @ ..] => (10, entries),
        [depth, ..] => return Err(FaultKind::field("sample depth", (*depth).into(), "8 or 16")),
        [] => return Err(FaultKind::Text(TextError::Unterminated("sample depth"))),
    };
    if entries.len().is_multiple_of(entry) {
        return Ok(());
    }
    let rule = format!("a multiple of {entry}");
    Err(FaultKind::field(
        "length of the entries",
        entries.len() as u64,
        rule,
    ))
}

fn length(data: &[u8], rule: String) -> FaultKind {
    FaultKind::field("length", data.len() as u64, rule)
}

pub(super) fn expect_length(data: &[u8], wanted: usize) -> Result<(), FaultKind> {
    if data.len() == wanted {
        Ok(())
    } else {
        Err(length(data, wanted.to_string()))
    }
}

pub(super) fn within(
    name: &'static str,
    value: u8,
    allowed: RangeInclusive<u8>,
) -> Result<(), FaultKind> {
    if allowed.contains(&value) {
        return Ok(());
    }
    let (low, high) = allowed.into_inner();
    let rule = if low == high {
        low.to_string()
    } else {
        format!("{low} to {high}")
    };
    Err(FaultKind::field(name, value.into(), rule))
}

/// Four-byte numbers are at most 2^31 - 1 (7.1).
pub(super) fn small(name: &'static str, bytes: &[u8]) -> Result<(), FaultKind> {
    let value = BigEndian::read_u32(bytes);
    if value <= MAX_LENGTH {
        return Ok(());
    }
    Err(FaultKind::field(
        name,
        value.into(),
        format!("at most {MAX_LENGTH}"),
    ))
}
