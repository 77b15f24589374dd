//! One direction of a link: queue, line, way.

use std::time::Duration;

use super::{Conditions, Fate, Random};

/// One direction.
#[derive(Debug)]
pub(super) struct Lane {
    conditions: Conditions,
    /// When the line will have sent all that it has accepted.
    busy_until: Duration,
    /// When the last datagram arrives that was not held back; none overtakes it.
    last_arrival: Duration,
}

/// What a lane does with a datagram.
#[derive(Debug, Default)]
pub(super) struct Passage {
    pub(super) fates: Vec<Fate>,
    pub(super) arrives: Option<Duration>,
    pub(super) arrives_again: Option<Duration>,
    /// Which bit is flipped, as a part of all.
    pub(super) flipped: Option<f64>,
}

impl Lane {
    pub(super) fn new(conditions: Conditions) -> Self {
        Lane {
            conditions,
            busy_until: Duration::ZERO,
            last_arrival: Duration::ZERO,
        }
    }

    pub(super) fn pass(&mut self, now: Duration, size: usize, dice: &Dice) -> Passage {
        let mut passage = Passage::default();
        if size > self.conditions.mtu {
            passage.fates.push(Fate::TooBig);
            return passage;
        }
        let Some(sent) = self.serialise(now, size) else {
            passage.fates.push(Fate::QueueFull);
            return passage;
        };
        if dice.loss < self.conditions.loss {
            passage.fates.push(Fate::Lost);
            return passage;
        }
        let (arrives, held_back) = self.arrival(sent, dice);
        passage.arrives = Some(arrives);
        if held_back {
            passage.fates.push(Fate::HeldBack);
        }
        if dice.duplicate < self.conditions.duplicate {
            passage.fates.push(Fate::Duplicated);
            passage.arrives_again = Some(arrives + self.conditions.delay.mul_f64(dice.again));
        }
        if dice.corrupt < self.conditions.corrupt {
            passage.fates.push(Fate::Corrupted);
            passage.flipped = Some(dice.bit);
        }
        passage
    }

    /// When the line will have sent it; `None` when it did not fit into the queue.
    fn serialise(&mut self, now: Duration, size: usize) -> Option<Duration> {
        let waiting = self.conditions.backlog(self.busy_until.saturating_sub(now));
        if waiting.saturating_add(size) > self.conditions.queue {
            return None;
        }
        self.busy_until = self.busy_until.max(now) + self.conditions.serialisation(size);
        Some(self.busy_until)
    }

    fn arrival(&mut self, sent: Duration, dice: &Dice) -> (Duration, bool) {
        let usual = sent + self.conditions.delay + self.conditions.jitter.mul_f64(dice.jitter);
        let in_order = usual.max(self.last_arrival);
        if dice.reorder < self.conditions.reorder {
            let held = self.conditions.delay + self.conditions.jitter;
            return (in_order + held.mul_f64(dice.held), true);
        }
        self.last_arrival = in_order;
        (in_order, false)
    }
}

/// All chance about one datagram, each from 0 to 1.
#[derive(Debug)]
pub(super) struct Dice {
    loss: f64,
    duplicate: f64,
    reorder: f64,
    corrupt: f64,
    jitter: f64,
    held: f64,
    again: f64,
    bit: f64,
}

impl Dice {
    pub(super) fn throw(random: &mut Random) -> Self {
        Dice {
            loss: random.fraction(),
            duplicate: random.fraction(),
            reorder: random.fraction(),
            corrupt: random.fraction(),
            jitter: random.fraction(),
            held: random.fraction(),
            again: random.fraction(),
            bit: random.fraction(),
        }
    }
}
