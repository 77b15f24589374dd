//! What the datagrams look like.
//!
//! All numbers are big-endian. Each datagram begins with a mark, its kind and the connection it belongs
//! to, and ends with the CRC-32 of all before: UDP's own sum has 16 bits, and over IPv4 may be left out.
//!
//! | kind | from | body |
//! |---|---|---|
//! | hello | sender | length (8), CRC-32 of the file (4), name's length (2), name, zeros up to 1200 bytes |
//! | welcome | receiver | the hello's connection (8), bytes it has already (8), window (4) |
//! | data | sender | transmission (8), offset (8), bytes |
//! | ack | receiver | transmission it answers (8), offset up to which all is there (8), window (4), ranges beyond (16 each) |
//! | probe | sender | transmission (8), zeros |
//! | probe-ack | receiver | transmission (8), size of the probe (4) |
//! | finished | receiver | nothing: the file is whole, checked and in its place |
//! | goodbye | sender | nothing: the receiver may go |
//! | reset | both | reason (1) |
//!
//! A hello carries an id of the sender's choice; all others carry the one that the receiver has
//! chosen, which whoever cannot read the traffic cannot guess. Whoever can, can forge: against that helps
//! only cryptography.

use std::ops::Range;

use thiserror::Error;

/// The protocol and its version.
const MARK: u8 = 0xd1;

const HEAD: usize = 10;
const SUM: usize = 4;

/// The size of a hello, and of the first data: a path that does not carry so much is not served
/// (QUIC's choice as well; every IPv6 path carries 1280).
pub const BASE_SIZE: usize = 1200;

/// What a datagram of data has besides the data.
pub const DATA_OVERHEAD: usize = HEAD + 16 + SUM;

/// What a probe has at least.
const PROBE_OVERHEAD: usize = HEAD + 8 + SUM;

/// How many ranges an acknowledgement tells.
pub const MAX_RANGES: usize = 32;

/// The longest name of a file, in bytes.
pub const MAX_NAME: usize = 1024;

/// The longest file: no sum of an offset and a length overflows.
pub const MAX_LENGTH: u64 = 1 << 62;

/// What is sent: told in the first datagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The sender's name for it. A receiver that takes it for a path is asking for trouble.
    pub name: String,
    /// In bytes.
    pub length: u64,
    /// CRC-32 of the whole. It finds what chance does (a bad disk, a prefix of another version), and
    /// one in four thousand million such accidents it does not. It finds nothing that somebody does on
    /// purpose: any change can be given the same sum.
    pub digest: u32,
}

/// Why a connection is ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Reason {
    /// The receiver knows of no such connection: it was started anew.
    #[error("the other side does not know this connection")]
    Unknown,
    /// The receiver is receiving another file.
    #[error("the receiver is busy with another file")]
    Busy,
    /// The file arrived, and its sum is not the one that was told.
    #[error("what arrived is not what was announced (CRC-32)")]
    Corrupt,
    /// The other side cannot read or write its file.
    #[error("the other side cannot go on with its file")]
    Storage,
}

/// A datagram, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message<'a> {
    Hello {
        facts: Facts,
    },
    Welcome {
        hello: u64,
        have: u64,
        window: u32,
    },
    Data {
        number: u64,
        offset: u64,
        bytes: &'a [u8],
    },
    Ack(Ack),
    Probe {
        number: u64,
        size: usize,
    },
    ProbeAck {
        number: u64,
        size: u32,
    },
    Finished,
    Goodbye,
    Reset(Reason),
}

/// What has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ack {
    /// The latest transmission that this answers.
    pub(crate) number: u64,
    /// All before it is there.
    pub(crate) upto: u64,
    /// How many bytes from `upto` on may be sent.
    pub(crate) window: u32,
    /// What is there beyond, the lowest first, with gaps between.
    pub(crate) ranges: Vec<Range<u64>>,
}

/// Why bytes are no datagram of ours. They are dropped; this is for tests and the curious.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Malformed {
    #[error("too short, or of another protocol")]
    Foreign,
    #[error("the sum is wrong")]
    Sum,
    #[error("the body is not what its kind asks for")]
    Body,
}

/// Puts a datagram together.
pub(crate) fn encode(connection: u64, message: &Message<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(BASE_SIZE);
    out.extend([MARK, kind(message)]);
    out.extend(connection.to_be_bytes());
    match message {
        Message::Hello { facts } => encode_hello(&mut out, facts),
        Message::Welcome {
            hello,
            have,
            window,
        } => {
            out.extend(hello.to_be_bytes());
            out.extend(have.to_be_bytes());
            out.extend(window.to_be_bytes());
        }
        Message::Data {
            number,
            offset,
            bytes,
        } => {
            out.extend(number.to_be_bytes());
            out.extend(offset.to_be_bytes());
            out.extend_from_slice(bytes);
        }
        Message::Ack(ack) => encode_ack(&mut out, ack),
        Message::Probe { number, size } => {
            out.extend(number.to_be_bytes());
            out.resize(size - SUM, 0);
        }
        Message::ProbeAck { number, size } => {
            out.extend(number.to_be_bytes());
            out.extend(size.to_be_bytes());
        }
        Message::Reset(reason) => out.push(reason_code(*reason)),
        Message::Finished | Message::Goodbye => {}
    }
    let sum = crc32fast::hash(&out);
    out.extend(sum.to_be_bytes());
    out
}

fn encode_hello(out: &mut Vec<u8>, facts: &Facts) {
    out.extend(facts.length.to_be_bytes());
    out.extend(facts.digest.to_be_bytes());
    out.extend((facts.name.len() as u16).to_be_bytes());
    out.extend_from_slice(facts.name.as_bytes());
    out.resize(BASE_SIZE - SUM, 0);
}

fn encode_ack(out: &mut Vec<u8>, ack: &Ack) {
    out.extend(ack.number.to_be_bytes());
    out.extend(ack.upto.to_be_bytes());
    out.extend(ack.window.to_be_bytes());
    for range in &ack.ranges {
        out.extend(range.start.to_be_bytes());
        out.extend(range.end.to_be_bytes());
    }
}

/// Takes a datagram apart. All lengths and all orders are checked here; whether the numbers make sense
/// for a connection is the connection's to say.
pub(crate) fn decode(datagram: &[u8]) -> Result<(u64, Message<'_>), Malformed> {
    let (rest, sum) = datagram
        .split_last_chunk::<SUM>()
        .ok_or(Malformed::Foreign)?;
    let [MARK, kind, ..] = *rest else {
        return Err(Malformed::Foreign);
    };
    if crc32fast::hash(rest) != u32::from_be_bytes(*sum) {
        return Err(Malformed::Sum);
    }
    let mut body = Body(&rest[2..]);
    let connection = body.u64()?;
    let message = match kind {
        1 => decode_hello(&mut body, datagram.len())?,
        2 => Message::Welcome {
            hello: body.u64()?,
            have: body.u64()?,
            window: body.u32()?,
        },
        3 => decode_data(&mut body)?,
        4 => Message::Ack(decode_ack(&mut body)?),
        5 => {
            let number = body.u64()?;
            body.zeros()?;
            Message::Probe {
                number,
                size: datagram.len(),
            }
        }
        6 => Message::ProbeAck {
            number: body.u64()?,
            size: body.u32()?,
        },
        7 => Message::Finished,
        8 => Message::Goodbye,
        9 => Message::Reset(reason(body.take(1)?[0])?),
        _ => return Err(Malformed::Body),
    };
    if body.0.is_empty() {
        Ok((connection, message))
    } else {
        Err(Malformed::Body)
    }
}

fn decode_hello<'a>(body: &mut Body<'a>, size: usize) -> Result<Message<'a>, Malformed> {
    let (length, digest) = (body.u64()?, body.u32()?);
    let name_length = usize::from(body.u16()?);
    let name = std::str::from_utf8(body.take(name_length)?).map_err(|_| Malformed::Body)?;
    body.zeros()?;
    // A short hello would have us answer with more than we got.
    if size != BASE_SIZE || name.len() > MAX_NAME || length > MAX_LENGTH {
        return Err(Malformed::Body);
    }
    let name = name.to_owned();
    Ok(Message::Hello {
        facts: Facts {
            name,
            length,
            digest,
        },
    })
}

fn decode_data<'a>(body: &mut Body<'a>) -> Result<Message<'a>, Malformed> {
    let (number, offset) = (body.u64()?, body.u64()?);
    let bytes = body.take(body.0.len())?;
    if offset > MAX_LENGTH {
        return Err(Malformed::Body);
    }
    Ok(Message::Data {
        number,
        offset,
        bytes,
    })
}

fn decode_ack(body: &mut Body<'_>) -> Result<Ack, Malformed> {
    let mut ack = Ack {
        number: body.u64()?,
        upto: body.u64()?,
        window: body.u32()?,
        ranges: Vec::new(),
    };
    let mut last = ack.upto;
    while !body.0.is_empty() {
        let range = body.u64()?..body.u64()?;
        if range.start <= last || range.is_empty() || ack.ranges.len() == MAX_RANGES {
            return Err(Malformed::Body);
        }
        last = range.end;
        ack.ranges.push(range);
    }
    Ok(ack)
}

fn kind(message: &Message<'_>) -> u8 {
    match message {
        Message::Hello { .. } => 1,
        Message::Welcome { .. } => 2,
        Message::Data { .. } => 3,
        Message::Ack(_) => 4,
        Message::Probe { .. } => 5,
        Message::ProbeAck { .. } => 6,
        Message::Finished => 7,
        Message::Goodbye => 8,
        Message::Reset(_) => 9,
    }
}

fn reason_code(reason: Reason) -> u8 {
    match reason {
        Reason::Unknown => 1,
        Reason::Busy => 2,
        Reason::Corrupt => 3,
        Reason::Storage => 4,
    }
}

fn reason(code: u8) -> Result<Reason, Malformed> {
    match code {
        1 => Ok(Reason::Unknown),
        2 => Ok(Reason::Busy),
        3 => Ok(Reason::Corrupt),
        4 => Ok(Reason::Storage),
        _ => Err(Malformed::Body),
    }
}

/// What has not been read of a datagram yet.
struct Body<'a>(&'a [u8]);

impl<'a> Body<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Malformed::Body)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Malformed::Body)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_be_bytes)
    }

    fn zeros(&mut self) -> Result<(), Malformed> {
        match self.take(self.0.len())?.iter().all(|byte| *byte == 0) {
            true => Ok(()),
            false => Err(Malformed::Body),
        }
    }
}

/// How many bytes of a file a datagram of this size carries.
pub(crate) fn payload(size: usize) -> usize {
    size - DATA_OVERHEAD
}

const _: () = assert!(PROBE_OVERHEAD < BASE_SIZE && HEAD + 14 + MAX_NAME + SUM <= BASE_SIZE);
const _: () = assert!(HEAD + 20 + 16 * MAX_RANGES + SUM <= BASE_SIZE);
