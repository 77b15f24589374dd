//! The alphabet: which bytes may stand where (RFC 9110 §5.6), and a fast search for those that may not.

/// Whether `byte` may be in a token: a method, a field's name, a coding.
pub fn is_token_byte(byte: u8) -> bool {
    TOKEN[usize::from(byte)]
}

/// Whether `bytes` is a token: one or more token bytes and nothing else.
pub fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().copied().all(is_token_byte)
}

/// Without the spaces and tabs at both ends.
pub fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// The elements of a comma-separated list, trimmed; empty ones are passed over (RFC 9110 §5.6.1). A
/// comma in a quoted string separates nothing.
pub fn list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    split_unquoted(value, b',').filter(|element| !element.is_empty())
}

/// The parts of `value` between unquoted `separator`s, trimmed, the empty ones too.
pub fn split_unquoted(value: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let end = unquoted(bytes, separator);
        rest = bytes
            .get(end.unwrap_or(bytes.len()) + 1..)
            .filter(|_| end.is_some());
        Some(trim(&bytes[..end.unwrap_or(bytes.len())]))
    })
}

/// The number that `digits` is: one or more decimal digits and nothing else. One that does not fit is
/// [`u64::MAX`], which is more than any limit.
pub fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().fold(0u64, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    });
    Some(number)
}

/// Where the first control character at or after `from` is; the length of `bytes` if there is none.
///
/// This is what all bytes of a head go through, and most of them are no control characters: so first
/// 32 bytes at a time, without a branch, which the compiler does in vector registers; then eight.
#[inline]
pub(crate) fn find_control(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    let (blocks, _) = bytes[from..].as_chunks::<32>();
    for block in blocks {
        let is_hit = |hit, byte: &u8| hit | byte.is_ascii_control();
        if block.iter().fold(false, is_hit) {
            break;
        }
        at += block.len();
    }
    let (words, rest) = bytes[at..].as_chunks::<8>();
    for word in words {
        let found = controls(u64::from_le_bytes(*word));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += word.len();
    }
    let found = rest.iter().position(u8::is_ascii_control);
    found.map_or(bytes.len(), |found| at + found)
}

/// The top bit of each byte that is below a space or DEL. A borrow may set the bit of a byte above a
/// true one as well, so only the lowest is to be believed.
fn controls(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let delete = word ^ (ONES * 0x7f);
    let below_space = word.wrapping_sub(ONES * 0x20) & !word;
    let is_delete = delete.wrapping_sub(ONES) & !delete;
    (below_space | is_delete) & (ONES * 0x80)
}

fn unquoted(bytes: &[u8], separator: u8) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    bytes.iter().position(|&byte| {
        let found = !quoted && byte == separator;
        quoted ^= byte == b'"' && !escaped;
        escaped = quoted && byte == b'\\' && !escaped;
        found
    })
}

static TOKEN: [bool; 256] = table(b"!#$%&'*+-.^_`|~");

/// For each byte whether it is a letter, a digit, or one of `others`.
pub(crate) const fn table(others: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let mut index = 0;
    while index < others.len() {
        table[others[index] as usize] = true;
        index += 1;
    }
    table
}
