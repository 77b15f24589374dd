//! The image data: one zlib stream through all IDAT chunks, of just as many bytes as the image
//! needs.

use std::ops::ControlFlow;
use std::vec;

use super::frame::Frame;
use super::{Faults, Piece};
use crate::png::header::{Header, Pass};
use crate::png::inflate::{Inflater, ZlibFault};
use crate::png::{ChunkType, FaultKind};

/// Checks the image data in the IDAT chunks. Without a header, only that it can be inflated.
pub(super) fn check(
    frame: &Frame<'_>,
    header: Option<Header>,
    inflater: &mut Inflater,
    faults: &mut Faults,
) {
    let parts = frame
        .pieces
        .iter()
        .filter(|piece| piece.kind == ChunkType::IDAT);
    check_parts(parts.copied(), header, frame.lost, inflater, faults);
}

/// Checks an image whose data is that of all `parts` in a row.
///
/// Ends where a part is missing, since a zlib stream cannot be taken up in the middle; and if
/// something is `lost` of the file, that may be the end of the stream.
pub(super) fn check_parts<'a>(
    parts: impl Iterator<Item = Piece<'a>>,
    header: Option<Header>,
    lost: bool,
    inflater: &mut Inflater,
    faults: &mut Faults,
) {
    inflater.reset();
    let mut lines = Lines::new(header);
    let mut last = None;
    for part in parts {
        let Some(data) = part.data.filter(|_| !part.after_gap) else {
            return;
        };
        let known = lines.wrong_filter.is_some();
        let flow = inflater.feed(data, |bytes| lines.take(bytes));
        let filter = lines.wrong_filter.clone().filter(|_| !known);
        let stop = match flow {
            Ok(ControlFlow::Continue(())) => None,
            Ok(ControlFlow::Break(())) => Some(lines.size(None)),
            Err(fault) => Some(FaultKind::Zlib(fault)),
        };
        let stopped = stop.is_some();
        faults.extend(filter.into_iter().chain(stop).map(|kind| part.fault(kind)));
        if stopped {
            return;
        }
        last = Some(part);
    }
    if let Some(last) = last {
        let kinds = at_end(inflater, &lines, lost);
        faults.extend(kinds.into_iter().flatten().map(|kind| last.fault(kind)));
    }
}

/// What is wrong when all parts were inflated: with the stream, and with the size.
fn at_end(inflater: &Inflater, lines: &Lines, lost: bool) -> [Option<FaultKind>; 2] {
    match inflater.finish() {
        Err(ZlibFault::Cut) if lost => [None, None],
        Err(ZlibFault::Cut) => [Some(FaultKind::Zlib(ZlibFault::Cut)), None],
        result => {
            let short = u128::from(lines.taken) < lines.needs;
            [
                result.err().map(FaultKind::Zlib),
                short.then(|| lines.size(Some(lines.taken))),
            ]
        }
    }
}

/// Walks over the scan lines of an image, from filter type to filter type, without keeping them.
struct Lines {
    /// How many bytes all lines take; 0 if that is not known, and then nothing is looked at.
    needs: u128,
    /// The passes after the current one.
    passes: vec::IntoIter<Pass>,
    /// The current pass; its `lines` are those that were not begun.
    pass: Pass,
    /// How many bytes of the current line are still to come. At 0, a filter type is next.
    left: u64,
    /// How many lines were begun, in all passes.
    begun: u64,
    /// How many bytes were taken.
    taken: u64,
    /// The first wrong filter type.
    wrong_filter: Option<FaultKind>,
}

impl Lines {
    fn new(header: Option<Header>) -> Self {
        let passes: Vec<Pass> = header.into_iter().flat_map(Header::passes).collect();
        let bytes = |pass: &Pass| u128::from(pass.lines) * u128::from(pass.line_bytes);
        Self {
            needs: passes.iter().map(bytes).sum(),
            passes: passes.into_iter(),
            pass: Pass {
                lines: 0,
                line_bytes: 0,
            },
            left: 0,
            begun: 0,
            taken: 0,
            wrong_filter: None,
        }
    }

    /// Takes the next bytes of the image; breaks when there are more than it needs.
    fn take(&mut self, mut bytes: &[u8]) -> ControlFlow<()> {
        if self.needs == 0 {
            return ControlFlow::Continue(());
        }
        while let Some(&first) = bytes.first() {
            if self.left == 0 {
                self.begin_line(first)?;
            }
            let n = usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len()));
            self.left -= n as u64;
            self.taken += n as u64;
            bytes = &bytes[n..];
        }
        ControlFlow::Continue(())
    }

    fn begin_line(&mut self, filter: u8) -> ControlFlow<()> {
        if self.pass.lines == 0 {
            match self.passes.next() {
                Some(pass) => self.pass = pass,
                None => return ControlFlow::Break(()),
            }
        }
        if filter > 4 && self.wrong_filter.is_none() {
            self.wrong_filter = Some(FaultKind::Filter {
                line: self.begun,
                value: filter,
            });
        }
        self.pass.lines -= 1;
        self.left = self.pass.line_bytes;
        self.begun += 1;
        ControlFlow::Continue(())
    }

    fn size(&self, has: Option<u64>) -> FaultKind {
        FaultKind::ImageSize {
            needs: self.needs,
            has,
        }
    }
}
