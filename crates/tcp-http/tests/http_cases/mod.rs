//! How long the codec's properties are searched for a counter-example.

use proptest::test_runner::Config;

/// So many cases, and more when `PROPTEST_CASES` asks for a thorough search. A failure is printed, and
/// written nowhere.
pub(crate) fn cases(least: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok();
    let asked = asked.map_or(0, |cases| cases.parse().expect("a number of cases"));
    Config {
        cases: least.max(asked),
        failure_persistence: None,
        ..Config::default()
    }
}
