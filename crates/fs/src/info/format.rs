//! What stands between the `%` and the letter of a directive: `%-10s`, `%04a`, `%.3X`.

use super::Time;

/// Flags, width and precision, as printf(3) has them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Spec {
    left: bool,
    zeros: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    width: usize,
    /// `Some(None)` is a point without a number.
    precision: Option<Option<usize>>,
}

/// What a directive stands for.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(Vec<u8>),
    Number(u64),
    Octal(u64),
    Hex(u64),
    /// Seconds, with as many decimals as the precision says.
    Seconds(Time),
}

/// The widest that a field may be: the width comes from the command line, and memory with it.
const WIDEST: usize = 4096;

impl Spec {
    /// Reads what there is of a specification, and gives the rest of the text.
    pub(crate) fn read(text: &[u8]) -> (Spec, &[u8]) {
        let mut spec = Spec::default();
        let mut rest = text;
        while let Some((&flag, after)) = rest.split_first() {
            match flag {
                b'-' => spec.left = true,
                b'0' => spec.zeros = true,
                b'+' => spec.plus = true,
                b' ' => spec.space = true,
                b'#' => spec.alternate = true,
                // Thousands, which C.UTF-8 does not separate.
                b'\'' => {}
                _ => break,
            }
            rest = after;
        }
        let (width, mut rest) = number(rest);
        spec.width = width.unwrap_or(0);
        if let Some(after) = rest.strip_prefix(b".") {
            let (precision, after) = number(after);
            spec.precision = Some(precision);
            rest = after;
        }
        (spec, rest)
    }

    /// Appends the value as the specification has it.
    pub(crate) fn append(&self, out: &mut Vec<u8>, value: &Value) {
        match value {
            Value::Text(text) => {
                let longest = self.precision.map_or(usize::MAX, Option::unwrap_or_default);
                self.pad(out, "", cut(text, longest));
            }
            Value::Number(number) => self.digits(out, self.sign(), &number.to_string()),
            Value::Octal(number) => {
                let zero = if self.alternate && *number != 0 {
                    "0"
                } else {
                    ""
                };
                self.digits(out, "", &format!("{zero}{number:o}"));
            }
            Value::Hex(number) => {
                let prefix = if self.alternate && *number != 0 {
                    "0x"
                } else {
                    ""
                };
                self.digits(out, prefix, &format!("{number:x}"));
            }
            Value::Seconds(time) => self.seconds(out, *time),
        }
    }

    fn sign(&self) -> &'static str {
        match (self.plus, self.space) {
            (true, _) => "+",
            (false, true) => " ",
            (false, false) => "",
        }
    }

    fn digits(&self, out: &mut Vec<u8>, prefix: &str, digits: &str) {
        let least = self.precision.map_or(0, Option::unwrap_or_default);
        self.pad(out, prefix, format!("{digits:0>least$}").as_bytes());
    }

    fn seconds(&self, out: &mut Vec<u8>, time: Time) {
        // Below zero the decimals count back: half a second before 1970 is -0.5.
        let nanoseconds = i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanoseconds);
        let decimals = self.precision.map_or(0, |precision| precision.unwrap_or(9));
        let kept = decimals.min(9) as u32;
        // Rounded down, so that no time seems later than it was.
        let scaled = nanoseconds.div_euclid(10_i128.pow(9 - kept));
        let unit = 10_u128.pow(kept);
        let (whole, part) = (scaled.unsigned_abs() / unit, scaled.unsigned_abs() % unit);
        let mut text = whole.to_string();
        if decimals > 0 {
            let kept = kept as usize;
            text += &format!(".{part:0kept$}");
            text.extend(std::iter::repeat_n('0', decimals - kept));
        }
        let sign = if scaled < 0 { "-" } else { self.sign() };
        self.pad(out, sign, text.as_bytes());
    }

    /// `prefix` and `body`, which zeros may come between but spaces may not.
    fn pad(&self, out: &mut Vec<u8>, prefix: &str, body: &[u8]) {
        let missing = self.width.saturating_sub(prefix.len() + body.len());
        let (spaces_before, zeros, spaces_after) = match (self.left, self.zeros) {
            (true, _) => (0, 0, missing),
            (false, true) => (0, missing, 0),
            (false, false) => (missing, 0, 0),
        };
        out.extend(std::iter::repeat_n(b' ', spaces_before));
        out.extend(prefix.bytes());
        out.extend(std::iter::repeat_n(b'0', zeros));
        out.extend(body);
        out.extend(std::iter::repeat_n(b' ', spaces_after));
    }
}

fn cut(text: &[u8], longest: usize) -> &[u8] {
    &text[..text.len().min(longest)]
}

fn number(text: &[u8]) -> (Option<usize>, &[u8]) {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(digits);
    let value = digits.iter().fold(0_usize, |value, digit| {
        (value * 10 + usize::from(digit - b'0')).min(WIDEST)
    });
    ((!digits.is_empty()).then_some(value), rest)
}
