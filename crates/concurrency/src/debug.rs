//! Settings from the environment, in the form of Go's `GODEBUG`: `name1=value1,name2=value2`.

use std::env;
use std::time::Duration;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// GOMAXPROCS.
    pub processors: Option<usize>,
    /// `schedtrace=MS`, with `scheddetail=1`.
    pub schedtrace: Option<(Duration, bool)>,
    /// What was not understood, word by word.
    pub unknown: Vec<String>,
}

/// The variable with the settings.
pub const VARIABLE: &str = "RTDEBUG";

/// Reads settings. What is not understood is no error: it is kept, to be told.
///
/// ```
/// use concurrency::debug::parse;
///
/// let settings = parse("schedtrace=100,scheddetail=1,gctrace=1");
/// assert_eq!(settings.schedtrace.map(|(period, _)| period.as_millis()), Some(100));
/// assert_eq!(settings.unknown, ["gctrace=1"]);
/// ```
#[must_use]
pub fn parse(text: &str) -> Settings {
    let mut settings = Settings::default();
    let (mut period, mut detail) = (None, false);
    for word in text
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
    {
        let number = |value: &str| value.parse::<u64>().ok();
        match word
            .split_once('=')
            .map(|(name, value)| (name, number(value)))
        {
            Some(("schedtrace", Some(milliseconds))) => period = Some(milliseconds),
            Some(("scheddetail", Some(number))) => detail = number != 0,
            _ => settings.unknown.push(word.to_owned()),
        }
    }
    settings.schedtrace = period
        .filter(|&milliseconds| milliseconds > 0)
        .map(|milliseconds| (Duration::from_millis(milliseconds), detail));
    settings
}

/// The settings of this process: `RTDEBUG` and `GOMAXPROCS`.
pub(crate) fn from_environment() -> Settings {
    let text = env::var(VARIABLE).unwrap_or_default();
    let processors = env::var("GOMAXPROCS").ok();
    Settings {
        processors: processors
            .and_then(|number| number.trim().parse().ok())
            .filter(|&number: &usize| number > 0),
        ..parse(&text)
    }
}
