//! Before there is a connection, and when a second one is asked for.

use std::time::Duration;

use super::{Active, Greeting, Receiver, State};
use crate::transfer::reassembly::Reassembly;
use crate::transfer::wire::{BASE_SIZE, Facts, Message, Reason, encode};

/// How many greetings are remembered.
const BACKLOG: usize = 16;

/// How many answers to datagrams without a connection wait to be sent. More are dropped: who asked
/// will ask again.
const ANSWERS: usize = 16;

impl<P: Copy + PartialEq> Receiver<P> {
    pub(super) fn welcome(&mut self, peer: P, hello: u64, facts: Facts) {
        let (have, window) = match &self.active {
            Some(active) if active.greeting.hello == hello => {
                let active = &active.greeting;
                if active.facts != facts {
                    return;
                }
                self.current_window()
            }
            Some(active) if active.greeting.facts != facts => {
                self.answer(peer, hello, &Message::Reset(Reason::Busy));
                return;
            }
            Some(_) => self.current_window(),
            None => (self.have(&facts), self.first_window()),
        };
        let connection = self.connection_for(peer, hello, facts);
        let message = Message::Welcome {
            hello,
            have,
            window,
        };
        self.answer(peer, connection, &message);
    }

    /// A hello that comes again is given the same id again.
    fn connection_for(&mut self, peer: P, hello: u64, facts: Facts) -> u64 {
        let active = self.active.iter().map(|active| &active.greeting);
        let mut known = self.backlog.iter().chain(active);
        if let Some(known) = known.find(|known| known.hello == hello && known.facts == facts) {
            return known.connection;
        }
        if self.backlog.len() == BACKLOG {
            self.backlog.pop_front();
        }
        let connection = self.ids.number();
        self.backlog.push_back(Greeting {
            peer,
            hello,
            connection,
            facts,
        });
        connection
    }

    /// How much there is of this file.
    fn have(&self, facts: &Facts) -> u64 {
        match &self.config.resume {
            Some((known, have)) if known == facts => *have,
            _ => 0,
        }
    }

    fn first_window(&self) -> u32 {
        u32::try_from(self.config.buffer).unwrap_or(u32::MAX)
    }

    fn current_window(&self) -> (u64, u32) {
        self.active.as_ref().map_or((0, 0), |active| {
            (active.buffer.ready(), active.buffer.window())
        })
    }

    /// Somebody uses an id that we gave away: he gets our answers.
    pub(super) fn confirm(&mut self, now: Duration, peer: P, connection: u64) {
        let found = self
            .backlog
            .iter()
            .position(|greeting| greeting.connection == connection);
        let Some(greeting) = found.and_then(|index| self.backlog.remove(index)) else {
            return;
        };
        let greeting = Greeting { peer, ..greeting };
        match &mut self.active {
            Some(active) if active.greeting.facts == greeting.facts => {
                active.greeting = greeting;
                active.latest = None;
                active.probe = None;
            }
            // Greeted before another one was confirmed.
            Some(_) => self.answer(peer, connection, &Message::Reset(Reason::Busy)),
            None => {
                let have = self.have(&greeting.facts);
                let (capacity, step) = (self.config.buffer, 2 * BASE_SIZE);
                let buffer = Reassembly::new(have, capacity, step);
                self.state = State::Receiving;
                self.active = Some(Active {
                    greeting,
                    told: buffer.window(),
                    buffer,
                    heard: now,
                    latest: None,
                    owes_ack: false,
                    probe: None,
                });
            }
        }
    }

    pub(super) fn answer(&mut self, peer: P, connection: u64, message: &Message<'_>) {
        if self.answers.len() < ANSWERS {
            self.answers.push_back((peer, encode(connection, message)));
        }
    }
}
