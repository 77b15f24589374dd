//! The server's side without a socket: an answer to each question, or a kiss, or nothing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use super::packet::{LEN, Leap, Mode, Packet};
use super::timestamp::{Offset, Timestamp};

/// How many clients' last questions are remembered for the rate.
const MAX_CLIENTS: usize = 4096;

/// Our clock's grain, about a microsecond.
const PRECISION: i8 = -20;

/// Answers questions. It never says more than it was asked: an answer is not longer than its question,
/// and what is not a question gets none, so that two servers cannot keep each other busy.
#[derive(Debug)]
pub struct Responder {
    stratum: u8,
    /// The least time between two questions of a client; `None` is any.
    min_gap: Option<Offset>,
    clients: HashMap<IpAddr, Client>,
}

#[derive(Clone, Copy, Debug)]
struct Client {
    /// When its last question came that was answered.
    answered: Timestamp,
    /// Whether it was told since that it asks too often. Once is enough: its address may be forged,
    /// and whoever it belongs to did not ask.
    told: bool,
}

impl Responder {
    /// A server that claims to be of `stratum`.
    pub fn new(stratum: u8) -> Self {
        Responder {
            stratum,
            min_gap: None,
            clients: HashMap::new(),
        }
    }

    /// Answers a client at most once in so long, which is how its address is judged and not its
    /// port. One question more gets the kiss `RATE`, those after it nothing.
    pub fn set_min_gap(&mut self, gap: Duration) {
        self.min_gap = Some(Offset::from_duration(gap));
    }

    /// The answer to a question that came at `received` (T2). `now` is asked last of all, for T3.
    pub fn answer(
        &mut self,
        question: &[u8],
        from: IpAddr,
        received: Timestamp,
        now: impl FnOnce() -> Timestamp,
    ) -> Option<[u8; LEN]> {
        let question = Packet::decode(question).ok()?;
        if question.mode != Mode::Client || !(1..=4).contains(&question.version) {
            return None;
        }
        let answer = Packet {
            version: question.version,
            mode: Mode::Server,
            poll: question.poll,
            precision: PRECISION,
            origin: question.transmit,
            ..Packet::default()
        };
        let answer = match self.admit(from, received) {
            Admission::Answer => self.tell_time(answer, received, now()),
            Admission::Kiss => kiss_rate(answer),
            Admission::Silence => return None,
        };
        Some(answer.encode())
    }

    fn tell_time(&self, answer: Packet, received: Timestamp, now: Timestamp) -> Packet {
        Packet {
            stratum: self.stratum,
            // "An uncalibrated local clock" is a source of stratum 1; above it an address stands here.
            reference_id: match self.stratum {
                1 => *b"LOCL",
                _ => [127, 127, 1, 0],
            },
            reference: received,
            receive: received,
            transmit: now,
            ..answer
        }
    }

    fn admit(&mut self, from: IpAddr, received: Timestamp) -> Admission {
        let Some(min_gap) = self.min_gap else {
            return Admission::Answer;
        };
        // Also after the clock was set back nobody waits longer than the gap.
        let is_recent = |client: &Client| {
            let gap = received.since(client.answered);
            !gap.is_negative() && gap < min_gap
        };
        if let Some(client) = self
            .clients
            .get_mut(&from)
            .filter(|client| is_recent(client))
        {
            let told = std::mem::replace(&mut client.told, true);
            return if told {
                Admission::Silence
            } else {
                Admission::Kiss
            };
        }
        if self.clients.len() >= MAX_CLIENTS {
            self.clients.retain(|_, client| is_recent(client));
        }
        // Whoever floods us from so many addresses is served without being remembered.
        if self.clients.len() < MAX_CLIENTS {
            let (answered, told) = (received, false);
            self.clients.insert(from, Client { answered, told });
        }
        Admission::Answer
    }
}

enum Admission {
    Answer,
    Kiss,
    Silence,
}

fn kiss_rate(answer: Packet) -> Packet {
    Packet {
        leap: Leap::Unsynchronised,
        stratum: 0,
        reference_id: *b"RATE",
        ..answer
    }
}
