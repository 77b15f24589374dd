//! Arguments of `printf` that are numbers.

use std::fmt;

/// A value, which is what there is of a number at the start of the argument, and what was wrong.
pub(super) type Read<T> = (T, Option<Problem>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    NotANumber,
    Rest,
    TooLarge,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NotANumber => "not a number",
            Self::Rest => "not a number to its end",
            Self::TooLarge => "number too large",
        })
    }
}

/// For `%d`.
pub(super) fn integer(text: &[u8]) -> Read<i64> {
    let (negative, magnitude, problem) = magnitude(text);
    let signed = if negative {
        0i64.checked_sub_unsigned(magnitude)
    } else {
        i64::try_from(magnitude).ok()
    };
    match signed {
        Some(value) => (value, problem),
        None if negative => (i64::MIN, Some(Problem::TooLarge)),
        None => (i64::MAX, Some(Problem::TooLarge)),
    }
}

/// For `%u`, `%o` and `%x`: a negative number is what two's complement makes of it.
pub(super) fn unsigned(text: &[u8]) -> Read<u64> {
    let (negative, magnitude, problem) = magnitude(text);
    let value = if negative {
        magnitude.wrapping_neg()
    } else {
        magnitude
    };
    (value, problem)
}

/// For `%f` and its kin.
pub(super) fn float(text: &[u8]) -> Read<f64> {
    if let Some(code) = character(text) {
        return (code as f64, None);
    }
    let text = text.trim_ascii_start();
    let text = String::from_utf8_lossy(text);
    if text.is_empty() {
        return (0.0, None);
    }
    if let Some(value) = hexadecimal(&text) {
        return (value, None);
    }
    let end = decimal(text.as_bytes());
    match (text.parse(), text[..end].parse()) {
        // Also `inf` and `nan`.
        (Ok(value), _) => (value, None),
        (Err(_), Ok(value)) => (value, Some(Problem::Rest)),
        (Err(_), Err(_)) => (0.0, Some(Problem::NotANumber)),
    }
}

/// How long the decimal number at the start of `text` is.
fn decimal(text: &[u8]) -> usize {
    let sign = |at: usize| usize::from(matches!(text.get(at), Some(b'+' | b'-')));
    let digits = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut end = sign(0);
    end += digits(end);
    if text.get(end) == Some(&b'.') {
        end += 1 + digits(end + 1);
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let start = end + 1 + sign(end + 1);
        if digits(start) > 0 {
            end = start + digits(start);
        }
    }
    end
}

fn hexadecimal(text: &str) -> Option<f64> {
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))?;
    u64::from_str_radix(digits, 16)
        .ok()
        .map(|value| value as f64)
}

/// Sign, magnitude and problem of an integer constant of C.
fn magnitude(text: &[u8]) -> (bool, u64, Option<Problem>) {
    if let Some(code) = character(text) {
        return (false, code, None);
    }
    let text = text.trim_ascii_start();
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() {
        return (false, 0, (!text.is_empty()).then_some(Problem::NotANumber));
    }
    let (base, digits) = match digits {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', ..] => (8, digits),
        _ => (10, digits),
    };
    let (value, problem) = in_base(digits, base);
    (negative, value, problem)
}

fn in_base(digits: &[u8], base: u32) -> (u64, Option<Problem>) {
    let mut value = Some(0u64);
    let mut count = 0;
    for byte in digits {
        let Some(digit) = char::from(*byte).to_digit(base) else {
            break;
        };
        value = value
            .and_then(|value| value.checked_mul(base.into()))
            .and_then(|value| value.checked_add(digit.into()));
        count += 1;
    }
    match value {
        None => (u64::MAX, Some(Problem::TooLarge)),
        Some(value) if count == digits.len() => (value, None),
        Some(value) if count == 0 => (value, Some(Problem::NotANumber)),
        Some(value) => (value, Some(Problem::Rest)),
    }
}

/// `'a`: the code of the character behind the quote.
fn character(text: &[u8]) -> Option<u64> {
    let [b'\'' | b'"', rest @ ..] = text else {
        return None;
    };
    let first = rest
        .utf8_chunks()
        .next()
        .map(|chunk| chunk.valid().chars().next());
    match first {
        Some(Some(character)) => Some(u64::from(u32::from(character))),
        Some(None) => Some(rest[0].into()),
        None => Some(0),
    }
}
