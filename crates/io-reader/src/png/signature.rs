//! The first eight bytes of a PNG, and what happened to a file that has others.
//!
//! The signature was chosen to be damaged by what damages files (PNG 3rd edition, 5.2 and 13.2): a
//! channel that drops the eighth bit, one that translates line endings in either direction, one
//! that takes the bytes for text. So a wrong signature is not only noticed, it tells what went
//! wrong.

use std::fmt;

/// The bytes that every PNG begins with (PNG 3rd edition, 5.2).
pub const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Why a stream of bytes does not begin with the PNG signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotPng {
    /// There is not one byte.
    Empty,
    /// The stream ends within the signature, after this many right bytes.
    Cut(usize),
    /// The eighth bit of each byte is gone: a 7-bit channel.
    SevenBit,
    /// Line endings were translated as if the image were text; the text says from what to what.
    LineEndings(&'static str),
    /// The bytes were taken for text of another encoding and written out as UTF-8.
    TakenForText,
    /// Some other format, recognised by its own signature: `"a JPEG"`.
    Other(&'static str),
    /// Nothing that is recognised; the first bytes, filled up with zeros.
    Unknown([u8; 8]),
}

/// How the signature looks after a way of spoiling it.
const SPOILED: [(&[u8], NotPng); 8] = [
    (b"\x89PNG\n\x1a\n", NotPng::LineEndings("CR LF to LF")),
    (b"\x89PNG\r\r\n\x1a\r\n", NotPng::LineEndings("LF to CR LF")),
    (b"\x89PNG\r\n\x1a\r\n", NotPng::LineEndings("LF to CR LF")),
    (b"\x89PNG\n\n\x1a\n", NotPng::LineEndings("CR to LF")),
    (b"\x89PNG\r\r\x1a\r", NotPng::LineEndings("LF to CR")),
    (b"\x09PNG\r\n\x1a\n", NotPng::SevenBit),
    // U+FFFD, what a decoder puts in the place of bytes that are not UTF-8.
    (b"\xef\xbf\xbdPNG", NotPng::TakenForText),
    // U+0089, what 0x89 is in Latin-1.
    (b"\xc2\x89PNG", NotPng::TakenForText),
];

/// Beginnings of what often goes by the name of `.png`.
const OTHERS: [(&[u8], &str); 16] = [
    (b"\xff\xd8\xff", "a JPEG"),
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP"),
    (b"\x8aMNG\r\n\x1a\n", "an MNG"),
    (b"\x8bJNG\r\n\x1a\n", "a JNG"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"\0\0\x01\0", "an ICO"),
    (b"%PDF-", "a PDF"),
    (b"\x1f\x8b", "gzip-compressed"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x7fELF", "an ELF file"),
    (b"<svg", "an SVG"),
    (b"<?xml", "XML, perhaps an SVG"),
    (b"<!DOCTYPE html", "an HTML page"),
    (b"<html", "an HTML page"),
];

/// Looks at how a stream begins: nothing when that is the PNG signature.
///
/// A few bytes suffice; with fewer than 12 some formats and damages are not recognised.
pub fn diagnose(head: &[u8]) -> Result<(), NotPng> {
    if head.starts_with(&SIGNATURE) {
        return Ok(());
    }
    if head.is_empty() {
        return Err(NotPng::Empty);
    }
    if SIGNATURE.starts_with(head) {
        return Err(NotPng::Cut(head.len()));
    }
    if let Some((_, damage)) = SPOILED.iter().find(|(bytes, _)| head.starts_with(bytes)) {
        return Err(*damage);
    }
    Err(other_format(head).map_or_else(|| NotPng::Unknown(first_eight(head)), NotPng::Other))
}

fn other_format(head: &[u8]) -> Option<&'static str> {
    // RIFF and ISO media files name themselves only after a length.
    match head {
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => return Some("a WebP"),
        [
            _,
            _,
            _,
            _,
            b'f',
            b't',
            b'y',
            b'p',
            b'a',
            b'v',
            b'i',
            b'f',
            ..,
        ] => return Some("an AVIF"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'h', b'e', b'i', ..] => return Some("an HEIF"),
        _ => {}
    }
    let magic = OTHERS.iter().find(|(bytes, _)| head.starts_with(bytes));
    magic.map(|(_, name)| *name)
}

fn first_eight(head: &[u8]) -> [u8; 8] {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(head) {
        *to = *from;
    }
    first
}

impl fmt::Display for NotPng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "not a PNG: no bytes at all"),
            Self::Cut(bytes) => write!(f, "ends after {bytes} of the signature's 8 bytes"),
            Self::SevenBit => write!(f, "spoiled: the eighth bit of each byte was dropped"),
            Self::LineEndings(what) => write!(f, "spoiled: line endings were changed, {what}"),
            Self::TakenForText => write!(f, "spoiled: was taken for text and made UTF-8"),
            Self::Other(format) => write!(f, "not a PNG: this is {format}"),
            Self::Unknown(bytes) => {
                write!(f, "not a PNG: begins \"{}\"", bytes.escape_ascii())
            }
        }
    }
}
