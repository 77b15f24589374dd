//! A PNG is a signature and a row of chunks, each with its length before and its CRC behind it.
//!
//! A format made of chunks can be read without being understood: a reader knows from the length
//! where the next chunk begins, and from the CRC that this one is undamaged. So an old program can
//! skip what it does not know, and a tool like this one needs to know nothing of images. IHDR comes
//! first (how large, which colours), IEND last and empty, which is how a cut file shows.

use std::error::Error;
use std::fs::{self, File};
use std::io::BufReader;

use io_reader::png::{ChunkReader, ChunkType, SIGNATURE};

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("gradient.png");
    let pixels: Vec<u8> = (0..64 * 64 * 3).map(|i| (i / 48) as u8).collect();
    let mut encoder = png::Encoder::new(File::create(&path)?, 64, 64);
    encoder.set_color(png::ColorType::Rgb);
    encoder.add_text_chunk("Title".into(), "Gradient".into())?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;

    let file = fs::read(&path)?;
    assert_eq!(&file[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(SIGNATURE, file[..8]);

    let source = BufReader::new(File::open(&path)?);
    let chunks = ChunkReader::new(source).collect::<Result<Vec<_>, _>>()?;
    let mut size = 8;
    for chunk in &chunks {
        let (at, kind, length) = (chunk.offset, chunk.kind, chunk.data.len());
        println!("{at:5} {kind} {length:5} bytes, CRC {:08x}", chunk.crc);
        // What stands in the file, by hand: length, type, data, CRC.
        let bytes = &file[usize::try_from(at)?..][..length + 12];
        let (type_and_data, crc) = bytes[4..].split_at(4 + length);
        assert_eq!(bytes[..4], u32::try_from(length)?.to_be_bytes());
        assert_eq!(type_and_data[..4], kind.bytes());
        assert_eq!(type_and_data[4..], chunk.data);
        assert_eq!(crc, crc32fast::hash(type_and_data).to_be_bytes());
        size += length + 12;
    }
    println!("{size} bytes with the signature");
    assert_eq!(size as u64, fs::metadata(&path)?.len());

    let kinds: Vec<_> = chunks.iter().map(|chunk| chunk.kind).collect();
    assert_eq!(kinds.first(), Some(&ChunkType::IHDR));
    assert_eq!(kinds.last(), Some(&ChunkType::IEND));
    assert!(kinds.contains(&ChunkType::TEXT));
    assert_eq!(chunks[0].data[..8], [0, 0, 0, 64, 0, 0, 0, 64]);
    assert_eq!(chunks.last().map(|chunk| chunk.data.len()), Some(0));
    Ok(())
}
