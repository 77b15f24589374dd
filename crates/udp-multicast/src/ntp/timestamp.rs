//! Time in fixed point: seconds since 1900 and their binary fractions.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Between 1900 and 1970 there were 17 leap years.
const UNIX_IN_1900: u64 = (70 * 365 + 17) * 86_400;

/// A point in time: 32 bits of seconds, 32 bits of fraction (233 picoseconds).
///
/// The seconds count from 1900 and wrap every 136 years; which *era* is meant, the reader has to know.
/// So a timestamp by itself has no order, but two that are less than 68 years apart have a
/// [difference](Self::since), by wrapping subtraction, whether or not there was a wrap between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timestamp(u64);

impl Timestamp {
    /// "Not known", by convention. (One moment every 136 years looks like it.)
    pub const ZERO: Timestamp = Timestamp(0);

    /// Seconds in the upper half, fraction in the lower.
    pub const fn from_bits(bits: u64) -> Self {
        Timestamp(bits)
    }

    /// Seconds in the upper half, fraction in the lower.
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    /// This machine's wall clock. Its era is lost.
    pub fn now() -> Self {
        let offset = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => Offset::from_duration(after),
            Err(before) => -Offset::from_duration(before.duration()),
        };
        Timestamp(UNIX_IN_1900 << 32) + offset
    }

    /// A time since 1970, in milliseconds.
    pub fn from_unix_millis(millis: u64) -> Self {
        Timestamp(UNIX_IN_1900 << 32) + Offset::from_duration(Duration::from_millis(millis))
    }

    /// How much later this is than `earlier`; negative when it is not later. Right if they are less
    /// than 68 years apart.
    pub fn since(self, earlier: Timestamp) -> Offset {
        Offset(self.0.wrapping_sub(earlier.0).cast_signed())
    }

    /// The time since 1970, if it is the one within 68 years of `near`, which is one too. Negative
    /// before 1970.
    pub fn unix_near(self, near: Duration) -> i128 {
        let near_stamp = Timestamp(UNIX_IN_1900 << 32) + Offset::from_duration(near);
        let distance = i128::from(self.since(near_stamp).0);
        near.as_nanos() as i128 + distance * 1_000_000_000 / (1 << 32)
    }
}

impl std::ops::Add<Offset> for Timestamp {
    type Output = Timestamp;

    fn add(self, offset: Offset) -> Timestamp {
        Timestamp(self.0.wrapping_add_signed(offset.0))
    }
}

/// A difference of two timestamps: signed, in units of 2⁻³² s, up to 68 years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offset(i64);

impl Offset {
    /// None.
    pub const ZERO: Offset = Offset(0);

    /// In units of 2⁻³² s.
    pub const fn from_bits(bits: i64) -> Self {
        Offset(bits)
    }

    /// In units of 2⁻³² s.
    pub const fn to_bits(self) -> i64 {
        self.0
    }

    /// The nearest one; `None` when it is more than 68 years, or no number.
    pub fn from_secs_f64(seconds: f64) -> Option<Self> {
        let bits = seconds * 2f64.powi(32);
        (bits.abs() < 2f64.powi(63)).then_some(Offset(bits.round() as i64))
    }

    /// Rounded down, and modulo 136 years, as a timestamp is.
    pub fn from_duration(duration: Duration) -> Self {
        let fraction = (u64::from(duration.subsec_nanos()) << 32) / 1_000_000_000;
        Offset(((duration.as_secs() << 32) | fraction).cast_signed())
    }

    /// In seconds; rounded when it is more than 53 bits, which is beyond 6 days.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 2f64.powi(32)
    }

    /// The middle between this and `other`, rounded down. Their sum needs a bit more.
    pub fn midpoint(self, other: Offset) -> Offset {
        Offset(self.0.midpoint(other.0))
    }

    /// The difference, or the largest there is.
    pub fn saturating_sub(self, other: Offset) -> Offset {
        Offset(self.0.saturating_sub(other.0))
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl std::ops::Neg for Offset {
    type Output = Offset;

    fn neg(self) -> Offset {
        Offset(self.0.wrapping_neg())
    }
}

/// In seconds, to the microsecond or to the precision that the format asks for.
impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.*}", f.precision().unwrap_or(6), self.as_secs_f64())
    }
}

/// The short form for delay and dispersion: 16 bits of seconds, 16 bits of fraction, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Short(u32);

impl Short {
    /// Seconds in the upper half, fraction in the lower.
    pub const fn from_bits(bits: u32) -> Self {
        Short(bits)
    }

    /// Seconds in the upper half, fraction in the lower.
    pub const fn to_bits(self) -> u32 {
        self.0
    }

    /// The same in the long form.
    pub const fn to_offset(self) -> Offset {
        Offset((self.0 as i64) << 16)
    }
}
