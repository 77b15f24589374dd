//! Lines, words, characters and bytes: `wc`.
//!
//! A word goes on until white space; it begins with a character that can be printed. What is
//! neither (a control character, a byte that is no UTF-8) neither begins a word nor ends one. These
//! are the rules of GNU coreutils 9.1.
//!
//! As with lines, a piece of text is reduced to a summary that leaves its borders open, and
//! neighbours are added up.

use std::io::{self, Read};

use memchr::memchr_iter;

use super::chunks::{Chunk, for_each_chunk};
use super::source::Source;

/// How much of a stream is read at once.
const BLOCK: usize = 256 << 10;

/// The longest character of UTF-8, but one byte.
const MARGIN: usize = 3;

/// What the bytes mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Each byte is a character, and those from 128 on cannot be printed: the locale C.
    Bytes,
    /// UTF-8. Every character that is not a control character counts as printable, also those that
    /// Unicode has not assigned yet; there GNU asks the tables of its C library. (Which also lets
    /// four bytes pass that say a number above U+10FFFF. They are no UTF-8, and no character here.)
    Utf8,
}

/// What to count beside the bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Newlines.
    pub lines: bool,
    /// Words.
    pub words: bool,
    /// Characters.
    pub chars: bool,
}

/// What was counted; what was not wanted is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Newlines.
    pub lines: u64,
    /// Words.
    pub words: u64,
    /// Characters; bytes that are no UTF-8 do not count.
    pub chars: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Counts {
    /// Counts on all cores.
    ///
    /// ```
    /// use mmap::search::{Charset, Counts, Wanted};
    ///
    /// let all = Wanted { lines: true, words: true, chars: true };
    /// let counts = Counts::of_source("ein schöner\nTag".as_bytes(), Charset::Utf8, all)?;
    /// assert_eq!((counts.lines, counts.words), (1, 3));
    /// assert_eq!((counts.chars, counts.bytes), (15, 16));
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the source.
    pub fn of_source(
        source: &(impl Source + ?Sized),
        charset: Charset,
        wanted: Wanted,
    ) -> io::Result<Self> {
        let margin = if charset == Charset::Utf8 { MARGIN } else { 0 };
        let pieces = for_each_chunk(source, margin, margin, |chunk| {
            Piece::of(own_characters(&chunk, charset), charset, wanted)
        })?;
        Ok(pieces.iter().fold(Piece::default(), Piece::then).counts)
    }

    /// Counts until `input` ends.
    ///
    /// # Errors
    ///
    /// Those of `input`.
    pub fn of_stream(mut input: impl Read, charset: Charset, wanted: Wanted) -> io::Result<Self> {
        let mut buffer = vec![0; BLOCK];
        let mut kept = 0;
        let mut sum = Piece::default();
        loop {
            let n = match input.read(&mut buffer[kept..]) {
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            let filled = kept + n;
            let complete = match charset {
                Charset::Utf8 if n > 0 => without_begun_character(&buffer[..filled]),
                _ => filled,
            };
            sum = sum.then(&Piece::of(&buffer[..complete], charset, wanted));
            if n == 0 {
                return Ok(sum.counts);
            }
            buffer.copy_within(complete..filled, 0);
            kept = filled - complete;
        }
    }

    /// Adds what another file has.
    pub fn add(&mut self, other: &Counts) {
        self.lines += other.lines;
        self.words += other.words;
        self.chars += other.chars;
        self.bytes += other.bytes;
    }
}

/// What has to be known of a piece of text to count a longer one.
#[derive(Debug, Clone, Copy, Default)]
struct Piece {
    /// Words are counted as if white space stood before the piece.
    counts: Counts,
    /// Whether the first character that is not neutral is of a word; `None` when all are neutral.
    begins_in_word: Option<bool>,
    /// The same of the last one.
    ends_in_word: Option<bool>,
}

impl Piece {
    fn of(bytes: &[u8], charset: Charset, wanted: Wanted) -> Self {
        let mut piece = match (charset, wanted.words || wanted.chars) {
            (Charset::Utf8, true) => Piece::of_utf8(bytes, wanted),
            (Charset::Bytes, true) if wanted.words => Piece::of_bytes(bytes),
            _ => Piece::default(),
        };
        if charset == Charset::Bytes && wanted.chars {
            piece.counts.chars = bytes.len() as u64;
        }
        if wanted.lines {
            piece.counts.lines = memchr_iter(b'\n', bytes).count() as u64;
        }
        piece.counts.bytes = bytes.len() as u64;
        piece
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        Piece::of_classes(bytes.iter().map(|&byte| CLASSES[usize::from(byte)]))
    }

    /// The whole is tried first, since that is checked many bytes at a time.
    fn of_utf8(bytes: &[u8], wanted: Wanted) -> Self {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Piece::of_text(text, wanted);
        }
        let parts = bytes.utf8_chunks();
        parts.fold(Piece::default(), |sum, part| {
            sum.then(&Piece::of_text(part.valid(), wanted))
        })
    }

    fn of_text(text: &str, wanted: Wanted) -> Self {
        let mut piece = match wanted.words {
            true if text.is_ascii() => Piece::of_bytes(text.as_bytes()),
            true => Piece::of_classes(text.chars().map(class)),
            false => Piece::default(),
        };
        if wanted.chars {
            piece.counts.chars = text.chars().count() as u64;
        }
        piece
    }

    fn of_classes(classes: impl DoubleEndedIterator<Item = Class> + Clone) -> Self {
        let in_word = |class: Class| match class {
            Class::Neutral => None,
            class => Some(class == Class::Printable),
        };
        let mut piece = Piece {
            begins_in_word: classes.clone().find_map(in_word),
            ends_in_word: classes.clone().rev().find_map(in_word),
            ..Piece::default()
        };
        let mut inside = false;
        for class in classes {
            let printable = class == Class::Printable;
            piece.counts.words += u64::from(printable & !inside);
            inside = printable | (inside & (class != Class::Space));
        }
        piece
    }

    /// This piece and the one behind it.
    fn then(self, next: &Piece) -> Piece {
        let mut counts = self.counts;
        counts.add(&next.counts);
        // One word, which both have counted.
        if self.ends_in_word == Some(true) && next.begins_in_word == Some(true) {
            counts.words -= 1;
        }
        Piece {
            counts,
            begins_in_word: self.begins_in_word.or(next.begins_in_word),
            ends_in_word: next.ends_in_word.or(self.ends_in_word),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Printable,
    Neutral,
}

/// The classes of the bytes in the locale C.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Neutral; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'\t'..=b'\r' | b' ' => Class::Space,
            b'!'..=b'~' => Class::Printable,
            _ => Class::Neutral,
        };
        byte += 1;
    }
    classes
};

/// The class of a character as glibc's `iswspace` and `iswprint` have it, and with GNU's addition:
/// the spaces that do not break a line do end a word.
fn class(c: char) -> Class {
    match c {
        '\0'..='\x7f' => CLASSES[c as usize],
        '\u{2028}' | '\u{2029}' => Class::Neutral,
        '\u{80}'..='\u{9f}' => Class::Neutral,
        '\u{2060}' => Class::Space,
        _ if c.is_whitespace() => Class::Space,
        _ if u32::from(c) & 0xfffe == 0xfffe => Class::Neutral,
        _ => Class::Printable,
    }
}

/// The characters that begin in the chunk's own part.
fn own_characters<'a>(chunk: &Chunk<'a>, charset: Charset) -> &'a [u8] {
    match charset {
        Charset::Bytes => &chunk.bytes[chunk.own.clone()],
        Charset::Utf8 => {
            let start = character_border(chunk.bytes, chunk.own.start);
            let end = character_border(chunk.bytes, chunk.own.end);
            &chunk.bytes[start.min(end)..end]
        }
    }
}

/// `at`, or if a valid character goes across it, where that ends. (Two valid characters never
/// overlap, so one that is seen from here is one for everybody.)
fn character_border(bytes: &[u8], at: usize) -> usize {
    (1..=MARGIN.min(at))
        .filter_map(|back| Some(at - back + first_character(&bytes[at - back..])?))
        .find(|&end| end > at)
        .unwrap_or(at)
}

/// The length of the valid character that `bytes` begin with.
fn first_character(bytes: &[u8]) -> Option<usize> {
    let first = &bytes[..bytes.len().min(MARGIN + 1)];
    let text = first.utf8_chunks().next()?.valid();
    Some(text.chars().next()?.len_utf8())
}

/// How long `bytes` are without a character at their end of which the rest has still to come.
fn without_begun_character(bytes: &[u8]) -> usize {
    let tails = bytes.len().saturating_sub(MARGIN)..bytes.len();
    let is_begun = |&at: &usize| {
        std::str::from_utf8(&bytes[at..])
            .is_err_and(|e| e.valid_up_to() == 0 && e.error_len().is_none())
    };
    tails.into_iter().find(is_begun).unwrap_or(bytes.len())
}
