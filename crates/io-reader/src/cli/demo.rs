//! Without a command: what the chapter's readers do, in one screen.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::ExitCode;
use std::thread;
use std::time::SystemTime;

use anyhow::Context;
use flate2::{Compression, write::ZlibEncoder};
use io_reader::hex::HexDump;
use io_reader::limit::Limit;
use io_reader::multi::MultiReader;
use io_reader::pipe::pipe;
use io_reader::png::{ChunkReader, ChunkType, SIGNATURE, write_chunk};
use io_reader::scan::Scanner;
use io_reader::section::Section;
use io_reader::tee::TeeReader;
use io_reader::zip::ZipWriter;

const TRY_NEXT: &str = "
Try next:
  cargo run -p io-reader -- hex --length 64 /bin/ls    the first bytes of a program
  cargo run -p io-reader -- png --help                 listing, checking and signing pictures
  cargo xtask run io-reader png-secret-text            a lesson
";

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let mut page = String::new();
    page += &windows().context("the demonstration of windows failed")?;
    page += &streams().context("the demonstration of streams failed")?;
    page += &formats().context("the demonstration of formats failed")?;
    page += TRY_NEXT;
    let mut out = super::stdout();
    super::written(out.write_all(page.as_bytes()).and_then(|()| out.flush()))?;
    Ok(ExitCode::SUCCESS)
}

/// A limit, and two sections over one file.
fn windows() -> anyhow::Result<String> {
    let mut file = tempfile::tempfile()?;
    file.write_all(b"A few bytes in a file on disk")?;

    let mut left = Section::new(&file, 2, 9);
    let mut right = Section::new(&file, 17, 4);
    let left_start = text(&mut Limit::new(&mut left, 3))?;
    let right_all = text(&mut right)?;
    let left_rest = text(&mut left)?;
    file.seek(SeekFrom::Start(2))?;
    let limited = text(&mut Limit::new(&file, 3))?;
    let position = file.stream_position()?;
    Ok(format!(
        "Two sections over one file: {left_start:?}, then {right_all:?} from the other, then \
         {left_rest:?}:\n  neither moved the other. A limit of 3 on the file itself gave \
         {limited:?} and left it at {position}.\n"
    ))
}

/// One stream made of two, with a copy kept, through a pipe and into words.
fn streams() -> anyhow::Result<String> {
    let (reader, mut writer) = pipe();
    let producer = thread::spawn(move || -> io::Result<Vec<u8>> {
        let both = MultiReader::new([Box::new(&b"3 tea "[..]), Box::new(&b"1 milk\n"[..])]);
        let mut tee = TeeReader::new(both, Vec::new());
        io::copy(&mut tee, &mut writer)?;
        Ok(tee.finish()?.1)
    });
    let mut scanner = Scanner::new(reader);
    let mut order = Vec::new();
    while let Some(count) = scanner.value::<u32>()? {
        order.push((count, scanner.word()?.unwrap_or_default().to_owned()));
    }
    let copy = producer.join().expect("the producer does not panic")?;
    Ok(format!(
        "Two streams through a tee and a pipe into a scanner: {order:?},\n  and the tee kept {:?}.\n",
        String::from_utf8(copy)?
    ))
}

/// A PNG by hand, and what a zip makes of it.
fn formats() -> anyhow::Result<String> {
    let png = one_grey_pixel()?;
    let mut page = "A PNG of one grey pixel, chunk by chunk:\n".to_owned();
    for chunk in ChunkReader::new(&png[..]) {
        let chunk = chunk?;
        page += &format!(
            "  {} at byte {}: {} bytes, CRC {:08x}\n",
            chunk.kind,
            chunk.offset,
            chunk.data.len(),
            chunk.crc
        );
    }
    page += "and how it begins:\n";
    let mut dump = HexDump::new(Vec::new());
    dump.write_all(&png[..48])?;
    page += &String::from_utf8(dump.finish()?)?;

    let mut zip = ZipWriter::new(Vec::new());
    let stored = zip.add("pixel.png", SystemTime::now(), &png[..])?;
    let packed = zip.add("zeros", SystemTime::now(), io::repeat(0).take(1 << 20))?;
    let archive = zip.finish()?;
    page += &format!(
        "A zip of it: {} bytes stay {}; {} zeros become {}; {} bytes in all.\n",
        stored.size,
        stored.compressed,
        packed.size,
        packed.compressed,
        archive.len()
    );
    Ok(page)
}

fn one_grey_pixel() -> io::Result<Vec<u8>> {
    // Width, height, 8 bits of grey; then one row: no filter, and the pixel.
    let header = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(&[0, 0x80])?;
    let mut png = SIGNATURE.to_vec();
    write_chunk(&mut png, ChunkType::IHDR, &header)?;
    write_chunk(&mut png, ChunkType::IDAT, &zlib.finish()?)?;
    write_chunk(&mut png, ChunkType::IEND, b"")?;
    Ok(png)
}

fn text(stream: &mut impl Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}
