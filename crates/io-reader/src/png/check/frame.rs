//! Cutting a file into chunks, and getting back into step after a broken one.
//!
//! Where a chunk is broken, its length may be what is wrong, and then nobody knows where the next
//! chunk begins. Two witnesses are heard. One is the length itself: if the end of the file is where
//! it leads, or the letters of a known type, or a chunk with the right CRC, it is believed. The
//! other is the rest of the file: it is searched for the next place where a chunk with the right
//! CRC stands, or one of a known type whose length leads, chunk by chunk, to the very end of the
//! file. (Random bytes have the right CRC once in 2^32 places, the letters of a known type once in
//! 2^27.) If the broken chunk's length leads to that place after all, through more broken chunks,
//! it is believed too. Else reading goes on at that place, and what lies before it is one chunk
//! with a wrong length, if its CRC says so, or is lost.
//!
//! All this must not be made slow by a file full of long chunks with wrong CRCs, one inside the
//! other, each computed to its end. So [`Cutter::allowance`] bounds how many bytes may be looked at
//! more than once, to a few times the size of the file; with that used up, the rest is lost. And
//! what a search found is kept until reading has come there, so that no byte is looked at twice as
//! the beginning of a chunk. Both together keep the time for any file proportional to its size.

use std::mem;

use byteorder::{BigEndian, ByteOrder};

use super::{Faults, Piece, order};
use crate::png::chunk::OVERHEAD;
use crate::png::{ChunkType, Fault, FaultKind, MAX_LENGTH, NotPng, SIGNATURE, diagnose};

/// The chunks of a file.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) pieces: Vec<Piece<'a>>,
    /// Where the chunks end: behind IEND, or else with the file.
    pub(super) end: u64,
    /// Not all chunks could be made out: what is not among the pieces may have been there.
    pub(super) lost: bool,
}

/// Cuts the PNG in `bytes` into its chunks, up to IEND.
pub(super) fn cut<'a>(bytes: &'a [u8], faults: &mut Faults) -> Frame<'a> {
    let mut cutter = Cutter::new(bytes);
    let mut pieces = Vec::new();
    cutter.signature(faults);
    while cutter.at < bytes.len() {
        pieces.extend(cutter.chunk(faults));
        if pieces
            .last()
            .is_some_and(|piece: &Piece<'_>| piece.kind == ChunkType::IEND)
        {
            break;
        }
    }
    let end = cutter.at as u64;
    if cutter.at < bytes.len() {
        faults.push(Fault {
            offset: end,
            chunk: None,
            kind: FaultKind::AfterEnd,
        });
    }
    Frame {
        pieces,
        end,
        lost: cutter.lost,
    }
}

struct Cutter<'a> {
    bytes: &'a [u8],
    /// Where the next chunk begins.
    at: usize,
    /// Up to here, the lengths of broken chunks are known to lead to a sound one.
    in_step_to: usize,
    /// The last search: where it began, and what it found.
    searched: Option<(usize, Option<usize>)>,
    /// How many more bytes may be looked at again: for CRCs, and in following lengths.
    allowance: usize,
    /// As in [`Frame`].
    lost: bool,
    /// Something was lost just before `at`.
    gap: bool,
}

impl<'a> Cutter<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: SIGNATURE.len().min(bytes.len()),
            in_step_to: 0,
            searched: None,
            allowance: bytes.len().saturating_mul(4),
            lost: false,
            gap: false,
        }
    }

    /// Checks the signature. Behind a wrong one the chunks are looked at only if there are some:
    /// where IHDR is in its place, or one is found behind what added or dropped bytes.
    fn signature(&mut self, faults: &mut Faults) {
        let Err(what) = diagnose(self.bytes) else {
            return;
        };
        faults.push(Fault {
            offset: 0,
            chunk: None,
            kind: FaultKind::Signature(what),
        });
        let in_place = self.bytes.get(12..16) == Some(b"IHDR");
        let start = match what {
            NotPng::Other(_) => None,
            _ if in_place => Some(self.at),
            _ => self.search(0),
        };
        self.lost = start.is_none();
        self.at = start.unwrap_or(self.bytes.len());
    }

    /// The chunk at `at`, if it can be told which it is. Moves on to the next one in any case.
    fn chunk(&mut self, faults: &mut Faults) -> Option<Piece<'a>> {
        let (at, offset) = (self.at, self.at as u64);
        let after_gap = mem::take(&mut self.gap);
        let end = self.end(at);
        let kind = self
            .letters(at)
            .and_then(|letters| ChunkType::try_from(letters).ok());
        let broken = match (kind, end.map(|end| (end, self.crcs(at, end)))) {
            (Some(kind), Some((end, (stored, computed)))) if stored == computed => {
                self.at = end;
                let data = Some(&self.bytes[at + 8..end - 4]);
                return Some(Piece {
                    kind,
                    offset,
                    data,
                    after_gap,
                });
            }
            (Some(_), Some((_, (stored, computed)))) => FaultKind::Crc { stored, computed },
            _ => self.broken_head(at),
        };
        self.at = self.after_broken(at, end).unwrap_or(self.bytes.len());
        // What lies before `end` is read again, which must not happen too often.
        if let Some(end) = end.filter(|end| self.at < *end)
            && !self.spend(end - at)
        {
            self.at = self.bytes.len();
        }
        let (data, broken) = self.mend(at, end, broken);
        faults.push(Fault {
            offset,
            chunk: kind,
            kind: broken,
        });
        // With a wrong CRC, an unknown type may be a known one with a broken letter.
        let kind = kind.filter(|kind| order::is_known(*kind));
        self.gap = kind.is_none() || data.is_none();
        self.lost |= self.gap;
        kind.map(|kind| Piece {
            kind,
            offset,
            data,
            after_gap,
        })
    }

    fn length(&self, at: usize) -> Option<u32> {
        self.bytes[at..]
            .first_chunk()
            .map(|length| u32::from_be_bytes(*length))
    }

    fn letters(&self, at: usize) -> Option<[u8; 4]> {
        self.bytes.get(at + 4..at + 8)?.try_into().ok()
    }

    /// Where the chunk at `at` ends by its own length, if that is within the file.
    fn end(&self, at: usize) -> Option<usize> {
        let length = self.length(at).filter(|length| *length <= MAX_LENGTH)?;
        let end = at + usize::try_from(u64::from(length) + OVERHEAD).ok()?;
        (end <= self.bytes.len()).then_some(end)
    }

    /// The CRC that is stored in the chunk from `at` to `end`, and the one that its bytes give.
    fn crcs(&self, at: usize, end: usize) -> (u32, u32) {
        let (covered, stored) = self.bytes[at + 4..end].split_at(end - at - 8);
        (BigEndian::read_u32(stored), crc32fast::hash(covered))
    }

    /// What is wrong with a chunk that has no type, or no end.
    fn broken_head(&self, at: usize) -> FaultKind {
        let has = (self.bytes.len() - at) as u64;
        match (self.length(at), self.letters(at)) {
            (Some(length), Some(letters)) => match ChunkType::try_from(letters) {
                Err(bad) => FaultKind::NotLetters(bad.0),
                Ok(_) if length > MAX_LENGTH => FaultKind::Length(length),
                Ok(_) => FaultKind::Cut {
                    takes: u64::from(length) + OVERHEAD,
                    has,
                },
            },
            _ => FaultKind::Cut {
                takes: OVERHEAD,
                has,
            },
        }
    }

    /// Where to go on after the broken chunk at `at`, which by its length ends at `end`.
    fn after_broken(&mut self, at: usize, end: Option<usize>) -> Option<usize> {
        if end.is_some_and(|end| self.is_boundary(end)) {
            return end;
        }
        let found = self.search(at + OVERHEAD as usize);
        let target = found.unwrap_or(self.bytes.len());
        if end.is_some_and(|end| self.leads_to(end, target)) {
            self.in_step_to = self.in_step_to.max(target);
            return end;
        }
        found
    }

    /// Whether a chunk seems to end at `end`: by what stands there.
    fn is_boundary(&mut self, end: usize) -> bool {
        let in_step = end <= self.in_step_to || end == self.bytes.len();
        in_step || self.looks_known(end) || self.is_sound(end)
    }

    /// Whether the lengths lead from the chunk at `from` to the one at `target`.
    fn leads_to(&mut self, from: usize, target: usize) -> bool {
        let mut at = from;
        while at < target {
            match self.end(at) {
                Some(end) if self.spend(OVERHEAD as usize) => at = end,
                _ => return false,
            }
        }
        at == target
    }

    /// What is left of a broken chunk, now that `self.at` is where the next one begins.
    fn mend(
        &self,
        at: usize,
        end: Option<usize>,
        broken: FaultKind,
    ) -> (Option<&'a [u8]>, FaultKind) {
        let data = self.bytes.get(at + 8..self.at - 4);
        if end == Some(self.at) {
            return (data, broken);
        }
        let Some(data) = data.filter(|_| !matches!(broken, FaultKind::NotLetters(_))) else {
            return (None, broken);
        };
        let (stored, computed) = self.crcs(at, self.at);
        if stored != computed {
            return (None, broken);
        }
        let stored = BigEndian::read_u32(&self.bytes[at..]);
        (
            Some(data),
            FaultKind::WrongLength {
                stored,
                fits: data.len() as u64,
            },
        )
    }

    /// The first place from `from` on where a chunk seems to begin: by its CRC, or by where it
    /// leads.
    fn search(&mut self, from: usize) -> Option<usize> {
        if let Some((began, found)) = self.searched
            && began <= from
            && found.is_none_or(|found| from <= found)
        {
            return found;
        }
        let last = self.bytes.len().saturating_sub(OVERHEAD as usize);
        let found = (from..=last).find(|&at| self.begins_chunk(at));
        self.searched = Some((from, found));
        found
    }

    fn begins_chunk(&mut self, at: usize) -> bool {
        if self.is_sound(at) {
            return true;
        }
        let to_end = self.looks_known(at) && self.leads_to(at, self.bytes.len());
        if to_end {
            self.in_step_to = self.bytes.len();
        }
        to_end
    }

    fn looks_known(&self, at: usize) -> bool {
        let kind = self
            .letters(at)
            .and_then(|letters| ChunkType::try_from(letters).ok());
        kind.is_some_and(order::is_known)
    }

    /// Whether the chunk at `at` has letters for a type and the right CRC, as far as the allowance
    /// lets us see.
    fn is_sound(&mut self, at: usize) -> bool {
        let has_type = self
            .letters(at)
            .is_some_and(|letters| ChunkType::try_from(letters).is_ok());
        match self.end(at).filter(|_| has_type) {
            Some(end) if self.spend(end - at) => {
                let (stored, computed) = self.crcs(at, end);
                stored == computed
            }
            _ => false,
        }
    }

    fn spend(&mut self, bytes: usize) -> bool {
        let left = self.allowance.checked_sub(bytes);
        self.allowance = left.unwrap_or(0);
        left.is_some()
    }
}
