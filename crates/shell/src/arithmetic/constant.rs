//! Integers in text: how C writes them, and the values of variables.

/// The number that `text` is for arithmetic: a C constant, perhaps with a sign, perhaps with blanks
/// around it; 0 for nothing at all. None for what is no number.
///
/// Too large a constant wraps around, as all else in 64-bit arithmetic here.
#[must_use]
pub fn value(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii();
    match text {
        [] => Some(0),
        [b'-', digits @ ..] => unsigned(digits).map(i64::wrapping_neg),
        [b'+', digits @ ..] => unsigned(digits),
        digits => unsigned(digits),
    }
}

/// [`value`] of what is an integer constant as it stands, with nothing around it.
#[must_use]
pub fn plain(text: &[u8]) -> Option<i64> {
    match text {
        [b'-', digits @ ..] => unsigned(digits).map(i64::wrapping_neg),
        digits => unsigned(digits),
    }
}

/// `12`, `017` or `0x1f`.
#[must_use]
pub fn unsigned(text: &[u8]) -> Option<i64> {
    match text {
        [b'0', b'x' | b'X', digits @ ..] => in_base(digits, 16),
        [b'0', digits @ ..] if !digits.is_empty() => in_base(digits, 8),
        digits => in_base(digits, 10),
    }
}

fn in_base(digits: &[u8], base: u32) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0i64, |number, &digit| {
        let digit = char::from(digit).to_digit(base)?;
        Some(
            number
                .wrapping_mul(i64::from(base))
                .wrapping_add(i64::from(digit)),
        )
    })
}

/// Appends `number` in decimal: std's formatting takes several times as long, in each turn of a loop.
pub fn write(number: i64, text: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        text.push(b'-');
    }
    text.extend_from_slice(&digits[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_those_of_c() {
        for (text, number) in [
            ("0", 0),
            ("42", 42),
            ("010", 8),
            ("0x1F", 31),
            ("9223372036854775807", i64::MAX),
            ("9223372036854775808", i64::MIN),
        ] {
            assert_eq!(unsigned(text.as_bytes()), Some(number), "{text}");
        }
        for text in ["", "08", "0x", "1a", "-1", " 1"] {
            assert_eq!(unsigned(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn values_may_have_signs_and_blanks() {
        for (text, number) in [("", 0), (" \n", 0), (" -3 ", -3), ("+4", 4), ("-0x10", -16)] {
            assert_eq!(value(text.as_bytes()), Some(number), "{text}");
        }
        for text in ["x", "- 3", "--3", "1 2"] {
            assert_eq!(value(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn written_and_read_back() {
        for number in [0, 1, -1, 10, 99, i64::MAX, i64::MIN] {
            let mut text = Vec::new();
            write(number, &mut text);
            assert_eq!(String::from_utf8_lossy(&text), number.to_string());
            assert_eq!(value(&text), Some(number));
        }
    }
}
