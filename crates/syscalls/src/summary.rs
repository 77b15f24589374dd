//! How many calls, how many errors, how long: strace's `-c`.
//!
//! ```
//! use syscalls::summary::Summary;
//!
//! let summary = Summary::default();
//! assert_eq!(summary.total().calls, 0);
//! ```

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use crate::event::{Call, Outcome};

/// Counts calls by name.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    by_name: HashMap<&'static str, Count>,
}

/// What the calls of one name came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many returned, or never did.
    pub calls: u64,
    /// How many of them failed; one that a signal interrupted has.
    pub errors: u64,
    /// How long the tasks were in the kernel, as far as the tracer can see: the wait for the tracer
    /// is part of it, and so is sleep.
    pub time: Duration,
}

impl Summary {
    /// Counts one call.
    pub fn add(&mut self, call: &Call) {
        let count = self.by_name.entry(call.name).or_default();
        count.add(Count {
            calls: 1,
            errors: u64::from(matches!(
                call.outcome,
                Outcome::Error(_) | Outcome::Restart(_)
            )),
            time: call.took,
        });
    }

    /// The counts by name, those that took longest first; of those that took equally long the more
    /// frequent first.
    #[must_use]
    pub fn counts(&self) -> Vec<(&'static str, Count)> {
        let mut counts: Vec<_> = self.by_name.iter().map(|(n, c)| (*n, *c)).collect();
        counts.sort_by(|(name, a), (other, b)| {
            (b.time, b.calls)
                .cmp(&(a.time, a.calls))
                .then(name.cmp(other))
        });
        counts
    }

    /// All calls together.
    #[must_use]
    pub fn total(&self) -> Count {
        let mut total = Count::default();
        for count in self.by_name.values() {
            total.add(*count);
        }
        total
    }
}

impl Count {
    fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.errors += other.errors;
        self.time += other.time;
    }

    fn row(&self, f: &mut fmt::Formatter<'_>, total: Duration, name: &str) -> fmt::Result {
        let percent = match total.as_secs_f64() {
            0.0 => 0.0,
            all => self.time.as_secs_f64() * 100.0 / all,
        };
        let seconds = self.time.as_secs_f64();
        let each = self.time.as_micros() / u128::from(self.calls.max(1));
        let errors = match self.errors {
            0 => String::new(),
            errors => errors.to_string(),
        };
        let calls = self.calls;
        writeln!(
            f,
            "{percent:>6.2} {seconds:>11.6} {each:>11} {calls:>9} {errors:>9} {name}"
        )
    }
}

/// As strace's table, with the same columns.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const RULE: &str = "------ ----------- ----------- --------- --------- ----------------";
        writeln!(
            f,
            "{:>6} {:>11} {:>11} {:>9} {:>9} syscall",
            "% time", "seconds", "usecs/call", "calls", "errors"
        )?;
        writeln!(f, "{RULE}")?;
        let total = self.total();
        for (name, count) in self.counts() {
            count.row(f, total.time, name)?;
        }
        writeln!(f, "{RULE}")?;
        total.row(f, total.time, "total")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errno::Errno;

    fn call(name: &'static str, micros: u64, failed: bool) -> Call {
        let outcome = if failed {
            Outcome::Error(Errno::from_number(2))
        } else {
            Outcome::Value {
                value: 0,
                text: "0".to_owned(),
            }
        };
        Call {
            number: 0,
            name,
            arguments: String::new(),
            spans: Vec::new(),
            outcome,
            took: Duration::from_micros(micros),
            stack: Vec::new(),
        }
    }

    #[test]
    fn the_longest_stands_first_and_all_adds_up() {
        let mut summary = Summary::default();
        for call in [
            call("read", 10, false),
            call("openat", 60, true),
            call("read", 30, false),
        ] {
            summary.add(&call);
        }
        assert_eq!(
            summary.to_string(),
            "% time     seconds  usecs/call     calls    errors syscall\n\
             ------ ----------- ----------- --------- --------- ----------------\n \
             60.00    0.000060          60         1         1 openat\n \
             40.00    0.000040          20         2           read\n\
             ------ ----------- ----------- --------- --------- ----------------\n\
             100.00    0.000100          33         3         1 total\n"
        );
    }
}
