//! The network and the one M that waits for it. It waits for the next timer as well, since it is the only
//! one that can sleep until a given time: Go's `netpoll(delay)`.

use super::cost;
use super::event::{Spin, Time, What};
use super::threads::Gets;
use super::world::{Doing, Due, World};
use crate::runtime::TaskId;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Network {
    /// The poller is made on first use.
    made: bool,
    /// How many Gs wait, those that are ready and not polled included.
    waiting: usize,
    /// What a poll would return, in the order in which it came.
    ready: Vec<TaskId>,
    /// Who waits, and until when.
    poller: Option<(usize, Option<Time>)>,
    /// That one is on its way already.
    woken: bool,
    last_poll: Time,
}

impl Network {
    /// Whether a look without waiting is worth it. While an M waits there it is not: that one is told.
    pub(super) fn is_to_be_polled(&self) -> bool {
        self.waiting > 0 && self.poller.is_none()
    }

    pub(super) fn is_to_be_waited_for(&self, timer: Option<Time>) -> bool {
        self.poller.is_none() && (self.waiting > 0 || timer.is_some())
    }

    pub(super) fn has_poller(&self) -> bool {
        self.poller.is_some()
    }

    pub(super) fn last_poll(&self) -> Time {
        self.last_poll
    }

    pub(super) fn take_ready(&mut self, now: Time) -> Vec<TaskId> {
        self.last_poll = now;
        let ready = std::mem::take(&mut self.ready);
        self.waiting -= ready.len();
        ready
    }
}

impl World {
    pub(super) fn make_poller(&mut self, m: usize) {
        if !self.network.made {
            self.network.made = true;
            self.note_on(m, None, What::PollerMade);
        }
    }

    pub(super) fn wait_for_network(&mut self, m: usize, id: TaskId, after: Time) {
        self.make_poller(m);
        self.network.waiting += 1;
        self.arrange(self.now + after, Due::Network(id.0));
    }

    /// Something has come for the G. The kernel knows; the scheduler does when somebody polls.
    pub(super) fn network_has(&mut self, id: TaskId) {
        self.network.ready.push(id);
        self.wake_poller_before(self.now);
    }

    /// Whoever waits is to be back before the time `when`.
    pub(super) fn wake_poller_before(&mut self, when: Time) {
        let Some((poller, until)) = self.network.poller else {
            return;
        };
        if !self.network.woken && until.is_none_or(|until| until > when) {
            self.network.woken = true;
            let after = self.about(cost::WAKE);
            self.rearrange(poller, self.now + after);
        }
    }

    /// The M waits, without a P.
    pub(super) fn poll(&mut self, m: usize, until: Option<Time>, spun: bool) {
        self.note_on(m, None, What::Polls(until));
        self.network.poller = Some((m, until));
        self.network.woken = !self.network.ready.is_empty();
        self.until_told(m, Doing::Polling { spun });
        let soon = self.now + cost::CALL;
        if self.network.woken {
            self.rearrange(m, soon);
        } else if let Some(until) = until {
            self.rearrange(m, until.max(soon));
        }
    }

    /// It is back, and needs a P for what it has.
    pub(super) fn polled(&mut self, m: usize, spun: bool) {
        self.network.poller = None;
        let ready = self.network.take_ready(self.now);
        self.note_on(m, None, What::Polled(ready.len()));
        let Some(p) = self.take_idle() else {
            self.inject(m, ready, Gets::Nothing);
            return self.sleep(m);
        };
        self.acquire(m, p);
        if !ready.is_empty() {
            return self.run_first_of(m, ready);
        }
        // For a timer it looks at the other Ps too, however many others do.
        if spun || self.earliest_timer().is_some_and(|when| when <= self.now) {
            self.spin(m, Spin::Polled);
        }
        self.schedule(m);
    }
}
