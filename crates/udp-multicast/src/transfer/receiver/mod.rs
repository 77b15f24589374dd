//! The receiving side.
//!
//! ```text
//!              data on a welcomed connection       accept()          Goodbye, or enough silence
//!   Waiting ---------------------------> Receiving --------> Finishing ---------> Done
//!                                        |   |
//!                               silence, |   | refuse(reason)
//!                                  Reset v   v
//!                                       Failed
//! ```
//!
//! **Before** a sender has shown that it gets our answers, an address is only a claim: somebody may
//! write another's address into his datagrams and have us flood that one. So a hello is answered
//! with one smaller datagram and a line in a short backlog (as TCP's SYN queue); only who sends data with
//! the id from that answer becomes the sender. Nothing is sent to an unconfirmed address by a timer.
//!
//! **Afterwards** a hello about the same file, from wherever, is welcomed with what we have by then: the
//! sender was started anew. When it is confirmed it takes the connection over, and the old one is no
//! more. A hello about another file is told that we are busy.
//!
//! The state machine does not look at addresses; they are of any type `P`, and an answer goes where the
//! datagram that it answers came from.

mod greetings;

use std::collections::VecDeque;
use std::time::Duration;

use thiserror::Error;

use crate::link::{Machine, Random};
use crate::transfer::reassembly::Reassembly;
use crate::transfer::wire::{Ack, Facts, MAX_RANGES, Message, Reason, decode, encode};

/// `Finished` is said again after this time, then after twice as long, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);

const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How a receiver is to behave.
#[derive(Debug, Clone)]
pub struct ReceiveConfig {
    /// The capacity of the buffer, and so the largest window.
    pub buffer: usize,
    /// After so much silence the sender is given up.
    pub idle: Duration,
    /// How long the sender is told that all is well, when he says no goodbye.
    pub linger: Duration,
    /// What is there of a file from an earlier run: which one, and how many bytes.
    pub resume: Option<(Facts, u64)>,
}

impl Default for ReceiveConfig {
    fn default() -> Self {
        ReceiveConfig {
            buffer: 4 << 20,
            idle: Duration::from_secs(30),
            linger: Duration::from_secs(5),
            resume: None,
        }
    }
}

/// Why nothing more is received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ReceiveError {
    /// The sender said nothing more.
    #[error("the sender fell silent")]
    Silent,
    /// The sender has ended the connection.
    #[error("the sender gave up: {0}")]
    Reset(Reason),
    /// We have: see [`Receiver::refuse`].
    #[error("{0}")]
    Refused(Reason),
}

/// The receiver's state machine. `P` says who somebody is: an address.
#[derive(Debug)]
pub struct Receiver<P = ()> {
    config: ReceiveConfig,
    ids: Random,
    backlog: VecDeque<Greeting<P>>,
    active: Option<Active<P>>,
    state: State,
    /// Answers to those who have no connection.
    answers: VecDeque<(P, Vec<u8>)>,
}

/// A hello that was welcomed.
#[derive(Debug, Clone)]
struct Greeting<P> {
    peer: P,
    /// The id that the sender chose.
    hello: u64,
    /// The one that we chose.
    connection: u64,
    facts: Facts,
}

/// The confirmed connection.
#[derive(Debug)]
struct Active<P> {
    greeting: Greeting<P>,
    buffer: Reassembly,
    heard: Duration,
    /// The latest transmission that was seen; `None` before the first.
    latest: Option<u64>,
    /// An acknowledgement is due.
    owes_ack: bool,
    /// The window that was told last.
    told: u32,
    /// Probes of the path that are to be answered.
    probe: Option<(u64, usize)>,
}

/// `Finished`, which is said until the sender says goodbye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LastWord {
    /// When it is said next, and how long the pause is afterwards.
    again: Duration,
    pause: Duration,
    /// When it has been said often enough.
    until: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Receiving,
    Finishing(LastWord),
    Done,
    /// The sender is to be told.
    Refusing(Reason),
    Failed(ReceiveError),
}

impl<P: Copy + PartialEq> Receiver<P> {
    /// A receiver that waits for a sender. From `seed` come the connections' ids, which nobody should
    /// guess.
    pub fn new(config: ReceiveConfig, seed: u64) -> Self {
        Receiver {
            config,
            ids: Random::new(seed),
            backlog: VecDeque::new(),
            active: None,
            state: State::Waiting,
            answers: VecDeque::new(),
        }
    }

    /// The confirmed sender's file, and how many of its bytes are there in order; `None` while there
    /// is no sender.
    pub fn file(&self) -> Option<(&Facts, u64)> {
        let active = self.active.as_ref()?;
        Some((&active.greeting.facts, active.buffer.ready()))
    }

    /// Who sends.
    pub fn peer(&self) -> Option<P> {
        self.active.as_ref().map(|active| active.greeting.peer)
    }

    /// Takes up to `limit` bytes out of the buffer; the first ones follow those that were there at
    /// the beginning ([`ReceiveConfig::resume`]), if the file is that one.
    pub fn read(&mut self, limit: usize) -> Vec<u8> {
        let Some(active) = &mut self.active else {
            return Vec::new();
        };
        let bytes = active.buffer.read(limit);
        // A window that was nearly shut is worth a word of its own.
        let window = active.buffer.window();
        let opened = !bytes.is_empty() && window > active.told;
        if opened && (active.told as usize) < self.config.buffer / 2 {
            active.owes_ack = true;
        }
        bytes
    }

    /// How many bytes wait for [`Receiver::read`].
    pub fn readable(&self) -> usize {
        self.active
            .as_ref()
            .map_or(0, |active| active.buffer.readable())
    }

    /// Whether all bytes were read: time to check them, and to [`accept`](Receiver::accept) or
    /// [`refuse`](Receiver::refuse).
    pub fn is_complete(&self) -> bool {
        self.state == State::Receiving
            && self.active.as_ref().is_some_and(|active| {
                active.buffer.readable() == 0
                    && active.buffer.ready() == active.greeting.facts.length
            })
    }

    /// The file is whole and in its place; the sender is told.
    pub fn accept(&mut self, now: Duration) {
        if self.is_complete() {
            self.state = State::Finishing(LastWord {
                again: now,
                pause: FIRST_PAUSE,
                until: now + self.config.linger,
            });
        }
    }

    /// The file cannot be taken; the sender is told.
    pub fn refuse(&mut self, reason: Reason) {
        self.state = State::Refusing(reason);
    }

    /// How it stands: `None` while it goes on.
    pub fn outcome(&self) -> Option<Result<(), ReceiveError>> {
        match self.state {
            State::Done => Some(Ok(())),
            State::Failed(error) => Some(Err(error)),
            _ => None,
        }
    }

    /// A datagram has come from `peer`.
    pub fn on_datagram_from(&mut self, now: Duration, peer: P, datagram: &[u8]) {
        let Ok((connection, message)) = decode(datagram) else {
            return;
        };
        if let Message::Hello { facts } = message {
            self.welcome(peer, connection, facts);
            return;
        }
        self.confirm(now, peer, connection);
        match &mut self.active {
            Some(active) if active.greeting.connection == connection => {
                // Whoever knows the id may have moved (a new port behind NAT).
                active.greeting.peer = peer;
                self.on_message(now, message);
            }
            // It is from before we were started. Smaller than what it answers, and no answer to an
            // answer.
            _ if matches!(message, Message::Data { .. } | Message::Probe { .. }) => {
                self.answer(peer, connection, &Message::Reset(Reason::Unknown));
            }
            _ => {}
        }
    }

    /// The next datagram to send, and to whom; see [`Machine::poll_transmit`].
    pub fn poll_transmit_to(&mut self, now: Duration) -> Option<(P, Vec<u8>)> {
        if let Some(answer) = self.answers.pop_front() {
            return Some(answer);
        }
        if let Some(active) = &self.active
            && self.state == State::Receiving
            && now >= active.heard + self.config.idle
        {
            self.state = State::Failed(ReceiveError::Silent);
        }
        let message = self.next_message(now)?;
        let greeting = &self.active.as_ref()?.greeting;
        Some((greeting.peer, encode(greeting.connection, &message)))
    }

    /// See [`Machine::next_timeout`].
    pub fn next_timeout(&self) -> Option<Duration> {
        match self.state {
            State::Receiving => Some(self.active.as_ref()?.heard + self.config.idle),
            State::Finishing(word) => Some(word.again.min(word.until)),
            State::Waiting | State::Refusing(_) | State::Done | State::Failed(_) => None,
        }
    }
}

/// The connection.
impl<P: Copy + PartialEq> Receiver<P> {
    fn on_message(&mut self, now: Duration, message: Message<'_>) {
        let Some(active) = &mut self.active else {
            return;
        };
        match message {
            Message::Data {
                number,
                offset,
                bytes,
            } => {
                let beyond = offset + bytes.len() as u64 > active.greeting.facts.length;
                if beyond || !active.buffer.insert(offset, bytes) {
                    return;
                }
                active.latest = active.latest.max(Some(number));
                active.owes_ack = true;
            }
            Message::Probe { number, size } => active.probe = Some((number, size)),
            Message::Goodbye if matches!(self.state, State::Finishing(_)) => {
                self.state = State::Done;
            }
            Message::Reset(reason) if self.state == State::Receiving => {
                self.state = State::Failed(ReceiveError::Reset(reason));
            }
            _ => return,
        }
        active.heard = now;
    }

    fn next_message(&mut self, now: Duration) -> Option<Message<'static>> {
        match self.state {
            State::Receiving => self.next_answer(),
            State::Finishing(word) => self.last_word(now, word),
            State::Refusing(reason) => {
                self.state = State::Failed(ReceiveError::Refused(reason));
                Some(Message::Reset(reason))
            }
            State::Waiting | State::Done | State::Failed(_) => None,
        }
    }

    fn next_answer(&mut self) -> Option<Message<'static>> {
        let active = self.active.as_mut()?;
        if let Some((number, size)) = active.probe.take() {
            let size = u32::try_from(size).ok()?;
            return Some(Message::ProbeAck { number, size });
        }
        let number = active.latest.filter(|_| active.owes_ack)?;
        active.owes_ack = false;
        active.told = active.buffer.window();
        Some(Message::Ack(Ack {
            number,
            upto: active.buffer.ready(),
            window: active.told,
            ranges: active.buffer.early().take(MAX_RANGES).collect(),
        }))
    }

    /// Says `Finished`: at first, when asked, and from time to time until there is a goodbye.
    fn last_word(&mut self, now: Duration, word: LastWord) -> Option<Message<'static>> {
        if now >= word.until {
            // The sender has had its answers, or is gone.
            self.state = State::Done;
            return None;
        }
        let asked = std::mem::take(&mut self.active.as_mut()?.owes_ack);
        if !asked && now < word.again {
            return None;
        }
        self.state = State::Finishing(LastWord {
            again: now + word.pause,
            pause: (word.pause * 2).min(LONGEST_PAUSE),
            ..word
        });
        Some(Message::Finished)
    }
}

impl Machine for Receiver<()> {
    fn on_datagram(&mut self, now: Duration, datagram: &[u8]) {
        self.on_datagram_from(now, (), datagram);
    }

    fn poll_transmit(&mut self, now: Duration) -> Option<Vec<u8>> {
        self.poll_transmit_to(now).map(|((), datagram)| datagram)
    }

    fn next_timeout(&self) -> Option<Duration> {
        Receiver::next_timeout(self)
    }

    fn is_done(&self) -> bool {
        self.outcome().is_some()
    }
}
