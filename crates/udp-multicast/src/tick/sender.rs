//! Waits for each tick's time, and sends.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use super::{Schedule, Tick, now};
use crate::multicast::{MulticastError, MulticastSocket};

/// A wait is cut into pieces of at most this, after each of which the wall clock is asked again:
/// somebody may have set it, or the machine may have been asleep.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// The sending side. It keeps when its last tick was due, and nothing about who hears it.
#[derive(Debug)]
pub struct Sender {
    socket: MulticastSocket,
    group: SocketAddr,
    schedule: Schedule,
    last: Option<Tick>,
}

impl Sender {
    /// Sends to `group` from `socket`, as `schedule` has it.
    pub fn new(socket: MulticastSocket, group: SocketAddr, schedule: Schedule) -> Self {
        Sender {
            socket,
            group,
            schedule,
            last: None,
        }
    }

    /// Waits until the next tick is due, sends it and returns it.
    pub fn tick(&mut self) -> Result<Tick, MulticastError> {
        let due = self.wait();
        let tick = Tick {
            number: self.last.map_or(1, |last| self.number_after(&last, due)),
            due,
            interval: self.schedule.interval(),
        };
        // Before it is sent: one that the system refused to send is a missing one.
        self.last = Some(tick);
        let message = tick.to_string();
        self.socket.send_to(message.as_bytes(), self.group)?;
        Ok(tick)
    }

    /// Until a multiple is reached; returns which. What was slept through is not made up for.
    fn wait(&self) -> Duration {
        let mut due = self.schedule.next_after(now());
        loop {
            match due.checked_sub(now()) {
                None | Some(Duration::ZERO) => return due.max(self.schedule.latest(now())),
                Some(rest) => thread::sleep(rest.min(LONGEST_SLEEP)),
            }
            // The next multiple is an earlier one after the clock was set back.
            due = due.min(self.schedule.next_after(now()));
        }
    }

    /// Counts those that were left out. After the clock was set back it is the next number.
    fn number_after(&self, last: &Tick, due: Duration) -> u64 {
        let intervals = self.schedule.intervals(last.due, due);
        last.number.saturating_add(intervals.max(1))
    }
}
