//! Virtual time: it jumps to whatever happens next.

use std::time::Duration;

use super::{Direction, Link};

/// One end of a protocol, without a socket and without a clock. Times count from any fixed moment.
pub trait Machine {
    /// A datagram has come.
    fn on_datagram(&mut self, now: Duration, datagram: &[u8]);

    /// What is to be sent now; to be asked until it says `None`. What has become due since the last
    /// call is due here.
    fn poll_transmit(&mut self, now: Duration) -> Option<Vec<u8>>;

    /// When to ask again although nothing has come. Later than the last time it said `None`.
    fn next_timeout(&self) -> Option<Duration>;

    /// The congestion window in bytes, of a machine that has one; it goes into the link's log.
    fn congestion_window(&self) -> Option<usize> {
        None
    }

    /// Whether this end has nothing more to do.
    fn is_done(&self) -> bool {
        false
    }
}

/// Two machines that talk to each other over a link.
pub struct Flow<'a> {
    /// The end that sends in the direction [`There`](Direction::There).
    pub near: &'a mut dyn Machine,
    /// The other.
    pub far: &'a mut dyn Machine,
    /// When the near end says its first word.
    pub starts: Duration,
}

impl<'a> Flow<'a> {
    /// A flow that starts at once.
    pub fn new(near: &'a mut dyn Machine, far: &'a mut dyn Machine) -> Self {
        Flow {
            near,
            far,
            starts: Duration::ZERO,
        }
    }

    /// The same flow, later.
    pub fn starting(self, starts: Duration) -> Self {
        Flow { starts, ..self }
    }

    fn transmit(&mut self, now: Duration, link: &mut Link, flow: usize) {
        if now < self.starts {
            return;
        }
        while let Some(datagram) = self.near.poll_transmit(now) {
            link.send(now, Direction::There, flow, datagram);
        }
        while let Some(datagram) = self.far.poll_transmit(now) {
            link.send(now, Direction::Back, flow, datagram);
        }
        if let Some(window) = self.near.congestion_window() {
            link.note_window(now, flow, window);
        }
    }

    fn next_timeout(&self, now: Duration) -> Option<Duration> {
        if now < self.starts {
            return Some(self.starts);
        }
        [self.near.next_timeout(), self.far.next_timeout()]
            .into_iter()
            .flatten()
            .min()
    }

    fn is_done(&self) -> bool {
        self.near.is_done() && self.far.is_done()
    }
}

/// Lets all flows share the link until all are done, nothing more can happen, or it is `until`.
/// Returns the virtual time at which that was.
///
/// # Panics
///
/// When a machine asks to be woken at a moment that is not later than the one at which it was asked:
/// time would stand still.
pub fn run(link: &mut Link, flows: &mut [Flow<'_>], until: Duration) -> Duration {
    let mut now = Duration::ZERO;
    loop {
        for (index, flow) in flows.iter_mut().enumerate() {
            flow.transmit(now, link, index);
        }
        if flows.iter().all(Flow::is_done) {
            return now;
        }
        let timeout = flows.iter().filter_map(|flow| flow.next_timeout(now)).min();
        assert!(timeout.is_none_or(|at| at > now), "a timer in the past");
        match [timeout, link.next_arrival()].into_iter().flatten().min() {
            Some(next) if next <= until => now = next,
            _ => return now,
        }
        while let Some(arrival) = link.arrive(now) {
            let flow = &mut flows[arrival.flow];
            match arrival.direction {
                Direction::There => flow.far.on_datagram(now, &arrival.datagram),
                Direction::Back => flow.near.on_datagram(now, &arrival.datagram),
            }
        }
    }
}
