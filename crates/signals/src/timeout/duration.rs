//! `1.5m` as a length of time.

use std::time::Duration;

/// The text is no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid time interval {0:?}")]
pub struct ParseDurationError(pub String);

/// Reads a number that may have a fraction and an exponent, and `s`, `m`, `h` or `d` after it: seconds if
/// it has none. Rounded up to a nanosecond. A length that is too long to be told is `Duration::MAX`, and
/// so is `inf`.
///
/// # Errors
///
/// [`ParseDurationError`].
///
/// ```
/// use std::time::Duration;
/// use signals::timeout::parse_duration;
///
/// assert_eq!(parse_duration("1.5m"), Ok(Duration::from_secs(90)));
/// assert!(parse_duration("-1").is_err());
/// ```
pub fn parse_duration(text: &str) -> Result<Duration, ParseDurationError> {
    let (number, unit) = match text.as_bytes().last() {
        Some(b's') => (&text[..text.len() - 1], 1.0),
        Some(b'm') => (&text[..text.len() - 1], 60.0),
        Some(b'h') => (&text[..text.len() - 1], 3_600.0),
        Some(b'd') => (&text[..text.len() - 1], 86_400.0),
        _ => (text, 1.0),
    };
    let number: f64 = number
        .parse()
        .ok()
        .filter(|number: &f64| !number.is_nan() && !number.is_sign_negative())
        .ok_or_else(|| ParseDurationError(text.into()))?;
    let seconds = number * unit;
    let length = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    // Something that rounds to nothing is not "no limit", which 0 stands for.
    match length.is_zero() && seconds > 0.0 {
        true => Ok(Duration::from_nanos(1)),
        false => Ok(length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_units_and_fractions() {
        let milliseconds = |text: &str| parse_duration(text).unwrap().as_millis();
        assert_eq!(milliseconds("10"), 10_000);
        assert_eq!(milliseconds("0.25s"), 250);
        assert_eq!(milliseconds(".5m"), 30_000);
        assert_eq!(milliseconds("1e1"), 10_000);
        assert_eq!(milliseconds("2h"), 7_200_000);
        assert_eq!(milliseconds("1d"), 86_400_000);
        assert_eq!(parse_duration("0"), Ok(Duration::ZERO));
        assert_eq!(parse_duration("1e-30"), Ok(Duration::from_nanos(1)));
        assert_eq!(parse_duration("1e30d"), Ok(Duration::MAX));
        assert_eq!(parse_duration("inf"), Ok(Duration::MAX));
    }

    #[test]
    fn what_is_no_length_is_refused() {
        for text in ["", "s", "-1", "1x", "1 s", "1ss", "nan", "1m5s", "é"] {
            assert_eq!(parse_duration(text), Err(ParseDurationError(text.into())));
        }
    }
}
