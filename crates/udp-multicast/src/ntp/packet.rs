//! The 48 bytes on the wire (RFC 5905, section 7.3), and nothing about what they mean.
//!
//! ```text
//!  0                   1                   2                   3
//! |LI | VN  |Mode |    Stratum    |     Poll      |   Precision   |
//! |                  Root delay (16.16), root dispersion, reference id
//! |                  Reference, origin, receive, transmit timestamp (32.32 each)
//! ```

use std::fmt;

use super::timestamp::{Short, Timestamp};

/// The length of a packet without extensions.
pub const LEN: usize = 48;

/// A packet without its extensions. Every value of every field can be decoded and encoded; judging
/// them is [`Request::check`](super::Request::check)'s part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// What happens at the end of this day, and whether the clock is set at all.
    pub leap: Leap,
    /// 0 to 7; today's is 4. Larger ones lose their upper bits.
    pub version: u8,
    /// Who sends.
    pub mode: Mode,
    /// How many servers there are up to a reference clock: 1 has one, 0 is a [`Kiss`], 16 and more
    /// are not synchronised.
    pub stratum: u8,
    /// The longest time between two questions, as power of two of a second.
    pub poll: i8,
    /// The clock's grain, as power of two of a second.
    pub precision: i8,
    /// To the reference clock and back.
    pub root_delay: Short,
    /// How wrong the reference clock may seem from here.
    pub root_dispersion: Short,
    /// Where the time comes from, or four letters: a clock's kind, or a [`Kiss`].
    pub reference_id: [u8; 4],
    /// When the clock was last set.
    pub reference: Timestamp,
    /// In an answer: the question's transmit timestamp, whatever it was.
    pub origin: Timestamp,
    /// In an answer: when the question came (T2).
    pub receive: Timestamp,
    /// When this packet left (T3). In a question: what the answer has to repeat.
    pub transmit: Timestamp,
}

/// Not even [`LEN`] bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} bytes are no NTP packet, which has 48")]
pub struct TooShort(pub usize);

/// The leap indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leap {
    /// An ordinary day.
    None,
    /// Its last minute has 61 seconds.
    Insert,
    /// Its last minute has 59 seconds.
    Delete,
    /// The clock is not set.
    Unsynchronised,
}

/// Who sends a packet, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A question.
    Client,
    /// An answer.
    Server,
    /// To a group, without having been asked.
    Broadcast,
    /// Peers (1, 2), control messages (6, 7), and 0, which means nothing.
    Other(u8),
}

/// What a server says instead of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kiss {
    /// `DENY`, `RSTR`: never ask again.
    Stop([u8; 4]),
    /// `RATE`: ask less often.
    Rate,
    /// Another code, which says why there is no time now.
    Other([u8; 4]),
}

impl Packet {
    /// Reads the first [`LEN`] bytes. What follows them is extensions and signatures, which only
    /// those need who have agreed on them.
    pub fn decode(bytes: &[u8]) -> Result<Packet, TooShort> {
        let Some(packet) = bytes.first_chunk::<LEN>() else {
            return Err(TooShort(bytes.len()));
        };
        let u32_at = |at| u32::from_be_bytes(*field(packet, at));
        let time_at = |at| Timestamp::from_bits(u64::from_be_bytes(*field(packet, at)));
        Ok(Packet {
            leap: Leap::from_bits(packet[0] >> 6),
            version: (packet[0] >> 3) & 7,
            mode: Mode::from_bits(packet[0] & 7),
            stratum: packet[1],
            poll: packet[2].cast_signed(),
            precision: packet[3].cast_signed(),
            root_delay: Short::from_bits(u32_at(4)),
            root_dispersion: Short::from_bits(u32_at(8)),
            reference_id: *field(packet, 12),
            reference: time_at(16),
            origin: time_at(24),
            receive: time_at(32),
            transmit: time_at(40),
        })
    }

    /// The packet as it goes out.
    pub fn encode(&self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        bytes[0] = (self.leap.to_bits() << 6) | ((self.version & 7) << 3) | self.mode.to_bits();
        bytes[1] = self.stratum;
        bytes[2] = self.poll.cast_unsigned();
        bytes[3] = self.precision.cast_unsigned();
        bytes[4..8].copy_from_slice(&self.root_delay.to_bits().to_be_bytes());
        bytes[8..12].copy_from_slice(&self.root_dispersion.to_bits().to_be_bytes());
        bytes[12..16].copy_from_slice(&self.reference_id);
        let times = [self.reference, self.origin, self.receive, self.transmit];
        for (place, time) in bytes[16..].chunks_exact_mut(8).zip(times) {
            place.copy_from_slice(&time.to_bits().to_be_bytes());
        }
        bytes
    }

    /// What a server says instead of the time, if that is what this is.
    pub fn kiss(&self) -> Option<Kiss> {
        (self.stratum == 0).then_some(match &self.reference_id {
            b"RATE" => Kiss::Rate,
            b"DENY" | b"RSTR" => Kiss::Stop(self.reference_id),
            _ => Kiss::Other(self.reference_id),
        })
    }
}

/// All zeros but for version 4 of mode client.
impl Default for Packet {
    fn default() -> Self {
        Packet {
            leap: Leap::None,
            version: 4,
            mode: Mode::Client,
            stratum: 0,
            poll: 0,
            precision: 0,
            root_delay: Short::default(),
            root_dispersion: Short::default(),
            reference_id: [0; 4],
            reference: Timestamp::ZERO,
            origin: Timestamp::ZERO,
            receive: Timestamp::ZERO,
            transmit: Timestamp::ZERO,
        }
    }
}

impl Leap {
    fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => Leap::None,
            1 => Leap::Insert,
            2 => Leap::Delete,
            _ => Leap::Unsynchronised,
        }
    }

    fn to_bits(self) -> u8 {
        match self {
            Leap::None => 0,
            Leap::Insert => 1,
            Leap::Delete => 2,
            Leap::Unsynchronised => 3,
        }
    }
}

impl Mode {
    fn from_bits(bits: u8) -> Self {
        match bits & 7 {
            3 => Mode::Client,
            4 => Mode::Server,
            5 => Mode::Broadcast,
            other => Mode::Other(other),
        }
    }

    fn to_bits(self) -> u8 {
        match self {
            Mode::Client => 3,
            Mode::Server => 4,
            Mode::Broadcast => 5,
            Mode::Other(bits) => bits & 7,
        }
    }
}

impl fmt::Display for Kiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kiss::Rate => write!(f, "RATE: it wants to be asked less often"),
            Kiss::Stop(code) => write!(f, "{}: it wants to be asked no more", code.escape_ascii()),
            Kiss::Other(code) => write!(f, "{}", code.escape_ascii()),
        }
    }
}

/// The `N` bytes from `at` on; every place that is asked for is within the packet.
fn field<const N: usize>(packet: &[u8; LEN], at: usize) -> &[u8; N] {
    packet[at..]
        .first_chunk()
        .expect("the field is within 48 bytes")
}
