//! A text hides in a PNG as one more chunk: no pixel changes, and its CRC covers type and data.
//!
//! A tEXt chunk holds a keyword, a null byte and the text in Latin-1. The small first letter of its
//! type tells a decoder that it may skip what it does not know, so every program still shows the
//! image, and few show the text.
//!
//! The CRC begins at the type, so that a damaged type is found as well. Taking it over the data
//! alone is an easy slip, and hard to notice: many decoders, the png crate by default, leave out a
//! damaged chunk that is not vital to the image. The image is there, the text is not.

use std::error::Error;
use std::io::Cursor;

use io_reader::png::{ChunkReader, ChunkType, Fault, FaultKind, ReadError, embed};

const SIDE: u32 = 32;
const TEXT: &str = "Grüße von hier";

fn main() -> Result<(), Box<dyn Error>> {
    let pixels: Vec<u8> = (0..SIDE * SIDE).map(|i| (i % 251) as u8).collect();
    let mut image = Vec::new();
    let mut encoder = png::Encoder::new(&mut image, SIDE, SIDE);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    assert_eq!(decode(&image, true)?, (pixels.clone(), None));

    let mut secret = Vec::new();
    embed(&image[..], &mut secret, "Comment", TEXT)?;
    // Length, type and CRC; the keyword and its null byte; the text, where ü and ß take a byte each.
    assert_eq!(secret.len(), image.len() + 12 + 8 + 14);
    let (its_pixels, text) = decode(&secret, true)?;
    println!("{} bytes became {}: {text:?}", image.len(), secret.len());
    assert!(its_pixels == pixels);
    assert_eq!(text.as_deref(), Some(TEXT));

    let chunks = ChunkReader::new(&secret[..]).collect::<Result<Vec<_>, _>>()?;
    let chunk = chunks
        .iter()
        .find(|chunk| chunk.kind == ChunkType::TEXT)
        .ok_or("no tEXt")?;
    let type_and_data = [b"tEXt", &chunk.data[..]].concat();
    assert_eq!(chunk.crc, crc32fast::hash(&type_and_data));

    // The slip, put where the CRC stands.
    let of_data_alone = crc32fast::hash(&chunk.data);
    let mut slip = secret.clone();
    let at = usize::try_from(chunk.offset)? + 8 + chunk.data.len();
    slip[at..at + 4].copy_from_slice(&of_data_alone.to_be_bytes());

    let fault = ChunkReader::new(&slip[..])
        .find_map(Result::err)
        .ok_or("it went through")?;
    println!("{fault}");
    let wrong_crc = FaultKind::Crc {
        stored: of_data_alone,
        computed: chunk.crc,
    };
    assert!(matches!(fault, ReadError::Fault(Fault { kind, .. }) if kind == wrong_crc));
    let refusal = decode(&slip, true).unwrap_err();
    println!("{refusal}");
    assert!(matches!(refusal, png::DecodingError::Format(_)));
    let (its_pixels, text) = decode(&slip, false)?;
    println!("not strict: {text:?}");
    assert!(its_pixels == pixels);
    assert_eq!(text, None);
    Ok(())
}

/// The pixels and the first text as the png crate sees them; `strict` refuses every wrong checksum.
fn decode(file: &[u8], strict: bool) -> Result<(Vec<u8>, Option<String>), png::DecodingError> {
    let mut options = png::DecodeOptions::default();
    options.set_skip_ancillary_crc_failures(!strict);
    options.set_ignore_adler32(!strict);
    let mut reader = png::Decoder::new_with_options(Cursor::new(file), options).read_info()?;
    let mut pixels = vec![0; (SIDE * SIDE) as usize];
    reader.next_frame(&mut pixels)?;
    reader.finish()?;
    let text = reader.info().uncompressed_latin1_text.first();
    Ok((pixels, text.map(|chunk| chunk.text.clone())))
}
