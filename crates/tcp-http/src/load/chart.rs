//! A histogram for people.

use std::io::{self, Write};
use std::time::Duration;

use super::histogram::Histogram;

/// What is worth knowing of a distribution: its middle, and its end.
pub const PERCENTILES: [f64; 6] = [50.0, 75.0, 90.0, 99.0, 99.9, 99.99];

/// How many characters the longest bar has.
const WIDTH: usize = 40;

/// Writes the percentiles, a line each.
pub fn write_percentiles(histogram: &Histogram, out: &mut impl Write) -> io::Result<()> {
    for percent in PERCENTILES {
        let value = in_words(histogram.percentile(percent));
        writeln!(out, "  {percent:>6} %  {value:>9}")?;
    }
    writeln!(out, "     max    {:>9}", in_words(histogram.max()))
}

/// Draws how many values there are up to 1, 2, 5, 10, 20, 50... microseconds; a bar that would be
/// too short to be seen is a dot.
pub fn draw(histogram: &Histogram, out: &mut impl Write) -> io::Result<()> {
    let rows = rows(histogram);
    let most = rows.iter().map(|row| row.1).max().unwrap_or(0).max(1);
    for (bound, count) in rows {
        let length = (count as u128 * WIDTH as u128 / u128::from(most)) as usize;
        let bar = match (count, length) {
            (0, _) => String::new(),
            (_, 0) => "·".into(),
            _ => "█".repeat(length),
        };
        writeln!(out, "  ≤ {:>7}  {count:>9}  {bar}", in_words(bound))?;
    }
    Ok(())
}

/// Bounds and what is between them and those before, without the empty ends.
fn rows(histogram: &Histogram) -> Vec<(u64, u64)> {
    let mut rows = Vec::new();
    let mut before = 0;
    for bound in bounds() {
        let up_to = histogram.count_up_to(bound);
        if up_to > 0 {
            rows.push((bound, up_to - before));
        }
        before = up_to;
        if up_to == histogram.count() {
            break;
        }
    }
    rows
}

/// 1, 2, 5, 10... microseconds, up to half an hour, and what is longer.
fn bounds() -> impl Iterator<Item = u64> {
    let tens = (0..10).map(|exponent| 1000 * 10_u64.pow(exponent));
    let bounds = tens.flat_map(|ten| [ten, 2 * ten, 5 * ten]);
    bounds.chain([u64::MAX])
}

/// Nanoseconds in words, in three digits: the others would only pretend to be known.
pub fn in_words(nanoseconds: u64) -> String {
    if nanoseconds == u64::MAX {
        return "longer".into();
    }
    let digits = nanoseconds.checked_ilog10().unwrap_or(0);
    let unit = 10_u64.pow(digits.saturating_sub(2));
    format!(
        "{:?}",
        Duration::from_nanos((nanoseconds + unit / 2) / unit * unit)
    )
}
