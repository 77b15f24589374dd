//! The sending side.
//!
//! ```text
//!                 Welcome                    all there, Finished
//!   Greeting ----------------> Established ----------------------> Done
//!      ^  |                     |       |
//!      |  | silence, Busy       |       | silence, Reset
//!      |  +-------> Failed <----+-------+
//!      +--------------------------------+
//!         Reset(Unknown): the receiver was started anew, so greet it again
//! ```
//!
//! What may be sent is the least of three: what the application has handed over, what the receiver
//! has room for (the advertised window: flow control), and what the network is thought to carry (the
//! congestion window). Lost segments go first. When nothing may be sent and nothing is in the air, an
//! empty datagram asks from time to time how things are: the news of an opened window may have been lost.

mod data;
mod settings;

use std::iter;
use std::time::Duration;

use crate::link::{Machine, Random};
use crate::transfer::congestion::Congestion;
use crate::transfer::flight::Flight;
use crate::transfer::path::PathSize;
use crate::transfer::ring::Ring;
use crate::transfer::rtt::Estimator;
use crate::transfer::wire::{Facts, Message, Reason, decode, encode, payload};

pub use settings::{SendConfig, SendError, Statistics};

/// A goodbye is not acknowledged, and who says it may leave: so it is said more than once.
const GOODBYES: u8 = 3;

/// A greeting is said again after this time at most: a datagram a second floods nobody.
const GREETING_PAUSE: Duration = Duration::from_secs(1);

/// The sender's state machine.
#[derive(Debug)]
pub struct Sender {
    config: SendConfig,
    facts: Facts,
    state: State,
    ids: Random,
    /// What the receiver calls the connection.
    connection: u64,
    /// When something from the receiver was heard last, or the greeting began.
    heard: Option<Duration>,
    /// Bytes of the file from `base` to `end`.
    buffer: Ring,
    /// All before this has arrived, in order.
    base: u64,
    /// The first byte that was not handed over yet.
    end: u64,
    /// The first byte that was never sent.
    next: u64,
    /// The first byte that the receiver has no room for.
    edge: u64,
    flight: Flight,
    /// The next transmission.
    number: u64,
    /// Transmissions before this one were sent before the window was cut last.
    cut: u64,
    /// Whether the congestion window was what stopped us last.
    limited: bool,
    estimator: Estimator,
    congestion: Box<dyn Congestion>,
    path: PathSize,
    /// When the retransmission timer expires.
    retransmit: Option<Duration>,
    /// The oldest segment was sent again early, and nothing has arrived since.
    nudged: bool,
    /// When an empty datagram asks how things are, and how often it did so in vain.
    ask: Option<Duration>,
    asked: u32,
    /// How many answers to `Finished` are due.
    goodbyes: u8,
    statistics: Statistics,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Greeting { id: u64, again: Option<Duration> },
    Established,
    Done,
    Failed(SendError),
}

impl Sender {
    /// A sender of a file. From `seed` come the connections' ids: not the same one twice, please.
    pub fn new(config: SendConfig, facts: Facts, seed: u64) -> Self {
        let mut ids = Random::new(seed);
        let path = PathSize::new(config.largest);
        Sender {
            state: State::Greeting {
                id: ids.number(),
                again: None,
            },
            ids,
            connection: 0,
            heard: None,
            buffer: Ring::new(config.buffer),
            base: 0,
            end: 0,
            next: 0,
            edge: 0,
            flight: Flight::default(),
            number: 0,
            cut: 0,
            limited: false,
            estimator: Estimator::new(config.timer),
            congestion: (config.congestion)(payload(path.size())),
            path,
            retransmit: None,
            nudged: false,
            ask: None,
            asked: 0,
            goodbyes: 0,
            statistics: Statistics::default(),
            config,
            facts,
        }
    }

    /// Which bytes of the file [`Sender::push`] wants next: from where, and how many at most. The
    /// place may jump, when the receiver was started anew.
    pub fn wants(&self) -> (u64, usize) {
        if self.state != State::Established {
            return (self.end, 0);
        }
        let room = self.buffer.capacity() - (self.end - self.base) as usize;
        let rest = self.facts.length - self.end;
        (self.end, room.min(usize::try_from(rest).unwrap_or(room)))
    }

    /// Takes the next bytes of the file, the ones that [`Sender::wants`] names.
    ///
    /// # Panics
    ///
    /// When there are more than are wanted.
    pub fn push(&mut self, bytes: &[u8]) {
        assert!(bytes.len() <= self.wants().1, "more than wanted");
        self.buffer.write(self.end, bytes);
        self.end += bytes.len() as u64;
    }

    /// How it stands: `None` while it goes on.
    pub fn outcome(&self) -> Option<Result<(), SendError>> {
        match self.state {
            State::Done if self.goodbyes > 0 => None,
            State::Done => Some(Ok(())),
            State::Failed(error) => Some(Err(error)),
            State::Greeting { .. } | State::Established => None,
        }
    }

    /// Ends the connection: our file cannot be read. The receiver is told by the returned datagram.
    pub fn cancel(&mut self) -> Vec<u8> {
        self.state = State::Failed(SendError::Reset(Reason::Storage));
        encode(self.connection, &Message::Reset(Reason::Storage))
    }

    /// The system refuses to send datagrams of this size (`EMSGSIZE`).
    pub fn too_big(&mut self, size: usize) {
        self.path.refused(size);
    }

    /// Whether a receiver has answered.
    pub fn is_established(&self) -> bool {
        matches!(self.state, State::Established | State::Done)
    }

    /// How many bytes of the file the receiver has, without a gap.
    pub fn arrived(&self) -> u64 {
        self.base
    }

    /// How long the file is.
    pub fn length(&self) -> u64 {
        self.facts.length
    }

    /// How many bytes are on their way.
    pub fn in_flight(&self) -> usize {
        self.flight.in_air()
    }

    /// What has happened so far.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    /// The rule for the congestion window.
    pub fn congestion(&self) -> &dyn Congestion {
        &*self.congestion
    }

    /// The timer's knowledge of the path.
    pub fn estimator(&self) -> &Estimator {
        &self.estimator
    }

    /// The size of datagrams that the path is known to carry.
    pub fn datagram_size(&self) -> usize {
        self.path.size()
    }
}

impl Machine for Sender {
    fn on_datagram(&mut self, now: Duration, datagram: &[u8]) {
        let Ok((connection, message)) = decode(datagram) else {
            return;
        };
        match (self.state, message) {
            (
                State::Greeting { id, .. },
                Message::Welcome {
                    hello,
                    have,
                    window,
                },
            ) if hello == id && have <= self.facts.length => {
                self.heard = Some(now);
                self.establish(now, connection, have, window);
            }
            (State::Greeting { id, .. }, Message::Reset(reason)) if connection == id => {
                self.state = State::Failed(reason.into());
            }
            (State::Established | State::Done, message) if connection == self.connection => {
                self.on_message(now, message);
            }
            _ => {}
        }
    }

    fn poll_transmit(&mut self, now: Duration) -> Option<Vec<u8>> {
        let silent_since = *self.heard.get_or_insert(now);
        if self.outcome().is_none() && now >= silent_since + self.config.idle {
            self.give_up();
        }
        let datagram = match self.state {
            State::Greeting { id, again } => self.greet(now, id, again),
            State::Established => self.transmit(now),
            State::Done => self.say_goodbye(),
            State::Failed(_) => None,
        };
        self.statistics.datagrams += u64::from(datagram.is_some());
        datagram
    }

    fn next_timeout(&self) -> Option<Duration> {
        let silence = self.heard.map(|heard| heard + self.config.idle);
        let others = match self.state {
            State::Greeting { again, .. } => [again, None, None],
            State::Established => [self.retransmit, self.ask, self.path.next_timeout()],
            State::Done | State::Failed(_) => return None,
        };
        others
            .into_iter()
            .chain(iter::once(silence))
            .flatten()
            .min()
    }

    fn congestion_window(&self) -> Option<usize> {
        Some(self.congestion.window())
    }

    fn is_done(&self) -> bool {
        self.outcome().is_some()
    }
}

/// Beginning and end.
impl Sender {
    fn greet(&mut self, now: Duration, id: u64, again: Option<Duration>) -> Option<Vec<u8>> {
        if again.is_some_and(|again| now < again) {
            return None;
        }
        if again.is_some() {
            self.estimator.expired();
        }
        self.state = State::Greeting {
            id,
            again: Some(now + self.estimator.timeout().min(GREETING_PAUSE)),
        };
        let facts = self.facts.clone();
        Some(encode(id, &Message::Hello { facts }))
    }

    /// A new connection, and nothing is known of the old one's datagrams any more.
    fn establish(&mut self, now: Duration, connection: u64, have: u64, window: u32) {
        self.state = State::Established;
        self.connection = connection;
        (self.base, self.end, self.next) = (have, have, have);
        self.edge = have + u64::from(window);
        self.flight = Flight::default();
        self.cut = self.number;
        self.estimator = Estimator::new(self.config.timer);
        self.congestion = (self.config.congestion)(payload(self.path.size()));
        self.retransmit = None;
        self.nudged = false;
        // The receiver takes the connection for real when it hears from us.
        self.ask = Some(now);
        self.asked = 0;
    }

    fn give_up(&mut self) {
        self.state = match self.state {
            // All has arrived, been checked, and our last word was only courtesy.
            State::Done => State::Done,
            State::Greeting { .. } => State::Failed(SendError::NoAnswer),
            _ => State::Failed(SendError::Silent),
        };
    }

    fn say_goodbye(&mut self) -> Option<Vec<u8>> {
        self.goodbyes = self.goodbyes.checked_sub(1)?;
        Some(encode(self.connection, &Message::Goodbye))
    }

    fn on_message(&mut self, now: Duration, message: Message<'_>) {
        match message {
            Message::Ack(ack) if self.is_possible(&ack) => self.on_ack(now, &ack),
            Message::ProbeAck { number, size } if number < self.number => {
                if self.path.acknowledged(size as usize) {
                    self.congestion.set_segment(payload(self.path.size()));
                }
            }
            Message::Finished => {
                self.state = State::Done;
                self.goodbyes = GOODBYES;
                self.base = self.facts.length;
                self.end = self.base;
            }
            Message::Reset(Reason::Unknown) if self.state == State::Established => {
                let id = self.ids.number();
                self.estimator = Estimator::new(self.config.timer);
                self.state = State::Greeting { id, again: None };
            }
            Message::Reset(reason) if self.state == State::Established => {
                self.state = State::Failed(reason.into());
            }
            _ => return,
        }
        self.heard = Some(now);
    }
}
