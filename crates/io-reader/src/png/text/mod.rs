//! The text that a PNG carries beside its image: tEXt, zTXt and iTXt chunks.
//!
//! All three pair a keyword with a text (11.3.3). The keyword is always Latin-1; the text is
//! Latin-1, Latin-1 compressed, or UTF-8, compressed or not. There may be any number of them, the
//! same keyword more than once among them, anywhere between IHDR and IEND.

mod fields;

use std::io::{Read, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;

pub(super) use self::fields::{Fields, split_keyword, split_method};

use self::fields::without_null;
use super::inflate::{Inflater, ZlibFault};
use super::{Chunk, ChunkReader, ChunkType, Fault, FaultKind, ReadError};

/// How much text one compressed chunk may inflate to, in bytes: 8 MiB. A thousandth of that, in
/// the file, is all that it takes to ask for so much.
pub const INFLATE_LIMIT: usize = 8 << 20;

/// One keyword and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the text is: `Title`, `Author`, `Software`, …
    pub keyword: String,
    /// The text, with line feeds between its lines.
    pub text: String,
}

/// Why bytes are no text chunk, or why a keyword and a text do not make one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// The keyword is empty or too long.
    #[error("keyword is {0} bytes long, has to be 1 to 79")]
    KeywordLength(usize),
    /// The keyword has a character that is not printable Latin-1.
    #[error("keyword has a {0:?}, which is not printable Latin-1")]
    KeywordCharacter(char),
    /// The keyword begins or ends with a space, or has two in a row.
    #[error("keyword has a space at its start or end, or two in a row")]
    KeywordSpace,
    /// The null byte is missing that is to end the keyword, or another field before the text.
    #[error("no null byte after the {0}")]
    Unterminated(&'static str),
    /// The compression method is not 0, or is not there.
    #[error("compression method is {}, has to be 0", or_missing(.0))]
    Method(Option<u8>),
    /// The compression flag of an iTXt chunk is neither 0 nor 1, or is not there.
    #[error("compression flag is {}, has to be 0 or 1", or_missing(.0))]
    Flag(Option<u8>),
    /// The text has a null byte.
    #[error("text has a null byte")]
    Null,
    /// The text has a character that Latin-1 has not; iTXt can take it.
    #[error("text has a {0:?}, which is not Latin-1")]
    NotLatin1(char),
    /// What is to be UTF-8 is not.
    #[error("{0} is not UTF-8")]
    NotUtf8(&'static str),
    /// The compressed text cannot be inflated.
    #[error("{0}")]
    Zlib(ZlibFault),
    /// The compressed text inflates to more than [`INFLATE_LIMIT`].
    #[error("inflates to more than {INFLATE_LIMIT} bytes")]
    TooLong,
}

fn or_missing(byte: &Option<u8>) -> String {
    byte.map_or("missing".to_owned(), |byte| byte.to_string())
}

/// The data of a tEXt chunk (11.3.3.2).
///
/// # Errors
///
/// When the keyword breaks a rule, and when the text is not Latin-1 or has a null character.
pub fn plain(keyword: &str, text: &str) -> Result<Vec<u8>, TextError> {
    let mut data = keyword_field(keyword)?;
    data.extend(latin1(text)?);
    Ok(data)
}

/// The data of a zTXt chunk (11.3.3.3): as [`plain`], with the text compressed.
///
/// # Errors
///
/// As [`plain`].
pub fn compressed(keyword: &str, text: &str) -> Result<Vec<u8>, TextError> {
    let mut data = keyword_field(keyword)?;
    data.push(0);
    data.extend(deflate(&latin1(text)?));
    Ok(data)
}

/// The data of an iTXt chunk (11.3.3.4), in no particular language and not compressed.
///
/// # Errors
///
/// When the keyword breaks a rule (it has to be Latin-1 here too), or the text has a null
/// character.
pub fn international(keyword: &str, text: &str) -> Result<Vec<u8>, TextError> {
    let mut data = keyword_field(keyword)?;
    // Not compressed, method 0, and an empty language tag and translated keyword with their ends.
    data.extend([0; 4]);
    data.extend(without_null(text.as_bytes())?);
    Ok(data)
}

/// The type and the data of the chunk that holds a text best: tEXt, which every tool reads,
/// where Latin-1 has all its characters, else iTXt.
///
/// # Errors
///
/// When the keyword breaks a rule, or the text has a null character.
pub fn fitting(keyword: &str, text: &str) -> Result<(ChunkType, Vec<u8>), TextError> {
    match plain(keyword, text) {
        Err(TextError::NotLatin1(_)) => Ok((ChunkType::ITXT, international(keyword, text)?)),
        data => Ok((ChunkType::TEXT, data?)),
    }
}

/// Reads the data of a text chunk; none when `kind` is not one of the three.
pub fn parse(kind: ChunkType, data: &[u8]) -> Option<Result<Entry, TextError>> {
    Fields::split(kind, data).map(|fields| fields?.decode(&mut Inflater::new()))
}

/// The text in a chunk; none when it is no text chunk.
///
/// # Errors
///
/// The fault of this chunk; those after it are not concerned.
pub fn of_chunk(chunk: &Chunk) -> Result<Option<Entry>, Fault> {
    let entry = parse(chunk.kind, &chunk.data).transpose();
    entry.map_err(|error| Fault {
        offset: chunk.offset,
        chunk: Some(chunk.kind),
        kind: FaultKind::Text(error),
    })
}

/// All the text of the PNG that `source` begins with, in the order of the file.
///
/// # Errors
///
/// At the first fault: of the frame, as [`ChunkReader`] finds it, or of a text chunk.
pub fn entries(source: impl Read) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    for chunk in ChunkReader::new(source) {
        entries.extend(of_chunk(&chunk?)?);
    }
    Ok(entries)
}

/// A keyword in Latin-1, checked, with its null byte.
fn keyword_field(keyword: &str) -> Result<Vec<u8>, TextError> {
    let foreign =
        |character| u8::try_from(character).map_err(|_| TextError::KeywordCharacter(character));
    let mut field = keyword
        .chars()
        .map(foreign)
        .collect::<Result<Vec<u8>, _>>()?;
    fields::check_keyword(&field)?;
    field.push(0);
    Ok(field)
}

/// Latin-1 is the first 256 characters of Unicode, each in one byte.
fn latin1(text: &str) -> Result<Vec<u8>, TextError> {
    let byte = |character| u8::try_from(character).map_err(|_| TextError::NotLatin1(character));
    let bytes = text.chars().map(byte).collect::<Result<Vec<u8>, _>>()?;
    without_null(&bytes)?;
    Ok(bytes)
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("a Vec takes every write")
}
