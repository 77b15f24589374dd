//! Data out, acknowledgements in.

use std::iter;
use std::time::Duration;

use super::Sender;
use crate::transfer::wire::{Ack, Message, encode, payload};

/// The oldest segment is sent again early after two round trips and this, for the receiver's own
/// delays.
const NUDGE: Duration = Duration::from_millis(2);

/// After so many expiries in a row, and one more, large datagrams are suspected to vanish.
const BLACK_HOLE: u32 = 2;

impl Sender {
    /// Whether it speaks of what was sent only.
    pub(super) fn is_possible(&self, ack: &Ack) -> bool {
        let end = ack.ranges.last().map_or(ack.upto, |range| range.end);
        ack.number < self.number && end <= self.next
    }

    pub(super) fn on_ack(&mut self, now: Duration, ack: &Ack) {
        let edge = ack.upto + u64::from(ack.window);
        if edge > self.edge {
            self.edge = edge;
            self.asked = 0;
        }
        let ranges =
            iter::once(self.base.min(ack.upto)..ack.upto).chain(ack.ranges.iter().cloned());
        let settled = self.flight.acknowledged(now, ack.number, ranges, self.cut);
        if let Some(round_trip) = settled.round_trip {
            self.estimator.measured(round_trip);
        }
        self.base = self.base.max(ack.upto);
        if settled.bytes > 0 {
            self.statistics.acknowledged += settled.bytes as u64;
            if std::mem::take(&mut self.nudged) {
                self.cut(now);
            }
            self.restart_timer(now);
        }
        self.react(now, settled.fresh);
        // The question is answered; when there still is nothing to send, it is asked again later.
        self.ask = None;
    }

    /// The congestion window grows or is cut.
    fn react(&mut self, now: Duration, acknowledged: usize) {
        if let Some(number) = self.flight.find_losses() {
            if number >= self.cut {
                self.cut(now);
            }
        } else if acknowledged > 0 && self.limited {
            let round_trip = self.estimator.smoothed().unwrap_or_default();
            self.congestion.on_ack(now, acknowledged, round_trip);
        }
    }

    fn cut(&mut self, now: Duration) {
        self.congestion.on_loss(now);
        self.cut = self.number;
        self.statistics.losses += 1;
    }

    fn restart_timer(&mut self, now: Duration) {
        let timeout = self.estimator.timeout();
        let early = self
            .estimator
            .smoothed()
            .map(|smoothed| 2 * smoothed + NUDGE);
        let patience = match early {
            Some(early) if !self.nudged => timeout.min(early),
            _ => timeout,
        };
        self.retransmit = (!self.flight.is_empty()).then(|| now + patience);
    }

    pub(super) fn transmit(&mut self, now: Duration) -> Option<Vec<u8>> {
        if self.retransmit.is_some_and(|due| now >= due) {
            self.expire(now);
        }
        if let Some(size) = self.path.probe(now, self.estimator.timeout()) {
            let number = self.take_number();
            return Some(encode(self.connection, &Message::Probe { number, size }));
        }
        match self.next_segment() {
            Some((offset, length)) => Some(self.send(now, offset, length)),
            None => self.ask(now),
        }
    }

    fn expire(&mut self, now: Duration) {
        self.retransmit = None;
        if !self.nudged && self.estimator.backoff() == 0 && self.estimator.smoothed().is_some() {
            // The end of a burst was lost, and nothing later arrives that could tell so. One segment
            // is enough to hear from the receiver again (as TCP's tail loss probe, RFC 8985).
            self.nudged = true;
            self.flight.lose_first();
            // The congestion window may forbid even that one.
            self.restart_timer(now);
            return;
        }
        self.statistics.timeouts += 1;
        // RFC 5681: the threshold is set by the first expiry only.
        if self.estimator.backoff() == 0 {
            self.congestion.on_timeout(now);
        }
        if self.estimator.backoff() >= BLACK_HOLE && self.path.black_hole(now) {
            self.congestion.set_segment(payload(self.path.size()));
        }
        self.estimator.expired();
        self.flight.lose_all();
        self.cut = self.number;
    }

    /// What may be sent now.
    fn next_segment(&mut self) -> Option<(u64, usize)> {
        self.limited = false;
        let full = payload(self.path.size());
        let (offset, length) = match self.flight.next_lost(full) {
            Some(lost) => lost,
            None => self.new_segment(full)?,
        };
        if self.flight.in_air() + length > self.congestion.window() {
            self.limited = true;
            return None;
        }
        Some((offset, length))
    }

    fn new_segment(&self, full: usize) -> Option<(u64, usize)> {
        let may = self.edge.min(self.end).saturating_sub(self.next);
        let length = usize::try_from(may).map_or(full, |may| may.min(full));
        // A part of a segment goes out when it is the last one, or when nothing else would make the
        // receiver speak again.
        let is_last = self.next + length as u64 == self.facts.length;
        let waits = length < full && !is_last && !self.flight.is_empty();
        (length > 0 && !waits).then_some((self.next, length))
    }

    fn send(&mut self, now: Duration, offset: u64, length: usize) -> Vec<u8> {
        let number = self.take_number();
        self.flight.sent(now, number, offset, length);
        self.statistics.sent += length as u64;
        if offset < self.next {
            self.statistics.retransmissions += 1;
        }
        self.next = self.next.max(offset + length as u64);
        if self.retransmit.is_none() {
            self.restart_timer(now);
        }
        self.ask = None;
        let mut bytes = Vec::with_capacity(length);
        self.buffer.read(offset, length, &mut bytes);
        encode(
            self.connection,
            &Message::Data {
                number,
                offset,
                bytes: &bytes,
            },
        )
    }

    /// Nothing can be sent. If nothing is in the air either, nobody would ever speak again.
    fn ask(&mut self, now: Duration) -> Option<Vec<u8>> {
        if !self.flight.is_empty() {
            return None;
        }
        let patience = self.estimator.timeout() * 2_u32.pow(self.asked.min(6));
        match self.ask {
            Some(due) if now >= due => {
                self.asked += 1;
                self.ask = Some(now + patience.min(self.config.idle / 4));
                let number = self.take_number();
                self.flight.sent_empty(now, number);
                let (offset, bytes) = (self.next, &[][..]);
                let message = Message::Data {
                    number,
                    offset,
                    bytes,
                };
                Some(encode(self.connection, &message))
            }
            Some(_) => None,
            None => {
                self.ask = Some(now + patience.min(self.config.idle / 4));
                None
            }
        }
    }

    fn take_number(&mut self) -> u64 {
        self.number += 1;
        self.number - 1
    }
}
