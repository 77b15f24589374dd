//! Copying a PNG and putting a text into it.

use std::io::{self, Read, Write};

use super::text::{self, TextError};
use super::{Chunk, ChunkReader, ChunkType, Fault, FaultKind, ReadError, SIGNATURE, write_chunk};

/// Why a text could not be put into a PNG.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The keyword or the text cannot stand in a PNG; nothing was read or written.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The PNG is not sound, or could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The copy could not be written.
    #[error("cannot write: {0}")]
    Write(io::Error),
}

/// Copies the PNG that is all of `reader` to `writer`, with a text chunk of `keyword` and `text`
/// put in directly after IHDR.
///
/// That place is allowed for every image, and there a reader of the stream, or a program that only
/// wants the text, finds it before the image data. The chunk is a tEXt chunk where Latin-1 can hold
/// the text, else an iTXt chunk. Every other chunk is copied as it is, in its place, also those
/// that are unknown and not safe to copy: only a change to critical chunks would forbid that
/// (14.2).
///
/// # Errors
///
/// When the keyword or the text breaks a rule, at the first fault of the frame of the PNG (also
/// when it does not begin with IHDR, or something follows IEND), and when writing fails. Then
/// `writer` has got a part of a PNG, which is to be thrown away: write to a temporary file, and put
/// it in its place after this returned.
pub fn embed(
    reader: impl Read,
    mut writer: impl Write,
    keyword: &str,
    text: &str,
) -> Result<(), EmbedError> {
    let (text_kind, text) = text::fitting(keyword, text)?;
    writer.write_all(&SIGNATURE).map_err(EmbedError::Write)?;
    let mut chunks = ChunkReader::new(reader);
    for chunk in &mut chunks {
        let Chunk {
            kind, data, offset, ..
        } = chunk?;
        let first = offset == SIGNATURE.len() as u64;
        if first && kind != ChunkType::IHDR {
            return Err(fault(offset, Some(kind), FaultKind::After(ChunkType::IHDR)));
        }
        write_chunk(&mut writer, kind, &data).map_err(EmbedError::Write)?;
        if first {
            write_chunk(&mut writer, text_kind, &text).map_err(EmbedError::Write)?;
        }
    }
    expect_end(chunks)?;
    writer.flush().map_err(EmbedError::Write)
}

/// What follows IEND would be lost in the copy.
fn expect_end(chunks: ChunkReader<impl Read>) -> Result<(), EmbedError> {
    let offset = chunks.offset();
    let mut rest = Vec::new();
    match chunks.into_inner().take(1).read_to_end(&mut rest) {
        Ok(0) => Ok(()),
        Ok(_) => Err(fault(offset, None, FaultKind::AfterEnd)),
        Err(cause) => Err(ReadError::Io { offset, cause }.into()),
    }
}

fn fault(offset: u64, chunk: Option<ChunkType>, kind: FaultKind) -> EmbedError {
    ReadError::Fault(Fault {
        offset,
        chunk,
        kind,
    })
    .into()
}
