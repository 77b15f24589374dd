//! The client's side without a socket: a question, and whether to believe an answer.

use super::packet::{Kiss, LEN, Leap, Mode, Packet, TooShort};
use super::timestamp::{Offset, Timestamp};

/// How far from its reference clock a server may be: RFC 5905's MAXDIST, one second.
pub const MAX_DISTANCE: Offset = Offset::from_bits(1 << 32);

/// The largest stratum of a clock that is set.
const MAX_STRATUM: u8 = 15;

/// Older ones have another header, or leave fields out.
const VERSIONS: std::ops::RangeInclusive<u8> = 3..=4;

/// A question that was asked.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// T1, by our clock. It stays with us.
    sent: Timestamp,
    /// What stands in the packet in its place: who repeats it has seen the question.
    cookie: Timestamp,
}

/// What an answer that can be believed says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// How far the server's clock is ahead of ours; wrong by at most half the `delay`, if the server
    /// is right.
    pub offset: Offset,
    /// How long both ways took together; never negative.
    pub delay: Offset,
    /// How wrong the offset may be by what is known: half of all delays up to the reference clock,
    /// and the server's dispersion.
    pub root_distance: Offset,
    /// The whole answer.
    pub reply: Packet,
}

/// Why an answer is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no packet.
    #[error(transparent)]
    TooShort(#[from] TooShort),
    /// It does not repeat what we sent: old, doubled, or a forgery.
    #[error("it answers another question (the origin timestamp is not ours)")]
    NotOurs,
    /// Not a server's answer.
    #[error("it is not a server's answer ({0:?})")]
    Mode(Mode),
    /// A version with other rules.
    #[error("it is version {0} of the protocol")]
    Version(u8),
    /// The server does not serve us, or not now.
    #[error("kiss of death {0}")]
    Kiss(Kiss),
    /// Its clock is not set.
    #[error("the server's clock is not synchronised (leap indicator 3)")]
    Unsynchronised,
    /// Its clock is not set either.
    #[error("the server is not synchronised (stratum {0}, the largest is 15)")]
    Stratum(u8),
    /// It does not say when it answered, or when it was asked.
    #[error("the server's {0} timestamp is missing")]
    NoTime(&'static str),
    /// Its clock was set later than it answered.
    #[error("the server's clock was set after the answer was sent")]
    SetInFuture,
    /// Answered before asked.
    #[error("the server answered {0} s before it was asked")]
    AnsweredFirst(Offset),
    /// The server says that it worked for longer than we waited.
    #[error("the delay is negative, {0} s")]
    NegativeDelay(Offset),
    /// Too far from a reference clock.
    #[error("the server may be wrong by {0} s (its root distance)")]
    TooFar(Offset),
}

impl Request {
    /// To be sent at `sent` by our clock; `cookie` has to be unpredictable.
    pub fn new(sent: Timestamp, cookie: Timestamp) -> Self {
        Request { sent, cookie }
    }

    /// The packet. It says nothing about us: all fields but the version, the mode and the cookie
    /// are 0.
    pub fn packet(&self) -> [u8; LEN] {
        let packet = Packet {
            transmit: self.cookie,
            ..Packet::default()
        };
        packet.encode()
    }

    /// Judges an answer that came at `received` (T4) by the clock that `sent` was read from.
    ///
    /// [`Refusal::NotOurs`] and [`Refusal::TooShort`] anybody can provoke; all others come from
    /// somebody who saw the question.
    pub fn check(&self, bytes: &[u8], received: Timestamp) -> Result<Sample, Refusal> {
        let reply = Packet::decode(bytes)?;
        if reply.origin != self.cookie {
            return Err(Refusal::NotOurs);
        }
        check_server(&reply)?;
        let delay = self.delay(&reply, received)?;
        let there = reply.receive.since(self.sent);
        let back = reply.transmit.since(received);
        let offset = there.midpoint(back);
        let root_distance = root_distance(&reply, delay);
        if root_distance > MAX_DISTANCE {
            return Err(Refusal::TooFar(root_distance));
        }
        Ok(Sample {
            offset,
            delay,
            root_distance,
            reply,
        })
    }

    /// Clocks have a grain, and two clocks run at two speeds: a delay may come out a little below 0.
    fn delay(&self, reply: &Packet, received: Timestamp) -> Result<Offset, Refusal> {
        let worked = reply.transmit.since(reply.receive);
        if worked.is_negative() {
            return Err(Refusal::AnsweredFirst(-worked));
        }
        let delay = received.since(self.sent).saturating_sub(worked);
        if delay < -grain(reply.precision) {
            return Err(Refusal::NegativeDelay(delay));
        }
        Ok(delay.max(Offset::ZERO))
    }
}

fn check_server(reply: &Packet) -> Result<(), Refusal> {
    if reply.mode != Mode::Server {
        return Err(Refusal::Mode(reply.mode));
    }
    if !VERSIONS.contains(&reply.version) {
        return Err(Refusal::Version(reply.version));
    }
    // Before all else about the server: a kiss has no times.
    if let Some(kiss) = reply.kiss() {
        return Err(Refusal::Kiss(kiss));
    }
    if reply.leap == Leap::Unsynchronised {
        return Err(Refusal::Unsynchronised);
    }
    if reply.stratum > MAX_STRATUM {
        return Err(Refusal::Stratum(reply.stratum));
    }
    for (time, name) in [(reply.transmit, "transmit"), (reply.receive, "receive")] {
        if time == Timestamp::ZERO {
            return Err(Refusal::NoTime(name));
        }
    }
    let since_set = reply.transmit.since(reply.reference);
    if reply.reference != Timestamp::ZERO && since_set.is_negative() {
        return Err(Refusal::SetInFuture);
    }
    Ok(())
}

/// Saturates: the fields are up to 18 hours each, and the delay 68 years.
fn root_distance(reply: &Packet, delay: Offset) -> Offset {
    let ways = reply.root_delay.to_offset().to_bits();
    let distance = delay.to_bits().saturating_add(ways) / 2;
    let dispersion = reply.root_dispersion.to_offset().to_bits();
    Offset::from_bits(distance.saturating_add(dispersion))
}

/// What a clock of this precision cannot tell apart: at least a microsecond, which is our own clock's
/// grain on macOS, and at most the 15 ms of a clock that counts its ticks.
fn grain(precision: i8) -> Offset {
    Offset::from_bits(1i64 << (32 + precision.clamp(-20, -6)))
}
