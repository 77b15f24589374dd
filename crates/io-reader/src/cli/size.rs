//! Sizes and offsets as people write them.

/// Parses `4096`, `4K` (1024 bytes each; also M, G, T) or `0x1000`.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let (digits, radix, unit) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16, 1),
        None => {
            let (digits, unit) = split_unit(text);
            (digits, 10, unit)
        }
    };
    // `from_str_radix` would take a sign as well.
    if !digits.starts_with(|c: char| c.is_digit(radix)) {
        return Err("expected a size like 4096, 4K or 0x1000".to_owned());
    }
    u64::from_str_radix(digits, radix)
        .map_err(|error| error.to_string())?
        .checked_mul(unit)
        .ok_or_else(|| "more than 64 bits can count".to_owned())
}

fn split_unit(text: &str) -> (&str, u64) {
    let unit = match text.chars().last() {
        Some('K' | 'k') => 1 << 10,
        Some('M' | 'm') => 1 << 20,
        Some('G' | 'g') => 1 << 30,
        Some('T' | 't') => 1 << 40,
        _ => return (text, 1),
    };
    (&text[..text.len() - 1], unit)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(parse("0"), Ok(0));
        assert_eq!(parse("4096"), Ok(4096));
        assert_eq!(parse("4K"), Ok(4096));
        assert_eq!(parse("3m"), Ok(3 * 1024 * 1024));
        assert_eq!(parse("0x1000"), Ok(4096));
        assert_eq!(parse("18446744073709551615"), Ok(u64::MAX));
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in [
            "", "K", "0x", "-1", "+1", "0x-1", "4 K", "4KK", "1.5K", "四",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
        for text in ["18446744073709551616", "16777216T"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
