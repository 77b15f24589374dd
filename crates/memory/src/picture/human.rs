//! Numbers of bytes for people.

/// A number of bytes with a unit that leaves at most four digits: `0`, `4 KiB`, `1.5 MiB`, `127
/// TiB`.
pub fn human(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes == 0 {
        return "0".to_owned();
    }
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    // Rounded up to 1024, the number wants the next unit.
    let rounds_to_next = |tenths: u64| tenths >= 10_240;
    let mut unit = 0;
    let tenths = loop {
        let one = 1u128 << (10 * (unit + 1));
        let tenths = u64::try_from((u128::from(bytes) * 10 + one / 2) / one).unwrap_or(u64::MAX);
        if !rounds_to_next(tenths) || unit + 1 == UNITS.len() {
            break tenths;
        }
        unit += 1;
    };
    match tenths {
        0..100 if !tenths.is_multiple_of(10) => {
            format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
        }
        _ => format!("{} {}", (tenths + 5) / 10, UNITS[unit]),
    }
}

#[cfg(test)]
mod tests {
    use super::human;

    #[test]
    fn units() {
        let cases = [
            (0, "0"),
            (1023, "1023 B"),
            (4096, "4 KiB"),
            (1536, "1.5 KiB"),
            (10_700, "10 KiB"),
            (1024 * 1024 - 1, "1 MiB"),
            (1024 * 1024, "1 MiB"),
            (u64::MAX, "16 EiB"),
        ];
        for (bytes, text) in cases {
            assert_eq!(human(bytes), text, "{bytes}");
        }
    }
}
