//! From words to signals.

use std::str::FromStr;

use super::{Signal, table};

/// The word names no signal of this system.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no signal")]
pub struct ParseSignalError(pub String);

/// Names that the table does not list, as other systems or older texts have them.
const ALIASES: &[(&str, Signal)] = &[
    ("IOT", Signal::ABRT),
    ("CLD", Signal::CHLD),
    #[cfg(target_os = "linux")]
    ("POLL", Signal::IO),
];

/// `INT`, `SIGINT`, `int`, `2`, `RTMIN+1`, `RTMAX-1`, in any case.
impl FromStr for Signal {
    type Err = ParseSignalError;

    fn from_str(word: &str) -> Result<Self, ParseSignalError> {
        let upper = word.to_ascii_uppercase();
        let name = upper.strip_prefix("SIG").unwrap_or(&upper);
        number(word)
            .or_else(|| standard(name))
            .or_else(|| real_time(name))
            .ok_or_else(|| ParseSignalError(word.into()))
    }
}

/// Digits only: `str::parse` would take a sign as well.
fn number(word: &str) -> Option<Signal> {
    word.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(())?;
    Signal::from_number(word.parse().ok()?)
}

fn standard(name: &str) -> Option<Signal> {
    let entry = table::STANDARD.iter().find(|entry| entry.name == name);
    let alias = || ALIASES.iter().find(|(alias, _)| *alias == name);
    entry
        .map(|entry| entry.signal)
        .or_else(|| alias().map(|(_, signal)| *signal))
}

fn real_time(name: &str) -> Option<Signal> {
    let last = Signal::real_time_count() - 1;
    if let Some(above) = name.strip_prefix("RTMIN") {
        return Signal::real_time(distance(above, '+')?);
    }
    Signal::real_time(last - distance(name.strip_prefix("RTMAX")?, '-')?)
}

/// Nothing, or `sign` and digits.
fn distance(text: &str, sign: char) -> Option<i32> {
    if text.is_empty() {
        return Some(0);
    }
    let digits = text.strip_prefix(sign)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(())?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_spellings_are_one_signal() {
        for word in ["INT", "int", "SIGINT", "SigInt", "2"] {
            assert_eq!(word.parse(), Ok(Signal::INT), "{word}");
        }
        assert_eq!("SIGIOT".parse(), Ok(Signal::ABRT));
    }

    #[test]
    fn what_is_no_signal_is_refused() {
        for word in [
            "",
            "0",
            "65",
            "-2",
            "+2",
            "2 ",
            "SIG",
            "SIGSIGINT",
            "RTMIN-1",
            "RTMAX+1",
            "RTMIN+99",
            "RTMIN+",
            "RTMIN+-1",
            "RTMAX--1",
            "99999999999999",
            "EXIT",
            "INTER",
            "é",
        ] {
            assert_eq!(
                word.parse::<Signal>(),
                Err(ParseSignalError(word.into())),
                "{word}"
            );
        }
    }
}
