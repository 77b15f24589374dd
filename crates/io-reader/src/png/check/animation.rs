//! The frames of an animated PNG (4.9, 11.3.6).
//!
//! acTL says how many frames there are. Each has an fcTL chunk with its sides and its place in the
//! image. If the first of them stands before the IDAT chunks, those are the data of its frame; that
//! of all others is in fdAT chunks. fcTL and fdAT chunks are numbered through, from 0.

use byteorder::{BigEndian, ByteOrder};

use super::fields::{expect_length, small, within};
use super::frame::Frame;
use super::image::check_parts;
use super::{Faults, Piece};
use crate::png::header::Header;
use crate::png::inflate::Inflater;
use crate::png::{ChunkType, FaultKind};

const ACTL: ChunkType = ChunkType(*b"acTL");
const FCTL: ChunkType = ChunkType(*b"fcTL");
const FDAT: ChunkType = ChunkType(*b"fdAT");

/// Checks all that has to do with animation. Where chunks were lost, nothing can be said: frames
/// are counted, and chunks numbered.
pub(super) fn check(
    frame: &Frame<'_>,
    header: Header,
    inflater: &mut Inflater,
    faults: &mut Faults,
) {
    let animated = frame
        .pieces
        .iter()
        .any(|piece| [ACTL, FCTL, FDAT].contains(&piece.kind));
    if frame.lost || !animated {
        return;
    }
    let mut animation = Animation::new(header, inflater, faults);
    for piece in &frame.pieces {
        animation.chunk(piece);
    }
    animation.end_frame();
    count_frames(&frame.pieces, faults);
}

/// What is known while going from chunk to chunk.
struct Animation<'a, 'f> {
    header: Header,
    /// What the next fcTL or fdAT chunk is to be numbered.
    next_number: u32,
    /// The frame that fdAT chunks belong to.
    current: Option<OpenFrame<'a>>,
    controls_seen: u32,
    data_seen: bool,
    inflater: &'f mut Inflater,
    faults: &'f mut Faults,
}

struct OpenFrame<'a> {
    control: Piece<'a>,
    /// As the image's, but for the sides; none when those are wrong.
    header: Option<Header>,
    /// The fdAT chunks, without their numbers.
    parts: Vec<Piece<'a>>,
}

impl<'a, 'f> Animation<'a, 'f> {
    fn new(header: Header, inflater: &'f mut Inflater, faults: &'f mut Faults) -> Self {
        Self {
            header,
            next_number: 0,
            current: None,
            controls_seen: 0,
            data_seen: false,
            inflater,
            faults,
        }
    }

    fn chunk(&mut self, piece: &Piece<'a>) {
        let Some(data) = piece.data else { return };
        let checked = match piece.kind {
            ACTL => check_control(data),
            FCTL => self
                .number(data)
                .and_then(|()| self.begin_frame(piece, data)),
            FDAT => self.number(data).and_then(|()| self.add_part(piece, data)),
            kind => {
                self.data_seen |= kind == ChunkType::IDAT;
                Ok(())
            }
        };
        self.faults
            .extend(checked.err().map(|kind| piece.fault(kind)));
    }

    fn number(&mut self, data: &[u8]) -> Result<(), FaultKind> {
        let Some(number) = data.first_chunk() else {
            return Err(FaultKind::field("length", data.len() as u64, "at least 4"));
        };
        let number = u32::from_be_bytes(*number);
        let wanted = self.next_number;
        self.next_number = number.wrapping_add(1);
        if number == wanted {
            return Ok(());
        }
        Err(FaultKind::field(
            "sequence number",
            number.into(),
            wanted.to_string(),
        ))
    }

    fn begin_frame(&mut self, piece: &Piece<'a>, data: &[u8]) -> Result<(), FaultKind> {
        self.end_frame();
        self.controls_seen += 1;
        if !self.data_seen {
            return match self.controls_seen {
                1 => check_first_frame(data, self.header),
                _ => Err(FaultKind::After(ChunkType::IDAT)),
            };
        }
        let header = frame_header(data, self.header);
        let parts = Vec::new();
        self.current = Some(OpenFrame {
            control: *piece,
            header: header.clone().ok(),
            parts,
        });
        header.map(drop)
    }

    fn add_part(&mut self, piece: &Piece<'a>, data: &'a [u8]) -> Result<(), FaultKind> {
        let current = self.current.as_mut().ok_or(FaultKind::After(FCTL))?;
        current.parts.push(Piece {
            data: Some(&data[4..]),
            ..*piece
        });
        Ok(())
    }

    fn end_frame(&mut self) {
        let Some(OpenFrame {
            control,
            header,
            parts,
        }) = self.current.take()
        else {
            return;
        };
        if parts.is_empty() {
            self.faults.push(control.fault(FaultKind::Missing(FDAT)));
        }
        check_parts(parts.into_iter(), header, false, self.inflater, self.faults);
    }
}

fn count_frames(pieces: &[Piece<'_>], faults: &mut Faults) {
    let frames = pieces.iter().filter(|piece| piece.kind == FCTL).count();
    match pieces.iter().find(|piece| piece.kind == ACTL) {
        Some(control) => {
            // One of another length, and zero frames, are faults by themselves.
            let says = control.data.filter(|data| data.len() == 8);
            let says = says.map_or(0, |data| u64::from(BigEndian::read_u32(data)));
            if says != 0 && says != frames as u64 {
                let rule = format!("{frames}, one for each fcTL chunk");
                faults.push(control.fault(FaultKind::field("number of frames", says, rule)));
            }
        }
        None => {
            let orphan = pieces
                .iter()
                .find(|piece| [FCTL, FDAT].contains(&piece.kind));
            faults.extend(orphan.map(|piece| piece.fault(FaultKind::Missing(ACTL))));
        }
    }
}

fn check_control(data: &[u8]) -> Result<(), FaultKind> {
    expect_length(data, 8)?;
    side("number of frames", &data[..4])?;
    small("number of plays", &data[4..])
}

/// The frame that is the image itself has to be all of it.
fn check_first_frame(data: &[u8], image: Header) -> Result<(), FaultKind> {
    let frame = frame_header(data, image)?;
    let expect = |name, is: u32, wanted: u32| {
        let kind = || FaultKind::field(name, is.into(), format!("{wanted}, as of the image"));
        if is == wanted { Ok(()) } else { Err(kind()) }
    };
    expect("width", frame.width, image.width)?;
    expect("height", frame.height, image.height)
}

/// Reads an fcTL chunk.
fn frame_header(data: &[u8], image: Header) -> Result<Header, FaultKind> {
    expect_length(data, 26)?;
    let width = side("width", &data[4..8])?;
    let height = side("height", &data[8..12])?;
    inside("x offset plus width", width, &data[12..16], image.width)?;
    inside("y offset plus height", height, &data[16..20], image.height)?;
    within("dispose_op", data[24], 0..=2)?;
    within("blend_op", data[25], 0..=1)?;
    Ok(Header {
        width,
        height,
        ..image
    })
}

fn side(name: &'static str, bytes: &[u8]) -> Result<u32, FaultKind> {
    small(name, bytes)?;
    match BigEndian::read_u32(bytes) {
        0 => Err(FaultKind::field(name, 0, "at least 1")),
        side => Ok(side),
    }
}

fn inside(name: &'static str, side: u32, offset: &[u8], most: u32) -> Result<(), FaultKind> {
    let sum = u64::from(BigEndian::read_u32(offset)) + u64::from(side);
    let kind = || FaultKind::field(name, sum, format!("at most {most}"));
    if sum <= most.into() {
        Ok(())
    } else {
        Err(kind())
    }
}
