//! A zTXt chunk holds its text compressed: a long text shrinks, a few words grow.
//!
//! Behind the keyword and its null byte stand a 0, for the one compression method there is, and a
//! zlib stream. The stream costs some bytes of its own and lives on repetition, so for few words
//! tEXt is the better chunk.
//!
//! A small chunk may hold much: a kilobyte can inflate to a megabyte. So who inflates says how much
//! it will take, and stops there, whatever comes.

use std::error::Error;
use std::io::{self, Cursor, Read, Write};

use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use io_reader::png::{ChunkReader, ChunkType, SIGNATURE, write_chunk};

const BEFORE_STREAM: &[u8] = b"Comment\0\0";

fn main() -> Result<(), Box<dyn Error>> {
    let long = "all work and no play makes Jack a dull boy\n".repeat(50);
    for text in ["hello", &long] {
        let data = ztxt(text)?;
        let plain = BEFORE_STREAM.len() - 1 + text.len();
        let (length, compressed) = (text.len(), data.len());
        println!("{length} bytes of text: tEXt {plain}, zTXt {compressed}");
        assert_eq!(compressed < plain, text == long);
        let inflated = inflate(&data[BEFORE_STREAM.len()..], 10_000)?;
        assert_eq!(inflated, text.as_bytes());
    }

    let mut image = Vec::new();
    let mut writer = png::Encoder::new(&mut image, 1, 1).write_header()?;
    writer.write_image_data(&[0x80])?;
    writer.finish()?;
    let mut with_text = SIGNATURE.to_vec();
    for chunk in ChunkReader::new(&image[..]) {
        let chunk = chunk?;
        if chunk.kind == ChunkType::IEND {
            write_chunk(&mut with_text, ChunkType::ZTXT, &ztxt(&long)?)?;
        }
        write_chunk(&mut with_text, chunk.kind, &chunk.data)?;
    }
    let mut options = png::DecodeOptions::default();
    options.set_skip_ancillary_crc_failures(false);
    let mut reader =
        png::Decoder::new_with_options(Cursor::new(&with_text), options).read_info()?;
    reader.finish()?;
    let found = &reader.info().compressed_latin1_text;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].keyword, "Comment");
    assert_eq!(found[0].get_text()?, long);

    let bomb = ztxt(&"a".repeat(1 << 20))?;
    let refused = inflate(&bomb[BEFORE_STREAM.len()..], 10_000).unwrap_err();
    println!("{} bytes that would be a megabyte: {refused}", bomb.len());
    assert!(bomb.len() < 2048);
    assert_eq!(refused.kind(), io::ErrorKind::FileTooLarge);
    Ok(())
}

fn ztxt(text: &str) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(BEFORE_STREAM.to_vec(), Compression::default());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

/// Inflates to `limit` bytes at most. One more is asked for, to see whether there is more.
fn inflate(stream: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut stream = ZlibDecoder::new(stream).take(limit + 1);
    if stream.read_to_end(&mut bytes)? as u64 > limit {
        let text = format!("over {limit} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
    }
    Ok(bytes)
}
