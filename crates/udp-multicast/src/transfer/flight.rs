//! What is on its way: the sender's scoreboard.
//!
//! Each transmission has a number of its own; a segment that is sent again gets a new one. So whatever
//! an acknowledgement answers, it is known which transmission that was, and the order of numbers is the
//! order of sending. A segment counts as lost when one that was sent three transmissions later has
//! arrived (TCP's three duplicate acknowledgements, RFC 9002's packet threshold): this finds lost
//! retransmissions as well, which TCP's way does not.
//!
//! Invariants: a segment is in the air or lost; one that has arrived is no longer here. Segments do
//! not overlap. `in_air` is the sum of the lengths of those in the air.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

/// So many later transmissions may arrive before a segment counts as lost.
const REORDERING: u64 = 3;

/// The segments that were sent and have not arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flight {
    /// By offset.
    segments: BTreeMap<u64, Segment>,
    /// Offsets of those that are lost.
    lost: BTreeSet<u64>,
    /// Transmissions that are not settled, by number.
    transmissions: BTreeMap<u64, (u64, Duration)>,
    /// The latest transmission that was answered.
    answered: Option<u64>,
    in_air: usize,
}

#[derive(Debug, Clone)]
struct Segment {
    length: usize,
    /// Its latest transmission.
    number: u64,
    in_air: bool,
}

/// What an acknowledgement has settled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Settled {
    /// Bytes that have arrived, of transmissions from a certain one on.
    pub(crate) fresh: usize,
    /// Bytes that have arrived, all together.
    pub(crate) bytes: usize,
    /// The round trip of the latest transmission, when it was not known before.
    pub(crate) round_trip: Option<Duration>,
}

impl Flight {
    /// A segment goes out, for the first time or again.
    pub(crate) fn sent(&mut self, now: Duration, number: u64, offset: u64, length: usize) {
        self.lost.remove(&offset);
        self.transmissions.insert(number, (offset, now));
        self.segments.insert(
            offset,
            Segment {
                length,
                number,
                in_air: true,
            },
        );
        self.in_air += length;
    }

    /// A transmission without data goes out; its answer is a measurement too.
    pub(crate) fn sent_empty(&mut self, now: Duration, number: u64) {
        self.transmissions.insert(number, (u64::MAX, now));
    }

    /// Transmission `number` was answered, and `ranges` are there. `since` divides old transmissions
    /// from fresh ones.
    pub(crate) fn acknowledged(
        &mut self,
        now: Duration,
        number: u64,
        ranges: impl Iterator<Item = Range<u64>>,
        since: u64,
    ) -> Settled {
        let mut settled = Settled::default();
        for range in ranges {
            self.arrived(range, since, &mut settled);
        }
        if self.answered.is_none_or(|answered| number > answered) {
            self.answered = Some(number);
            settled.round_trip = self
                .transmissions
                .get(&number)
                .map(|(_, sent)| now.saturating_sub(*sent));
        }
        settled
    }

    fn arrived(&mut self, range: Range<u64>, since: u64, settled: &mut Settled) {
        while let Some((&offset, segment)) = self
            .segments
            .range(range.clone())
            .find(|(offset, segment)| **offset + segment.length as u64 <= range.end)
        {
            settled.bytes += segment.length;
            if segment.number >= since {
                settled.fresh += segment.length;
            }
            if segment.in_air {
                self.in_air -= segment.length;
            }
            self.lost.remove(&offset);
            self.segments.remove(&offset);
        }
    }

    /// Finds what is lost by now. Returns the latest transmission among the losses.
    pub(crate) fn find_losses(&mut self) -> Option<u64> {
        let horizon = (self.answered? + 1).checked_sub(REORDERING)?;
        let pending = self.transmissions.split_off(&horizon);
        let settled = std::mem::replace(&mut self.transmissions, pending);
        let mut latest = None;
        for (number, (offset, _)) in settled {
            if self.lose(offset, number) {
                latest = Some(number);
            }
        }
        latest
    }

    /// Whether that was the segment's latest transmission, and in the air.
    fn lose(&mut self, offset: u64, number: u64) -> bool {
        match self.segments.get_mut(&offset) {
            Some(segment) if segment.number == number && segment.in_air => {
                segment.in_air = false;
                self.in_air -= segment.length;
                self.lost.insert(offset);
                true
            }
            _ => false,
        }
    }

    /// Nothing comes back: all that is in the air counts as lost.
    pub(crate) fn lose_all(&mut self) {
        for (offset, segment) in &mut self.segments {
            segment.in_air = false;
            self.lost.insert(*offset);
        }
        self.in_air = 0;
        // The answers to these may still come, and are measurements; the losses are known.
    }

    /// The oldest segment in the air counts as lost.
    pub(crate) fn lose_first(&mut self) {
        let mut segments = self.segments.iter();
        let oldest = segments.find(|(_, segment)| segment.in_air);
        if let Some((offset, number)) = oldest.map(|(offset, segment)| (*offset, segment.number)) {
            self.lose(offset, number);
        }
    }

    /// The first segment that has to be sent again, cut to `limit`: the rest of a longer one stays
    /// lost.
    pub(crate) fn next_lost(&mut self, limit: usize) -> Option<(u64, usize)> {
        let offset = *self.lost.first()?;
        let segment = self.segments.get_mut(&offset)?;
        if segment.length > limit {
            let rest = Segment {
                length: segment.length - limit,
                ..segment.clone()
            };
            segment.length = limit;
            let next = offset + limit as u64;
            self.segments.insert(next, rest);
            self.lost.insert(next);
        }
        Some((offset, self.segments[&offset].length))
    }

    /// How many bytes are in the air.
    pub(crate) fn in_air(&self) -> usize {
        self.in_air
    }

    /// Whether everything that was sent has arrived.
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }
}
