//! `%e`, `%f`, `%g` and `%a`: how C writes floating-point numbers.

use super::directive::Layout;

/// Writes `value` as `conversion` says; an upper-case one writes letters large.
pub(super) fn append(layout: &Layout, value: f64, conversion: u8, out: &mut Vec<u8>) {
    let magnitude = value.abs();
    let text = if value.is_nan() {
        "nan".to_owned()
    } else if value.is_infinite() {
        "inf".to_owned()
    } else {
        let precision = layout.precision;
        match conversion.to_ascii_lowercase() {
            b'e' => scientific(magnitude, precision.unwrap_or(6), layout.alternative),
            b'f' => fixed(magnitude, precision.unwrap_or(6), layout.alternative),
            b'a' => return hexadecimal(layout, value, conversion, out),
            _ => general(magnitude, precision.unwrap_or(6).max(1), layout.alternative),
        }
    };
    let text = cased(text, conversion);
    let sign = layout.sign(value.is_sign_negative());
    layout.number(sign, &text, value.is_finite(), out);
}

fn cased(text: String, conversion: u8) -> String {
    if conversion.is_ascii_uppercase() {
        text.to_ascii_uppercase()
    } else {
        text
    }
}

fn fixed(value: f64, precision: usize, point: bool) -> String {
    let mut text = format!("{value:.precision$}");
    if precision == 0 && point {
        text.push('.');
    }
    text
}

/// `d.ddde+dd`
fn scientific(value: f64, precision: usize, point: bool) -> String {
    let (digits, exponent) = parts(value, precision);
    let point = if precision == 0 && point { "." } else { "" };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}{point}e{sign}{:02}", exponent.abs())
}

/// The digits with their point, and the exponent, both after rounding.
fn parts(value: f64, precision: usize) -> (String, i32) {
    let text = format!("{value:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (digits.to_owned(), exponent.parse().unwrap_or(0))
}

/// The shorter of the two, with so many significant digits and without zeros at the end.
fn general(value: f64, precision: usize, keep_zeros: bool) -> String {
    let (_, exponent) = parts(value, precision - 1);
    if exponent < -4 || exponent >= precision as i32 {
        let text = scientific(value, precision - 1, keep_zeros);
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "+00"));
        return format!("{}e{exponent}", trimmed(digits, keep_zeros));
    }
    let decimals = (precision as i32 - 1 - exponent).max(0) as usize;
    trimmed(&fixed(value, decimals, keep_zeros), keep_zeros).to_owned()
}

fn trimmed(digits: &str, keep_zeros: bool) -> &str {
    if keep_zeros || !digits.contains('.') {
        return digits;
    }
    digits.trim_end_matches('0').trim_end_matches('.')
}

/// `0x1.8p+1`: exact, since both are binary.
fn hexadecimal(layout: &Layout, value: f64, conversion: u8, out: &mut Vec<u8>) {
    let bits = value.abs().to_bits();
    let (mut mantissa, stored) = (bits & ((1 << 52) - 1), (bits >> 52) as i32);
    let exponent = match (stored, mantissa) {
        (0, 0) => 0,
        (0, _) => -1022,
        _ => stored - 1023,
    };
    mantissa |= u64::from(stored != 0) << 52;
    let mut digits = 13;
    if let Some(precision) = layout.precision.filter(|precision| *precision < 13) {
        let dropped = 4 * (13 - precision) as u32;
        mantissa = rounded(mantissa, dropped);
        digits = precision;
    }
    let whole = mantissa >> (4 * digits);
    let rest = mantissa & ((1u64 << (4 * digits)) - 1);
    let mut rest = if digits == 0 {
        String::new()
    } else {
        format!("{rest:0digits$x}")
    };
    match layout.precision {
        None => rest.truncate(rest.trim_end_matches('0').len()),
        Some(precision) => rest.extend(std::iter::repeat_n('0', precision.saturating_sub(13))),
    }
    let point = if rest.is_empty() && !layout.alternative {
        ""
    } else {
        "."
    };
    let text = format!("{whole}{point}{rest}p{exponent:+}");
    let prefix = format!("{}0x", layout.sign(value.is_sign_negative()));
    let prefix = cased(prefix, conversion);
    layout.number(&prefix, &cased(text, conversion), true, out);
}

/// Without its last bits, to the nearest, and to even from the middle.
fn rounded(mantissa: u64, bits: u32) -> u64 {
    let kept = mantissa >> bits;
    let (rest, half) = (mantissa & ((1 << bits) - 1), 1 << (bits - 1));
    kept + u64::from(rest > half || rest == half && kept & 1 == 1)
}
