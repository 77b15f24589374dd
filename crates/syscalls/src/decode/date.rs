//! A point in time as people write it.

use super::Context;

/// What is left below the seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fraction {
    /// Nothing is known.
    None,
    /// Millionths.
    Micros(i64),
    /// Thousand-millionths.
    Nanos(i64),
}

const DAY: i64 = 86_400;

/// Beyond this the year no longer fits into what the C library has for it.
const FURTHEST: i64 = 1 << 55;

/// Appends ` /* 2023-11-14T22:13:20.000000005+0000 */`, in universal time, for seconds since 1970;
/// nothing for what is no point in time, or not set.
pub(crate) fn comment(context: &mut Context<'_>, seconds: i64, fraction: Fraction) {
    let (fine, whole) = match fraction {
        Fraction::None => (0, 1),
        Fraction::Micros(micros) => (micros, 1_000_000),
        Fraction::Nanos(nanos) => (nanos, 1_000_000_000),
    };
    let unset = seconds == 0 && fine == 0;
    if unset || !(0..whole).contains(&fine) || !(-FURTHEST..=FURTHEST).contains(&seconds) {
        return;
    }
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    let rest = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    context.format(format_args!(
        " /* {year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    ));
    match fraction {
        Fraction::Micros(micros) if micros > 0 => context.format(format_args!(".{micros:06}")),
        Fraction::Nanos(nanos) if nanos > 0 => context.format(format_args!(".{nanos:09}")),
        _ => {}
    }
    context.push("+0000 */");
}

/// Year, month and day of the Gregorian calendar for a number of days since 1970.
///
/// Counted in years that begin in March, so that the leap day is the last of a year, and in eras of
/// 400 years, which all have the same number of days.
fn civil(days: i64) -> (i64, i64, i64) {
    const ERA: i64 = 146_097;
    let since_march_0000 = days + 719_468;
    let era = since_march_0000.div_euclid(ERA);
    let day_of_era = since_march_0000.rem_euclid(ERA);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / (ERA - 1)) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::written;

    #[test]
    fn dates_agree_with_the_calendar() {
        for (seconds, text) in [
            (1, "1970-01-01T00:00:01"),
            (-1, "1969-12-31T23:59:59"),
            (951_782_400, "2000-02-29T00:00:00"),
            (1_700_000_000, "2023-11-14T22:13:20"),
            (4_107_542_399, "2100-02-28T23:59:59"),
            (253_402_300_800, "10000-01-01T00:00:00"),
        ] {
            let shown = written(|context| comment(context, seconds, Fraction::None));
            assert_eq!(shown, format!(" /* {text}+0000 */"));
        }
    }

    #[test]
    fn what_is_no_point_in_time_has_no_date() {
        let text = written(|context| {
            comment(context, i64::MAX, Fraction::None);
            comment(context, 0, Fraction::None);
            comment(context, 0, Fraction::Nanos(1 << 31));
            comment(context, 0, Fraction::Micros(-1));
        });
        assert_eq!(text, "");
    }
}
