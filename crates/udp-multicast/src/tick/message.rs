//! A tick as text.

use std::fmt;
use std::time::Duration;

/// No tick is longer: four fields with the largest numbers.
pub const MAX_LEN: usize = 96;

/// What one datagram says. See the [module](super) for its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The how many-th of its sender, from 1.
    pub number: u64,
    /// When it was to be sent, since 1970.
    pub due: Duration,
    /// The time to the next one; not 0.
    pub interval: Duration,
}

/// Why a datagram is no tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTick {
    /// More than [`MAX_LEN`] bytes.
    #[error("it is too long")]
    TooLong,
    /// It is not text.
    #[error("it is not ASCII")]
    NotText,
    /// The first field is not `tick/1`.
    #[error("it does not begin with tick/1")]
    OtherProtocol,
    /// Not four fields between single spaces, or no line end.
    #[error("it is not a line of four fields")]
    Fields,
    /// The number is none, or 0.
    #[error("its number is not a whole number from 1")]
    Number,
    /// A time is not of the form `SECONDS.NANOSECONDS`, with nine decimals.
    #[error("its {0} is not a time with nine decimals")]
    Time(&'static str),
    /// The interval is 0.
    #[error("its interval is 0")]
    NoInterval,
}

impl Tick {
    /// Reads what [`Display`](fmt::Display) writes, and nothing else.
    pub fn parse(message: &[u8]) -> Result<Tick, BadTick> {
        if message.len() > MAX_LEN {
            return Err(BadTick::TooLong);
        }
        let text = str::from_utf8(message).map_err(|_| BadTick::NotText)?;
        if !text.is_ascii() {
            return Err(BadTick::NotText);
        }
        let fields = text.strip_prefix("tick/1 ").ok_or(BadTick::OtherProtocol)?;
        let fields = fields.strip_suffix('\n').ok_or(BadTick::Fields)?;
        let fields: Vec<&str> = fields.split(' ').collect();
        let [number, due, interval] = fields[..] else {
            return Err(BadTick::Fields);
        };
        let tick = Tick {
            number: whole(number).filter(|&n| n > 0).ok_or(BadTick::Number)?,
            due: time(due).ok_or(BadTick::Time("due time"))?,
            interval: time(interval).ok_or(BadTick::Time("interval"))?,
        };
        if tick.interval.is_zero() {
            return Err(BadTick::NoInterval);
        }
        Ok(tick)
    }
}

impl fmt::Display for Tick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |time: Duration| format!("{}.{:09}", time.as_secs(), time.subsec_nanos());
        let (due, interval) = (seconds(self.due), seconds(self.interval));
        writeln!(f, "tick/1 {} {due} {interval}", self.number)
    }
}

/// Only digits: `parse` would take a sign too. No zeros in front, so that there is one text only.
fn whole(text: &str) -> Option<u64> {
    let digits_only = text.bytes().all(|byte| byte.is_ascii_digit());
    let one_text = text == "0" || !text.starts_with('0');
    (digits_only && one_text).then(|| text.parse().ok())?
}

fn time(text: &str) -> Option<Duration> {
    let (seconds, nanos) = text.split_once('.')?;
    let nine_digits = nanos.len() == 9 && nanos.bytes().all(|byte| byte.is_ascii_digit());
    let nanos: u32 = nanos.parse().ok().filter(|_| nine_digits)?;
    Some(Duration::new(whole(seconds)?, nanos))
}
