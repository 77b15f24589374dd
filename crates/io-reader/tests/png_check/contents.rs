//! The contents of chunks.

use io_reader::png;

use crate::png_images::{Format, SMALL, chunk, join, zlib};
use crate::{expect, idat, iend};

#[test]
fn every_field_of_the_header_is_checked() {
    let mut header = [0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0];
    let mut check = |at: usize, value: u8, fault: &str| {
        let before = std::mem::replace(&mut header[at], value);
        let file = join(&[chunk(b"IHDR", &header), idat(), iend()]);
        expect(&file, &[&format!("IHDR at 8: {fault}")]);
        header[at] = before;
    };
    check(3, 0, "width is 0, has to be 1 to 2147483647");
    check(0, 128, "width is 2147483651, has to be 1 to 2147483647");
    check(7, 0, "height is 0, has to be 1 to 2147483647");
    check(8, 4, "bit depth is 4, has to be 8 or 16");
    check(8, 24, "bit depth is 24, has to be 8 or 16");
    check(9, 1, "colour type is 1, has to be 0, 2, 3, 4 or 6");
    check(10, 1, "compression method is 1, has to be 0");
    check(11, 64, "filter method is 64, has to be 0");
    check(12, 2, "interlace method is 2, has to be 0 or 1");
    for (depth, colour_type, rule) in [
        (3, 0, "1, 2, 4, 8 or 16"),
        (16, 3, "1, 2, 4 or 8"),
        (0, 4, "8 or 16"),
        (1, 6, "8 or 16"),
    ] {
        let ihdr = Format {
            depth,
            colour_type,
            ..SMALL
        }
        .ihdr();
        let faults = png::check(&join(&[ihdr, idat(), iend()]));
        let expected = format!("IHDR at 8: bit depth is {depth}, has to be {rule}");
        assert_eq!(faults[0].to_string(), expected);
    }
    let file = join(&[chunk(b"IHDR", &header[..12]), idat(), iend()]);
    expect(&file, &["IHDR at 8: length is 12, has to be 13"]);
    let file = join(&[chunk(b"IHDR", &[0; 13]), idat(), iend()]);
    expect(
        &file,
        &[
            "IHDR at 8: width is 0, has to be 1 to 2147483647",
            "IHDR at 8: height is 0, has to be 1 to 2147483647",
            "IHDR at 8: bit depth is 0, has to be 1, 2, 4, 8 or 16",
        ],
    );
}

#[test]
fn fields_of_other_chunks_are_checked() {
    let rgb = |kind, contents: &[u8], fault: &str| {
        let file = join(&[SMALL.ihdr(), chunk(kind, contents), idat(), iend()]);
        let kind = String::from_utf8_lossy(kind);
        expect(&file, &[&format!("{kind} at 33: {fault}")]);
    };
    rgb(b"PLTE", b"", "length is 0, has to be 3 times 1 to 256");
    rgb(b"PLTE", &[0; 7], "length is 7, has to be 3 times 1 to 256");
    rgb(
        b"PLTE",
        &[0; 771],
        "length is 771, has to be 3 times 1 to 256",
    );
    rgb(b"tRNS", &[0; 2], "length is 2, has to be 6");
    rgb(b"bKGD", &[0; 1], "length is 1, has to be 6");
    rgb(b"sBIT", &[8; 4], "length is 4, has to be 3");
    rgb(
        b"sBIT",
        &[8, 9, 8],
        "significant bits is 9, has to be 1 to 8",
    );
    rgb(
        b"sBIT",
        &[8, 0, 8],
        "significant bits is 0, has to be 1 to 8",
    );
    rgb(b"gAMA", &[0; 3], "length is 3, has to be 4");
    rgb(
        b"gAMA",
        &[255; 4],
        "gamma is 4294967295, has to be at most 2147483647",
    );
    rgb(b"cHRM", &[0; 33], "length is 33, has to be 32");
    rgb(
        b"cHRM",
        &[128; 32],
        "chromaticity is 2155905152, has to be at most 2147483647",
    );
    rgb(b"sRGB", &[4], "rendering intent is 4, has to be 0 to 3");
    rgb(
        b"cICP",
        &[1, 1, 1, 1],
        "matrix coefficients is 1, has to be 0",
    );
    rgb(
        b"cICP",
        &[1, 1, 0, 2],
        "full range flag is 2, has to be 0 to 1",
    );
    rgb(b"mDCV", &[0; 25], "length is 25, has to be 24");
    rgb(b"cLLI", &[0; 9], "length is 9, has to be 8");
    rgb(
        b"pHYs",
        &[0, 0, 0, 1, 0, 0, 0, 1, 2],
        "unit is 2, has to be 0 to 1",
    );
    rgb(
        b"tIME",
        &[7, 208, 13, 1, 0, 0, 0],
        "month is 13, has to be 1 to 12",
    );
    rgb(
        b"tIME",
        &[7, 208, 12, 32, 0, 0, 0],
        "day is 32, has to be 1 to 31",
    );
    rgb(
        b"tIME",
        &[7, 208, 12, 31, 24, 0, 0],
        "hour is 24, has to be 0 to 23",
    );
    rgb(
        b"tIME",
        &[7, 208, 12, 31, 23, 60, 0],
        "minute is 60, has to be 0 to 59",
    );
    rgb(
        b"tIME",
        &[7, 208, 12, 31, 23, 59, 61],
        "second is 61, has to be 0 to 60",
    );
    rgb(b"iCCP", b"name", "no null byte after the keyword");
    rgb(
        b"iCCP",
        b"name\0\x01x",
        "compression method is 1, has to be 0",
    );
    rgb(b"iCCP", b"name\0\0", "zlib stream ends too early");
    rgb(
        b"sPLT",
        b"name\0\x09",
        "sample depth is 9, has to be 8 or 16",
    );
    rgb(
        b"sPLT",
        b"name\0\x08abc",
        "length of the entries is 3, has to be a multiple of 6",
    );
    let end = join(&[SMALL.ihdr(), idat(), chunk(b"IEND", b"!")]);
    expect(&end, &["IEND at 76: length is 1, has to be 0"]);
}

#[test]
fn the_palette_bounds_what_refers_to_it() {
    let format = Format {
        depth: 2,
        colour_type: 3,
        ..SMALL
    };
    let with = |palette: &[u8], kind, contents: &[u8]| {
        let data = chunk(b"IDAT", &zlib(&format.lines()));
        let palette = chunk(b"PLTE", palette);
        join(&[format.ihdr(), palette, chunk(kind, contents), data, iend()])
    };
    expect(&with(&[0; 12], b"tRNS", &[0; 4]), &[]);
    expect(
        &with(&[0; 15], b"tRNS", &[0; 2]),
        &["PLTE at 33: length is 15, has to be 3 times 1 to 4"],
    );
    expect(
        &with(&[0; 6], b"tRNS", &[0; 3]),
        &["tRNS at 51: length is 3, has to be at most 2, one for each colour of PLTE"],
    );
    expect(
        &with(&[0; 6], b"bKGD", &[2]),
        &["bKGD at 51: palette index is 2, has to be below 2, the number of colours of PLTE"],
    );
    expect(
        &with(&[0; 6], b"hIST", &[0; 6]),
        &["hIST at 51: length is 6, has to be 4"],
    );
}

#[test]
fn text_is_checked() {
    let text = |kind, contents: &[u8], fault: &str| {
        let file = join(&[SMALL.ihdr(), chunk(kind, contents), idat(), iend()]);
        let kind = String::from_utf8_lossy(kind);
        expect(&file, &[&format!("{kind} at 33: {fault}")]);
    };
    text(
        b"tEXt",
        b"\0x",
        "keyword is 0 bytes long, has to be 1 to 79",
    );
    text(
        b"tEXt",
        &[&[b'k'; 80][..], b"\0"].concat(),
        "keyword is 80 bytes long, has to be 1 to 79",
    );
    text(b"tEXt", b"no end", "no null byte after the keyword");
    text(
        b"tEXt",
        b"a\xa0b\0",
        "keyword has a '\\u{a0}', which is not printable Latin-1",
    );
    text(
        b"tEXt",
        b" a\0",
        "keyword has a space at its start or end, or two in a row",
    );
    text(
        b"tEXt",
        b"a  b\0",
        "keyword has a space at its start or end, or two in a row",
    );
    text(b"tEXt", b"Title\0x\0y", "text has a null byte");
    text(
        b"zTXt",
        b"Title\0",
        "compression method is missing, has to be 0",
    );
    text(
        b"zTXt",
        b"Title\0\x02",
        "compression method is 2, has to be 0",
    );
    text(b"zTXt", b"Title\0\0x", "zlib stream ends too early");
    text(
        b"zTXt",
        b"Title\0\0xxx",
        "zlib stream is damaged: incorrect header check",
    );
    text(
        b"iTXt",
        b"Title\0",
        "compression flag is missing, has to be 0 or 1",
    );
    text(
        b"iTXt",
        b"Title\0\x02\0\0\0",
        "compression flag is 2, has to be 0 or 1",
    );
    text(
        b"iTXt",
        b"Title\0\0\0",
        "no null byte after the language tag",
    );
    text(
        b"iTXt",
        b"Title\0\0\0\0",
        "no null byte after the translated keyword",
    );
    text(
        b"iTXt",
        b"Title\0\0\0\0\xff\0",
        "translated keyword is not UTF-8",
    );
    text(b"iTXt", b"Title\0\0\0\0\0\xff", "text is not UTF-8");
    let inflated = [&b"Title\0\x01\0\0\0"[..], &zlib(b"\xff")].concat();
    text(b"iTXt", &inflated, "text is not UTF-8");
}
