//! What Gs wait for among themselves: channels, groups and timers.

use std::collections::VecDeque;

use super::cost;
use super::event::{Reason, Time};
use super::world::{Doing, World};
use crate::runtime::TaskId;

/// A channel: it is the number of values that matters, not the values.
#[derive(Debug)]
pub(super) struct Channel {
    room: usize,
    values: usize,
    senders: VecDeque<TaskId>,
    receivers: VecDeque<TaskId>,
}

/// A wait group.
#[derive(Debug)]
pub(super) struct Group {
    left: usize,
    waiting: Vec<TaskId>,
}

impl Channel {
    pub(super) fn new(room: usize) -> Self {
        Channel {
            room,
            values: 0,
            senders: VecDeque::new(),
            receivers: VecDeque::new(),
        }
    }
}

impl Group {
    pub(super) fn new(left: usize) -> Self {
        Group {
            left,
            waiting: Vec::new(),
        }
    }
}

impl World {
    pub(super) fn send(&mut self, m: usize, id: TaskId, channel: usize) {
        let channel = &mut self.channels[channel];
        if let Some(receiver) = channel.receivers.pop_front() {
            // The value goes from hand to hand.
            self.ready(m, receiver);
        } else if channel.values < channel.room {
            channel.values += 1;
        } else {
            channel.senders.push_back(id);
            return self.park(m, id, Reason::Send);
        }
        self.then(m, cost::STEP, Doing::Running);
    }

    pub(super) fn receive(&mut self, m: usize, id: TaskId, channel: usize) {
        let channel = &mut self.channels[channel];
        if let Some(sender) = channel.senders.pop_front() {
            // Its value takes the room of the one that was received, if there is room at all.
            self.ready(m, sender);
        } else if channel.values > 0 {
            channel.values -= 1;
        } else {
            channel.receivers.push_back(id);
            return self.park(m, id, Reason::Receive);
        }
        self.then(m, cost::STEP, Doing::Running);
    }

    pub(super) fn done(&mut self, m: usize, group: usize) {
        let group = &mut self.groups[group];
        group.left = group.left.saturating_sub(1);
        if group.left == 0 {
            for waiting in std::mem::take(&mut group.waiting) {
                self.ready(m, waiting);
            }
        }
        self.then(m, cost::STEP, Doing::Running);
    }

    pub(super) fn wait_for_group(&mut self, m: usize, id: TaskId, group: usize) {
        let group = &mut self.groups[group];
        if group.left > 0 {
            group.waiting.push(id);
            return self.park(m, id, Reason::Wait);
        }
        self.then(m, cost::STEP, Doing::Running);
    }

    /// The timer is this P's; an M that waits for the next one may have to wake up earlier for it.
    pub(super) fn add_timer(&mut self, m: usize, id: TaskId, after: Time) {
        self.make_poller(m);
        let when = self.now + after;
        let is_first = self.earliest_timer().is_none_or(|earliest| when < earliest);
        let p = self.processor_of(m);
        // Two of the same moment ring in the order of their Gs.
        self.processors[p].timers.insert((when, id.0), id);
        if !is_first {
            return;
        }
        match self.network.has_poller() {
            true => self.wake_poller_before(when),
            false => self.wake_processor(m),
        }
    }

    pub(super) fn is_timer_due(&self, p: usize) -> bool {
        let earliest = self.processors[p].timers.first_key_value();
        earliest.is_some_and(|((when, _), _)| *when <= self.now)
    }

    pub(super) fn earliest_timer(&self) -> Option<Time> {
        let firsts = self
            .processors
            .iter()
            .filter_map(|p| p.timers.first_key_value());
        firsts.map(|((when, _), _)| *when).min()
    }

    /// Rings what is due on this P, whoever's it is: who slept is readied on the M's own.
    pub(super) fn ring_timers(&mut self, m: usize, p: usize) {
        while self.is_timer_due(p)
            && let Some((_, id)) = self.processors[p].timers.pop_first()
        {
            self.ready(m, id);
        }
    }
}
