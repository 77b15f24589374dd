//! What the numbers of the ticks tell a listener.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::Tick;

/// How many senders are remembered. Anybody can send to a group, from many ports; the one that was
/// not heard for longest is forgotten.
const MAX_SENDERS: usize = 64;

/// Keeps the last tick of every sender.
///
/// A sender is known by its address and port, so that one started anew begins anew.
#[derive(Debug, Default)]
pub struct Follower {
    last: HashMap<SocketAddr, Last>,
}

#[derive(Clone, Copy, Debug)]
struct Last {
    /// The highest number so far.
    number: u64,
    /// When any tick of this sender came.
    arrived: Duration,
}

/// What can be said of one tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Its place among the others of its sender.
    pub order: Order,
    /// How long after the sender's tick before it; `None` for the first. 0 when our clock was set
    /// back meanwhile.
    pub gap: Option<Duration>,
    /// How long after it was due, by our clock and the sender's, in nanoseconds; negative when our
    /// clock is behind by more than the way took.
    pub late_nanos: i128,
}

/// A tick's place among the others of its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The first one we heard.
    First,
    /// The one after the last.
    Next,
    /// So many before it have not come, or not yet.
    Missed(u64),
    /// Its number was the last one too.
    Doubled,
    /// A higher number came before it: it was overtaken, or doubled on a longer way.
    Old,
}

impl Follower {
    /// Nothing heard yet.
    pub fn new() -> Self {
        Follower::default()
    }

    /// A `tick` came from `sender` at `now` by our wall clock.
    pub fn hear(&mut self, sender: SocketAddr, tick: &Tick, now: Duration) -> Arrival {
        let last = self.last.get(&sender).copied();
        if last.is_none() && self.last.len() == MAX_SENDERS {
            self.forget_one();
        }
        let number = last.map_or(tick.number, |last| last.number.max(tick.number));
        self.last.insert(
            sender,
            Last {
                number,
                arrived: now,
            },
        );
        Arrival {
            order: order(last.map(|last| last.number), tick.number),
            gap: last.map(|last| now.saturating_sub(last.arrived)),
            late_nanos: signed_nanos(now) - signed_nanos(tick.due),
        }
    }

    fn forget_one(&mut self) {
        let quiet = self.last.iter().min_by_key(|(_, last)| last.arrived);
        if let Some(sender) = quiet.map(|(sender, _)| *sender) {
            self.last.remove(&sender);
        }
    }
}

fn order(last: Option<u64>, number: u64) -> Order {
    match last {
        None => Order::First,
        Some(last) if number == last => Order::Doubled,
        Some(last) if number < last => Order::Old,
        Some(last) if number - last == 1 => Order::Next,
        Some(last) => Order::Missed(number - last - 1),
    }
}

/// A Duration has at most 94 bits of nanoseconds.
fn signed_nanos(time: Duration) -> i128 {
    time.as_nanos() as i128
}
