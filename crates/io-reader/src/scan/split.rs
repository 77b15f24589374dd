//! How a token is cut off the bytes that are there.

use std::io::BufRead;
use std::ops::Range;
use std::str;

/// What a split function makes of the bytes it is shown.
///
/// It is called with all unread bytes that are in memory, and whether the stream ends with them.
/// It is not called when there are none left.
#[doc(alias = "SplitFunc")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Split {
    /// No token can be told yet: show more. At the end of the stream: the rest holds no token.
    Need,
    /// Use up this many bytes (at least one), which hold no token.
    Skip(usize),
    /// Use up `advance` bytes (at least one); the bytes at `token` among all shown are the token.
    Token {
        /// How many bytes to use up.
        advance: usize,
        /// Where among the shown bytes the token is.
        token: Range<usize>,
    },
    /// The bytes are not what the function expects, for this reason.
    Fail(String),
}

/// Cuts at line ends and takes `\n` and `\r\n` off; a `\r` elsewhere belongs to its line. The
/// same lines as [`str::lines`].
pub fn split_lines(bytes: &[u8], at_eof: bool) -> Split {
    // A slice is its own buffered reader, and this searches it with memchr(3), many bytes at a time.
    let advance = { bytes }.skip_until(b'\n').unwrap_or(0);
    let line = match bytes[..advance].strip_suffix(b"\n") {
        Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
        None if at_eof => bytes,
        None => return Split::Need,
    };
    Split::Token {
        advance,
        token: 0..line.len(),
    }
}

/// Cuts at white space as Unicode has it ([`char::is_whitespace`]): the words of
/// [`str::split_whitespace`]. The space between words in Japanese text is U+3000, which a split at
/// ASCII's white space would take for a part of a word. What follows a word is not used up, so the
/// rest of its line can be read with [`Scanner::line`](super::Scanner::line).
pub fn split_words(bytes: &[u8], at_eof: bool) -> Split {
    let spaces = length_while(bytes, at_eof, char::is_whitespace);
    if spaces > 0 {
        return Split::Skip(spaces);
    }
    let word = length_while(bytes, at_eof, |c| !c.is_whitespace());
    // A word that reaches the last byte, or a character that is not all there, may go on.
    if !at_eof && first_char(&bytes[word..], at_eof).is_none() {
        return Split::Need;
    }
    Split::Token {
        advance: word,
        token: 0..word,
    }
}

/// The character that `bytes` begin with, and how many of them it takes. A byte that is not UTF-8
/// counts as a replacement character. `None` where there is no byte, or more are needed to tell.
fn first_char(bytes: &[u8], at_eof: bool) -> Option<(char, usize)> {
    let width = match *bytes.first()? {
        ascii @ ..0x80 => return Some((char::from(ascii), 1)),
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    };
    if bytes.len() < width && !at_eof {
        return None;
    }
    let sequence = bytes.get(..width).and_then(|s| str::from_utf8(s).ok());
    let c = sequence.and_then(|text| text.chars().next());
    Some(c.map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, width)))
}

/// How many bytes the characters take that `bytes` begin with and `accept` is true of.
fn length_while(bytes: &[u8], at_eof: bool, accept: impl Fn(char) -> bool) -> usize {
    let mut len = 0;
    while let Some((c, width)) = first_char(&bytes[len..], at_eof)
        && accept(c)
    {
        len += width;
    }
    len
}
