//! PNGs for the tests, made without the code under test: by hand, or by the png crate.

// Each test file compiles this module for itself and uses a part of it.
#![allow(dead_code)]

pub(crate) mod damage;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 13, 10, 26, 10];

/// Depth and colour type, in all fifteen combinations that exist.
pub(crate) const FORMATS: [(u8, u8); 15] = [
    (1, 0),
    (2, 0),
    (4, 0),
    (8, 0),
    (16, 0),
    (8, 2),
    (16, 2),
    (1, 3),
    (2, 3),
    (4, 3),
    (8, 3),
    (8, 4),
    (16, 4),
    (8, 6),
    (16, 6),
];

/// The CRC of the specification's appendix D, a bit at a time.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| match crc & 1 {
            0 => crc >> 1,
            _ => (crc >> 1) ^ 0xedb8_8320,
        })
    })
}

/// A chunk with the right length and CRC.
pub(crate) fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let covered = [kind, data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length, &covered[..], &crc(&covered).to_be_bytes()].concat()
}

/// Signature and chunks in a row.
pub(crate) fn join(chunks: &[Vec<u8>]) -> Vec<u8> {
    [&SIGNATURE, &chunks.concat()[..]].concat()
}

/// The chunks of a sound PNG.
pub(crate) fn split(png: &[u8]) -> Vec<Vec<u8>> {
    let mut chunks = Vec::new();
    let mut rest = &png[8..];
    while let Some(length) = rest.first_chunk() {
        let (chunk, after) = rest.split_at(u32::from_be_bytes(*length) as usize + 12);
        chunks.push(chunk.to_vec());
        rest = after;
    }
    chunks
}

pub(crate) fn kind(chunk: &[u8]) -> [u8; 4] {
    chunk[4..8].try_into().unwrap()
}

pub(crate) fn data(chunk: &[u8]) -> &[u8] {
    &chunk[8..chunk.len() - 4]
}

/// A zlib stream of one stored block, so that its length is known: that of `bytes` and 11 more.
pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("one stored block holds no more");
    let (a, b) = bytes.iter().fold((1, 0), |(a, b): (u32, u32), &byte| {
        let a = (a + u32::from(byte)) % 65521;
        (a, (a + b) % 65521)
    });
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(bytes);
    stream.extend((b << 16 | a).to_be_bytes());
    stream
}

/// What an image is, as IHDR says it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) depth: u8,
    pub(crate) colour_type: u8,
    pub(crate) interlaced: bool,
}

/// 3 by 2 pixels of 8-bit RGB: 20 bytes of image data.
pub(crate) const SMALL: Format = Format {
    width: 3,
    height: 2,
    depth: 8,
    colour_type: 2,
    interlaced: false,
};

impl Format {
    pub(crate) fn ihdr(self) -> Vec<u8> {
        let sides = [self.width.to_be_bytes(), self.height.to_be_bytes()].concat();
        let rest = [
            self.depth,
            self.colour_type,
            0,
            0,
            u8::from(self.interlaced),
        ];
        chunk(b"IHDR", &[&sides[..], &rest].concat())
    }

    /// The image data before compression: arbitrary bytes, with every filter type in turn.
    ///
    /// For interlaced images it asks each pixel of the image for its pass, as the pattern in 8.1
    /// draws it, so that it shares nothing with the arithmetic under test.
    pub(crate) fn lines(self) -> Vec<u8> {
        const PATTERN: [[u8; 8]; 8] = [
            [1, 6, 4, 6, 2, 6, 4, 6],
            [7, 7, 7, 7, 7, 7, 7, 7],
            [5, 6, 5, 6, 5, 6, 5, 6],
            [7, 7, 7, 7, 7, 7, 7, 7],
            [3, 6, 4, 6, 3, 6, 4, 6],
            [7, 7, 7, 7, 7, 7, 7, 7],
            [5, 6, 5, 6, 5, 6, 5, 6],
            [7, 7, 7, 7, 7, 7, 7, 7],
        ];
        let passes = if self.interlaced { 1..=7 } else { 0..=0 };
        let mut bytes = Vec::new();
        let mut filter = 0;
        for pass in passes {
            for y in 0..self.height as usize {
                let pixels = (0..self.width as usize)
                    .filter(|x| pass == 0 || PATTERN[y % 8][x % 8] == pass)
                    .count();
                if pixels > 0 {
                    bytes.push(filter);
                    filter = (filter + 1) % 5;
                    let line = (pixels * self.bits_per_pixel()).div_ceil(8);
                    // Below 128, so that it is also a good index for the palettes here.
                    bytes.extend((0..line).map(|x| (x * 7 + y) as u8 % 2));
                }
            }
        }
        bytes
    }

    fn bits_per_pixel(self) -> usize {
        let samples = match self.colour_type {
            0 | 3 => 1,
            4 => 2,
            2 => 3,
            _ => 4,
        };
        samples * usize::from(self.depth)
    }

    /// The whole file, made by hand.
    pub(crate) fn png(self) -> Vec<u8> {
        let mut chunks = vec![self.ihdr()];
        if self.colour_type == 3 {
            let colours = 1 << self.depth;
            chunks.push(chunk(
                b"PLTE",
                &(0..3 * colours).map(|n| n as u8).collect::<Vec<_>>(),
            ));
        }
        chunks.push(chunk(b"IDAT", &zlib(&self.lines())));
        chunks.push(chunk(b"IEND", b""));
        join(&chunks)
    }
}

/// IHDR at 8, IDAT at 33 with 31 bytes of data, IEND at 76; 88 bytes in all.
pub(crate) fn small() -> Vec<u8> {
    SMALL.png()
}

/// Sound PNGs of all kinds, with a name each.
pub(crate) fn sound() -> Vec<(String, Vec<u8>)> {
    let mut images = vec![
        ("every chunk there is".to_owned(), with_every_chunk()),
        ("animated".to_owned(), animated(false)),
        ("animated, image apart".to_owned(), animated(true)),
    ];
    for (depth, colour_type) in FORMATS {
        let name = format!("{depth}-bit type {colour_type}");
        images.push((
            format!("{name}, png crate"),
            by_png_crate(depth, colour_type),
        ));
        for interlaced in [false, true] {
            let format = Format {
                width: 13,
                height: 9,
                depth,
                colour_type,
                interlaced,
            };
            images.push((format!("{name}, interlaced {interlaced}"), format.png()));
        }
    }
    // Where some passes have no pixels.
    for (width, height) in [
        (1, 1),
        (1, 5),
        (2, 1),
        (3, 3),
        (4, 2),
        (5, 1),
        (8, 8),
        (9, 9),
    ] {
        let format = Format {
            width,
            height,
            depth: 1,
            colour_type: 0,
            interlaced: true,
        };
        images.push((format!("{width}x{height}"), format.png()));
    }
    images
}

/// An image of the given format, by the png crate, with filters and compression of its choice.
pub(crate) fn by_png_crate(depth: u8, colour_type: u8) -> Vec<u8> {
    let format = Format {
        width: 37,
        height: 23,
        depth,
        colour_type,
        interlaced: false,
    };
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, format.width, format.height);
    encoder.set_depth(png::BitDepth::from_u8(depth).unwrap());
    encoder.set_color(png::ColorType::from_u8(colour_type).unwrap());
    encoder.set_filter(png::Filter::Adaptive);
    if colour_type == 3 {
        encoder.set_palette((0..3 * (1 << depth)).map(|n| n as u8).collect::<Vec<_>>());
        encoder.set_trns(vec![0, 128]);
    }
    encoder
        .add_text_chunk("Title".to_owned(), "caf\u{e9}".to_owned())
        .unwrap();
    let line = (format.width as usize * format.bits_per_pixel()).div_ceil(8);
    let pixels: Vec<u8> = (0..line * format.height as usize)
        .map(|n| (n * n / 9) as u8)
        .collect();
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&pixels)
        .unwrap();
    file
}

/// Three frames; the first is the image itself, or stands apart from it.
pub(crate) fn animated(apart: bool) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 8, 6);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_animated(3, 0).unwrap();
    encoder.set_sep_def_img(apart).unwrap();
    let mut writer = encoder.write_header().unwrap();
    let images = if apart { 4 } else { 3 };
    for n in 0..images {
        if n == images - 1 {
            writer.set_frame_dimension(4, 3).unwrap();
            writer.set_frame_position(4, 3).unwrap();
        }
        let pixels = if n == images - 1 { 12 } else { 48 };
        writer.write_image_data(&vec![n; pixels]).unwrap();
    }
    writer.finish().unwrap();
    file
}

/// An indexed image with each chunk of the specification but those of animation, and some more.
pub(crate) fn with_every_chunk() -> Vec<u8> {
    let format = Format {
        width: 5,
        height: 4,
        depth: 2,
        colour_type: 3,
        interlaced: true,
    };
    let stream = zlib(&format.lines());
    let (first, second) = stream.split_at(7);
    let profile = [&b"a profile\0\0"[..], &zlib(b"not looked into")].concat();
    let ztxt = [&b"Comment\0\0"[..], &zlib(b"compressed")].concat();
    let itxt = [
        &b"Title\0\x01\0en\0Titel\0"[..],
        &zlib("\u{2603}".as_bytes()),
    ]
    .concat();
    let chunks = [
        format.ihdr(),
        chunk(b"cHRM", &[0; 32]),
        chunk(b"gAMA", &45455_u32.to_be_bytes()),
        chunk(b"iCCP", &profile),
        chunk(b"sBIT", &[8, 7, 1]),
        chunk(b"sRGB", &[3]),
        chunk(b"cICP", &[9, 16, 0, 1]),
        chunk(b"mDCV", &[0; 24]),
        chunk(b"cLLI", &[0; 8]),
        chunk(b"PLTE", &[7; 12]),
        chunk(b"tRNS", &[0, 128]),
        chunk(b"bKGD", &[3]),
        chunk(b"hIST", &[0; 8]),
        chunk(b"pHYs", &[0, 0, 0, 1, 0, 0, 0, 1, 1]),
        chunk(b"sPLT", &[&b"a palette\0\x08"[..], &[0; 12]].concat()),
        chunk(b"sPLT", &[&b"another\0\x10"[..], &[0; 10]].concat()),
        chunk(b"eXIf", b"MM\0*"),
        chunk(b"tIME", &[7, 208, 2, 29, 23, 59, 60]),
        chunk(b"tEXt", b"Author\0no\xebl"),
        chunk(b"zTXt", &ztxt),
        chunk(b"prVt", b"somebody's own"),
        chunk(b"IDAT", first),
        chunk(b"IDAT", b""),
        chunk(b"IDAT", second),
        chunk(b"iTXt", &itxt),
        chunk(b"iTXt", "Title\0\0\0\0\0schn\u{e9}e".as_bytes()),
        chunk(b"IEND", b""),
    ];
    join(&chunks)
}

/// PNGs that other people's programs made: those in Rust's own documentation. There may be none,
/// where it is not installed.
pub(crate) fn found() -> Vec<PathBuf> {
    let mut files = Vec::new();
    if let Ok(output) = Command::new("rustc").args(["--print", "sysroot"]).output() {
        let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        collect(&Path::new(&sysroot).join("share/doc"), &mut files);
    }
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    for path in paths {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "png") {
            files.push(path);
        }
    }
}
