//! A simulated link: two ends, one log, and time that passes only when somebody says so.
//!
//! What a network does to datagrams cannot be had on demand: the loss that a test needs comes once a
//! week, or on every second run. Here it comes from a seed. The same seed, the same conditions and
//! the same datagrams give the same log, event for event.
//!
//! A datagram on its way passes, in this order: the size limit of the path; the **queue** before the
//! line, which drops what does not fit ("drop tail": how a router says that it is congested); the
//! line itself, which takes a time for each byte (**bandwidth**); then the way, where datagrams
//! vanish (**loss**), take their time (**delay** and **jitter**), let others pass (**reordering**), are
//! copied (**duplication**) or changed (**corruption**). The flows of one link share its queue and its
//! line, and see nothing else of each other.
//!
//! For each datagram the dice are thrown the same number of times whatever the conditions are, so
//! that raising the loss loses more of them and changes nothing about the rest.
//!
//! ```
//! use std::time::Duration;
//! use udp_multicast::link::{Conditions, Direction, Link};
//!
//! let mut link = Link::new(7, Conditions::default());
//! link.send(Duration::ZERO, Direction::There, 0, b"hello".to_vec());
//! let then = link.next_arrival().unwrap();
//! assert_eq!(then, Duration::from_millis(10));
//! assert_eq!(link.arrive(then).unwrap().datagram, b"hello");
//! ```

mod conditions;
mod event;
mod lane;
mod random;
mod run;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::time::Duration;

pub use conditions::Conditions;
pub use event::{Direction, Event, Fate, What};
pub use random::Random;
pub use run::{Flow, Machine, run};

use lane::{Dice, Lane};

/// Both directions of a simulated link.
#[derive(Debug)]
pub struct Link {
    there: Lane,
    back: Lane,
    dice: Random,
    /// What is on its way, the next to arrive on top.
    air: BinaryHeap<Reverse<Flying>>,
    log: Vec<Event>,
    /// How many datagrams were sent.
    sent: u64,
    /// The last congestion window of each flow.
    windows: BTreeMap<usize, usize>,
}

/// A datagram that has come through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The way it came.
    pub direction: Direction,
    /// Whose it is.
    pub flow: usize,
    /// Its bytes.
    pub datagram: Vec<u8>,
}

impl Link {
    /// A link with the same conditions in both directions.
    pub fn new(seed: u64, conditions: Conditions) -> Self {
        Link::asymmetric(seed, conditions.clone(), conditions)
    }

    /// A link whose way back is another.
    pub fn asymmetric(seed: u64, there: Conditions, back: Conditions) -> Self {
        Link {
            there: Lane::new(there),
            back: Lane::new(back),
            dice: Random::new(seed),
            air: BinaryHeap::new(),
            log: Vec::new(),
            sent: 0,
            windows: BTreeMap::new(),
        }
    }

    /// Hands a datagram to the link. `now` never goes back.
    pub fn send(&mut self, now: Duration, direction: Direction, flow: usize, datagram: Vec<u8>) {
        let number = self.sent;
        self.sent += 1;
        let mut flying = Flying {
            at: now,
            number,
            copy: 0,
            arrival: Arrival {
                direction,
                flow,
                datagram,
            },
        };
        self.note(now, &flying, Fate::Sent);
        let dice = Dice::throw(&mut self.dice);
        let lane = match direction {
            Direction::There => &mut self.there,
            Direction::Back => &mut self.back,
        };
        let passage = lane.pass(now, flying.arrival.datagram.len(), &dice);
        for fate in passage.fates {
            self.note(now, &flying, fate);
        }
        let Some(at) = passage.arrives else { return };
        flying.at = at;
        if let Some(bit) = passage.flipped {
            flip(&mut flying.arrival.datagram, bit);
        }
        if let Some(again) = passage.arrives_again {
            self.air.push(Reverse(Flying {
                at: again,
                copy: 1,
                ..flying.clone()
            }));
        }
        self.air.push(Reverse(flying));
    }

    /// When the next datagram comes out, if one is on its way.
    pub fn next_arrival(&self) -> Option<Duration> {
        self.air.peek().map(|Reverse(flying)| flying.at)
    }

    /// The next datagram that has come out by now.
    pub fn arrive(&mut self, now: Duration) -> Option<Arrival> {
        self.next_arrival().filter(|at| *at <= now)?;
        let Reverse(flying) = self.air.pop()?;
        self.note(now, &flying, Fate::Arrived);
        Some(flying.arrival)
    }

    /// All that has happened, in order.
    pub fn log(&self) -> &[Event] {
        &self.log
    }

    /// Writes a congestion window down, when it is another than before.
    pub fn note_window(&mut self, now: Duration, flow: usize, window: usize) {
        let last = self.windows.insert(flow, window);
        if last != Some(window) {
            self.log.push(Event {
                at: now,
                flow,
                what: What::Window(window),
            });
        }
    }

    fn note(&mut self, at: Duration, flying: &Flying, fate: Fate) {
        self.log.push(Event {
            at,
            flow: flying.arrival.flow,
            what: What::Datagram {
                direction: flying.arrival.direction,
                number: flying.number,
                size: flying.arrival.datagram.len(),
                fate,
            },
        });
    }
}

fn flip(datagram: &mut [u8], which: f64) {
    let bit = (which * (8 * datagram.len()) as f64) as usize;
    if let Some(byte) = datagram.get_mut(bit / 8) {
        *byte ^= 1 << (bit % 8);
    }
}

/// A datagram on its way. Ordered by time, then by age, so that there is one order only.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Flying {
    at: Duration,
    number: u64,
    copy: u8,
    arrival: Arrival,
}

impl Flying {
    fn key(&self) -> (Duration, u64, u8) {
        (self.at, self.number, self.copy)
    }
}

impl Ord for Flying {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Flying {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
