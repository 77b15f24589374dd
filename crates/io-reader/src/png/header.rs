//! IHDR: what the image is, and how many bytes it needs.

use std::fmt;

use byteorder::{BigEndian, ByteOrder};

use super::{FaultKind, MAX_LENGTH};

/// What the pixels are made of (PNG 3rd edition, 6.1 and 11.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Colour type 0: one sample a pixel.
    Grey,
    /// Colour type 2: red, green, blue.
    Rgb,
    /// Colour type 3: an index into the palette.
    Indexed,
    /// Colour type 4: grey and alpha.
    GreyAlpha,
    /// Colour type 6: red, green, blue, alpha.
    Rgba,
}

/// The contents of an IHDR chunk, all of it in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// In pixels, 1 to 2^31 - 1.
    pub width: u32,
    /// In pixels, 1 to 2^31 - 1.
    pub height: u32,
    /// Bits a sample, or a palette index: 1, 2, 4, 8 or 16, as far as `colour` allows it.
    pub depth: u8,
    /// What the pixels are made of.
    pub colour: Colour,
    /// Adam7 (8.1): seven passes, each a finer grid of pixels.
    pub interlaced: bool,
}

impl Colour {
    fn from_type(colour_type: u8) -> Option<Self> {
        match colour_type {
            0 => Some(Self::Grey),
            2 => Some(Self::Rgb),
            3 => Some(Self::Indexed),
            4 => Some(Self::GreyAlpha),
            6 => Some(Self::Rgba),
            _ => None,
        }
    }

    /// How many samples a pixel has.
    pub fn samples(self) -> u8 {
        match self {
            Self::Grey | Self::Indexed => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }

    /// The depths that go with it, as bits: 8 | 16 stands for 8 and 16.
    fn depths(self) -> (u8, &'static str) {
        match self {
            Self::Grey => (1 | 2 | 4 | 8 | 16, "1, 2, 4, 8 or 16"),
            Self::Indexed => (1 | 2 | 4 | 8, "1, 2, 4 or 8"),
            Self::Rgb | Self::GreyAlpha | Self::Rgba => (8 | 16, "8 or 16"),
        }
    }
}

impl Header {
    /// Reads the data of an IHDR chunk.
    ///
    /// # Errors
    ///
    /// All faults of the fields, in their order.
    pub fn parse(data: &[u8]) -> Result<Self, Vec<FaultKind>> {
        let &[.., depth, colour_type, compression, filter, interlace] = data else {
            return Err(vec![wrong_length(data)]);
        };
        if data.len() != 13 {
            return Err(vec![wrong_length(data)]);
        }
        let (width, height) = (BigEndian::read_u32(data), BigEndian::read_u32(&data[4..]));
        let colour = Colour::from_type(colour_type);

        let mut faults = Vec::new();
        let mut expect = |holds: bool, name, value: u32, rule| {
            if !holds {
                faults.push(FaultKind::field(name, value.into(), rule));
            }
        };
        expect((1..=MAX_LENGTH).contains(&width), "width", width, SIDE);
        expect((1..=MAX_LENGTH).contains(&height), "height", height, SIDE);
        if let Some((allowed, names)) = colour.map(Colour::depths) {
            let holds = depth.is_power_of_two() && depth & allowed != 0;
            expect(holds, "bit depth", depth.into(), names);
        }
        expect(
            colour.is_some(),
            "colour type",
            colour_type.into(),
            "0, 2, 3, 4 or 6",
        );
        expect(
            compression == 0,
            "compression method",
            compression.into(),
            "0",
        );
        expect(filter == 0, "filter method", filter.into(), "0");
        expect(
            interlace <= 1,
            "interlace method",
            interlace.into(),
            "0 or 1",
        );

        match colour {
            Some(colour) if faults.is_empty() => Ok(Self {
                width,
                height,
                depth,
                colour,
                interlaced: interlace == 1,
            }),
            _ => Err(faults),
        }
    }

    /// The reduced images that the image data is made of, without those that have no pixel: one, or
    /// up to seven of an interlaced image (8.1).
    pub(super) fn passes(self) -> impl Iterator<Item = Pass> {
        let grids = if self.interlaced {
            &ADAM7[..]
        } else {
            &WHOLE[..]
        };
        let bits = u64::from(self.depth) * u64::from(self.colour.samples());
        grids.iter().filter_map(move |&[x, y, across, down]| {
            let columns = self.width.saturating_sub(x).div_ceil(across);
            let lines = self.height.saturating_sub(y).div_ceil(down);
            let line_bytes = 1 + (u64::from(columns) * bits).div_ceil(8);
            (columns > 0 && lines > 0).then_some(Pass { lines, line_bytes })
        })
    }
}

/// One reduced image: so many scan lines of so many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pass {
    /// At least 1.
    pub(super) lines: u32,
    /// With the filter type in front, so at least 2. Below 2^34.
    pub(super) line_bytes: u64,
}

/// First column, first line, and the steps to the next ones.
type Grid = [u32; 4];

const WHOLE: [Grid; 1] = [[0, 0, 1, 1]];

const ADAM7: [Grid; 7] = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
];

const SIDE: &str = "1 to 2147483647";

fn wrong_length(data: &[u8]) -> FaultKind {
    FaultKind::field("length", data.len() as u64, "13")
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Grey => "grey",
            Self::Rgb => "RGB",
            Self::Indexed => "indexed",
            Self::GreyAlpha => "grey+alpha",
            Self::Rgba => "RGBA",
        })
    }
}

impl fmt::Display for Header {
    /// `800x600, 8-bit RGB`, and `, interlaced` where it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            width,
            height,
            depth,
            colour,
            interlaced,
        } = self;
        let interlaced = if *interlaced { ", interlaced" } else { "" };
        write!(f, "{width}x{height}, {depth}-bit {colour}{interlaced}")
    }
}
