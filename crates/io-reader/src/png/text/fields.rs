//! A text chunk taken apart.

use std::ops::ControlFlow;

use super::{Entry, INFLATE_LIMIT, TextError};
use crate::png::ChunkType;
use crate::png::inflate::Inflater;

/// A text chunk taken apart, its keyword and what stands before the text already checked.
#[derive(Debug)]
pub(in crate::png) struct Fields<'a> {
    keyword: &'a [u8],
    /// UTF-8; else Latin-1.
    utf8: bool,
    /// `text` is a zlib stream.
    compressed: bool,
    text: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(in crate::png) fn split(
        kind: ChunkType,
        data: &'a [u8],
    ) -> Option<Result<Self, TextError>> {
        match kind {
            ChunkType::TEXT => Some(Self::plain(data)),
            ChunkType::ZTXT => Some(Self::compressed(data)),
            ChunkType::ITXT => Some(Self::international(data)),
            _ => None,
        }
    }

    fn plain(data: &'a [u8]) -> Result<Self, TextError> {
        let (keyword, text) = split_keyword(data)?;
        let text = without_null(text)?;
        Ok(Self {
            keyword,
            utf8: false,
            compressed: false,
            text,
        })
    }

    fn compressed(data: &'a [u8]) -> Result<Self, TextError> {
        let (keyword, rest) = split_keyword(data)?;
        let text = split_method(rest)?;
        Ok(Self {
            keyword,
            utf8: false,
            compressed: true,
            text,
        })
    }

    fn international(data: &'a [u8]) -> Result<Self, TextError> {
        let (keyword, rest) = split_keyword(data)?;
        let (compressed, rest) = match rest {
            [0, _, rest @ ..] => (false, rest),
            [1, rest @ ..] => (true, split_method(rest)?),
            [0] => return Err(TextError::Method(None)),
            _ => return Err(TextError::Flag(rest.first().copied())),
        };
        let (_language, rest) = split_at_null(rest, "language tag")?;
        let (translated, text) = split_at_null(rest, "translated keyword")?;
        utf8(translated, "translated keyword")?;
        if !compressed {
            utf8(without_null(text)?, "text")?;
        }
        Ok(Self {
            keyword,
            utf8: true,
            compressed,
            text,
        })
    }

    /// Finds what is still wrong, once the fields are apart. A text over the limit is no fault.
    pub(in crate::png) fn check(&self, inflater: &mut Inflater) -> Result<(), TextError> {
        if !self.compressed {
            return Ok(());
        }
        match self.inflate(inflater) {
            Ok(text) if self.utf8 => utf8(&text, "text").map(drop),
            Err(TextError::TooLong) => Ok(()),
            result => result.map(drop),
        }
    }

    pub(super) fn decode(&self, inflater: &mut Inflater) -> Result<Entry, TextError> {
        let inflated;
        let text = if self.compressed {
            inflated = self.inflate(inflater)?;
            &inflated
        } else {
            self.text
        };
        let text = if self.utf8 {
            utf8(text, "text")?.to_owned()
        } else {
            from_latin1(text)
        };
        Ok(Entry {
            keyword: from_latin1(self.keyword),
            text,
        })
    }

    fn inflate(&self, inflater: &mut Inflater) -> Result<Vec<u8>, TextError> {
        let mut text = Vec::new();
        inflater.reset();
        let flow = inflater.feed(self.text, |piece| {
            text.extend_from_slice(piece);
            if text.len() > INFLATE_LIMIT {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        if flow.map_err(TextError::Zlib)?.is_break() {
            return Err(TextError::TooLong);
        }
        inflater.finish().map_err(TextError::Zlib)?;
        without_null(&text)?;
        Ok(text)
    }
}

/// Splits a keyword from what follows its null byte, and checks it (11.3.3.1). The names in iCCP
/// and sPLT chunks obey the same rules.
pub(in crate::png) fn split_keyword(data: &[u8]) -> Result<(&[u8], &[u8]), TextError> {
    let (keyword, rest) = split_at_null(data, "keyword")?;
    check_keyword(keyword)?;
    Ok((keyword, rest))
}

/// Splits off the one compression method that there is.
pub(in crate::png) fn split_method(data: &[u8]) -> Result<&[u8], TextError> {
    match data {
        [0, rest @ ..] => Ok(rest),
        _ => Err(TextError::Method(data.first().copied())),
    }
}

fn split_at_null<'a>(
    data: &'a [u8],
    field: &'static str,
) -> Result<(&'a [u8], &'a [u8]), TextError> {
    let end = data
        .iter()
        .position(|&byte| byte == 0)
        .ok_or(TextError::Unterminated(field))?;
    Ok((&data[..end], &data[end + 1..]))
}

pub(super) fn check_keyword(keyword: &[u8]) -> Result<(), TextError> {
    if !(1..=79).contains(&keyword.len()) {
        return Err(TextError::KeywordLength(keyword.len()));
    }
    if let Some(&byte) = keyword
        .iter()
        .find(|byte| !matches!(byte, 0x20..=0x7e | 0xa1..))
    {
        return Err(TextError::KeywordCharacter(char::from(byte)));
    }
    if keyword.starts_with(b" ")
        || keyword.ends_with(b" ")
        || keyword.windows(2).any(|w| w == b"  ")
    {
        return Err(TextError::KeywordSpace);
    }
    Ok(())
}

fn from_latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn utf8<'a>(bytes: &'a [u8], field: &'static str) -> Result<&'a str, TextError> {
    std::str::from_utf8(bytes).map_err(|_| TextError::NotUtf8(field))
}

pub(super) fn without_null(text: &[u8]) -> Result<&[u8], TextError> {
    if text.contains(&0) {
        Err(TextError::Null)
    } else {
        Ok(text)
    }
}
