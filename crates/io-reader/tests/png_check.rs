//! `png::check` against files with known faults, and against arbitrary damage.

mod png_images;

use io_reader::png::{self, Checker, ChunkReader, Fault, FaultKind, ReadError, SIGNATURE, embed};
use png_images::damage::damaged;
use png_images::{
    Format, SMALL, animated, chunk, crc, data, found, join, kind, small, sound, split, zlib,
};
use proptest::prelude::*;

/// Asserts that these are the faults of a file, each as it is shown.
#[track_caller]
fn expect(file: &[u8], faults: &[&str]) {
    let found: Vec<String> = png::check(file).iter().map(ToString::to_string).collect();
    assert_eq!(found, faults);
}

#[test]
fn sound_files_have_no_faults() {
    for (name, file) in sound() {
        assert_eq!(png::check(&file), [], "{name}");
    }
}

#[test]
fn pngs_of_rusts_documentation_have_no_faults() {
    let mut checker = Checker::new();
    for path in found() {
        let file = std::fs::read(&path).unwrap();
        // A favicon among them has the name of a PNG and is an ICO.
        if file.starts_with(&SIGNATURE) {
            assert_eq!(checker.check(&file).faults, [], "{}", path.display());
        }
    }
}

// The frame.

#[test]
fn wrong_signatures_say_what_happened() {
    let body = &small()[8..];
    let spoiled = |signature: &[u8]| [signature, body].concat();
    expect(b"", &["at 0: not a PNG: no bytes at all"]);
    expect(
        b"\x89PN",
        &["at 0: ends after 3 of the signature's 8 bytes"],
    );
    expect(
        &spoiled(b"\x89PNG\n\x1a\n"),
        &["at 0: spoiled: line endings were changed, CR LF to LF"],
    );
    expect(
        &spoiled(b"\x89PNG\r\r\n\x1a\r\n"),
        &["at 0: spoiled: line endings were changed, LF to CR LF"],
    );
    expect(
        &spoiled(b"\x89PNG\r\n\x1a\r\n"),
        &["at 0: spoiled: line endings were changed, LF to CR LF"],
    );
    expect(
        &spoiled(b"\x09PNG\r\n\x1a\n"),
        &["at 0: spoiled: the eighth bit of each byte was dropped"],
    );
    let text = String::from_utf8_lossy(&small()).into_owned();
    let faults = png::check(text.as_bytes());
    assert_eq!(
        faults[0].to_string(),
        "at 0: spoiled: was taken for text and made UTF-8"
    );
    expect(
        b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        &["at 0: not a PNG: this is a JPEG"],
    );
    expect(
        b"RIFF\x24\0\0\0WEBPVP8 ",
        &["at 0: not a PNG: this is a WebP"],
    );
    expect(
        b"<!DOCTYPE html>",
        &["at 0: not a PNG: this is an HTML page"],
    );
    expect(b"# Readme\n", &["at 0: not a PNG: begins \"# Readme\""]);
}

#[test]
fn behind_a_wrong_signature_the_chunks_are_checked() {
    let mut file = small();
    file[0] = 0;
    file[80] = b'Q';
    expect(
        &file,
        &[
            r#"at 0: not a PNG: begins "\x00PNG\r\n\x1a\n""#,
            "QEND at 76: CRC is ae426082, the data gives 3bef1ff2",
        ],
    );
}

#[test]
fn a_wrong_crc_is_shown_beside_the_right_one() {
    let mut file = small();
    file[50] ^= 1;
    let computed = crc(&file[37..72]);
    let faults: Vec<String> = png::check(&file).iter().map(ToString::to_string).collect();
    let stored = u32::from_be_bytes(*file[72..].first_chunk().unwrap());
    assert_eq!(
        faults[0],
        format!("IDAT at 33: CRC is {stored:08x}, the data gives {computed:08x}")
    );
    // The zlib stream has a checksum of its own.
    assert_eq!(
        faults[1..],
        ["IDAT at 33: zlib stream has the wrong checksum for its data"]
    );
}

#[test]
fn a_wrong_length_is_mended_where_the_crc_tells_the_right_one() {
    for wrong in [0_u32, 30, 32, 5000, 0x7fff_ffff, 0xffff_ffff] {
        let mut file = small();
        file[33..37].copy_from_slice(&wrong.to_be_bytes());
        expect(
            &file,
            &[&format!("IDAT at 33: length is {wrong}, the CRC fits 31")],
        );
    }
    let mut file = small();
    file[79] = 3;
    expect(&file, &["IEND at 76: length is 3, the CRC fits 0"]);
}

#[test]
fn a_chunk_of_unknown_length_is_lost_but_not_what_follows() {
    let mut file = small();
    file[33] = 0x80; // length of IDAT
    file[50] ^= 1; // data of IDAT
    let length = "IDAT at 33: length 2147483679 is over the limit of 2147483647";
    expect(&file, &[length]);
    file[85] ^= 1; // CRC of IEND
    expect(
        &file,
        &[
            length,
            "IEND at 76: CRC is ae436082, the data gives ae426082",
        ],
    );
    file[33..37].copy_from_slice(&1000_u32.to_be_bytes());
    expect(
        &file,
        &[
            "IDAT at 33: cut short: takes 1012 bytes, 55 are left",
            "IEND at 76: CRC is ae436082, the data gives ae426082",
        ],
    );
}

#[test]
fn a_type_of_other_than_letters_is_passed_over() {
    let mut file = small();
    file[39] = 0;
    expect(&file, &[r#"at 33: type is "ID\x00T", not four letters"#]);
}

#[test]
fn broken_chunks_in_a_row_are_all_found() {
    let text = chunk(b"tEXt", b"Title\0something");
    let mut file = join(&[
        SMALL.ihdr(),
        text.clone(),
        text.clone(),
        text.clone(),
        chunk(b"IDAT", &zlib(&SMALL.lines())),
        chunk(b"IEND", b""),
    ]);
    // The data of the first, the type of the second, the CRC of the third.
    file[33 + 10] ^= 1;
    file[60 + 5] = 0;
    file[87 + 26] ^= 1;
    let found: Vec<String> = png::check(&file).iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("tEXt at 33: CRC is "), "{found:?}");
    assert_eq!(found[1], r#"at 60: type is "t\x00Xt", not four letters"#);
    assert!(found[2].starts_with("tEXt at 87: CRC is "), "{found:?}");
}

#[test]
fn two_faults_far_apart_are_both_found() {
    let mut file = png_images::with_every_chunk();
    let end = file.len() - 12;
    file[33] = 0xff; // length of cHRM
    file[end + 3] = 9; // length of IEND
    expect(
        &file,
        &[
            "cHRM at 33: length is 4278190112, the CRC fits 32",
            &format!("IEND at {end}: length is 9, the CRC fits 0"),
        ],
    );
}

#[test]
fn any_two_damaged_chunks_are_both_found() {
    let file = png_images::with_every_chunk();
    let mut starts = vec![8];
    for chunk in split(&file) {
        starts.push(starts.last().unwrap() + chunk.len());
    }
    let end = starts.pop().unwrap();
    let mut checker = Checker::new();
    // In the length (making it too large, far too large, or wrong by a little), type, and CRC.
    let damages: [(usize, u8); 5] = [(1, 0x10), (0, 0x80), (3, 1), (6, 0x80), (usize::MAX, 1)];
    let damage = |file: &mut [u8], which: usize, (at, mask): (usize, u8)| {
        let last = starts.get(which + 1).unwrap_or(&end) - 1;
        file[last.min(starts[which].saturating_add(at))] ^= mask;
    };
    for first in 0..starts.len() {
        // With one between: of two in a row, the first can hide where the second begins.
        for second in first + 2..starts.len() {
            for (a, b) in damages.iter().flat_map(|&a| damages.map(|b| (a, b))) {
                let mut damaged = file.clone();
                damage(&mut damaged, first, a);
                damage(&mut damaged, second, b);
                let faults = checker.check(&damaged).faults;
                for which in [first, second] {
                    let found = faults.iter().any(|f| f.offset == starts[which] as u64);
                    assert!(found, "chunk {which}, {a:?}, {b:?}: {faults:?}");
                }
            }
        }
    }
}

#[test]
fn a_png_within_a_broken_chunk_is_not_taken_for_the_file() {
    let inner = small();
    let mut file = join(&[
        SMALL.ihdr(),
        chunk(b"prVt", &inner),
        chunk(b"IDAT", &zlib(&SMALL.lines())),
        chunk(b"IEND", b""),
    ]);
    file[33 + 8 + inner.len()] ^= 1; // CRC of prVt
    let found = png::check(&file);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].offset, 33);
}

#[test]
fn cut_files_are_cut_short_and_nothing_else() {
    let file = small();
    expect(
        &file[..8],
        &[
            "at 8: no IHDR chunk",
            "at 8: no IDAT chunk",
            "at 8: no IEND chunk",
        ],
    );
    expect(
        &file[..13],
        &["at 8: cut short: takes 12 bytes, 5 are left"],
    );
    expect(
        &file[..32],
        &["IHDR at 8: cut short: takes 25 bytes, 24 are left"],
    );
    expect(
        &file[..33],
        &["at 33: no IDAT chunk", "at 33: no IEND chunk"],
    );
    expect(
        &file[..60],
        &["IDAT at 33: cut short: takes 43 bytes, 27 are left"],
    );
    expect(&file[..76], &["at 76: no IEND chunk"]);
    expect(
        &file[..87],
        &["IEND at 76: cut short: takes 12 bytes, 11 are left"],
    );
}

#[test]
fn nothing_may_follow_the_end() {
    let file = small();
    expect(
        &[&file[..], b"\0"].concat(),
        &["at 88: more bytes after the IEND chunk"],
    );
    expect(
        &[&file[..], &file].concat(),
        &["at 88: more bytes after the IEND chunk"],
    );
}

// Presence, number and order of chunks.

fn idat() -> Vec<u8> {
    chunk(b"IDAT", &zlib(&SMALL.lines()))
}

fn iend() -> Vec<u8> {
    chunk(b"IEND", b"")
}

#[test]
fn needed_chunks_may_not_be_missing() {
    expect(&join(&[idat(), iend()]), &["at 63: no IHDR chunk"]);
    expect(&join(&[SMALL.ihdr(), iend()]), &["at 45: no IDAT chunk"]);
    expect(&join(&[SMALL.ihdr(), idat()]), &["at 76: no IEND chunk"]);
    let indexed = Format {
        colour_type: 3,
        depth: 1,
        ..SMALL
    };
    let file = join(&[
        indexed.ihdr(),
        chunk(b"IDAT", &zlib(&indexed.lines())),
        iend(),
    ]);
    expect(&file, &["at 72: no PLTE chunk"]);
}

#[test]
fn the_header_is_first_and_single() {
    let text = chunk(b"tEXt", b"Title\0x");
    expect(
        &join(&[text, SMALL.ihdr(), idat(), iend()]),
        &["tEXt at 8: has to come after IHDR"],
    );
    expect(
        &join(&[SMALL.ihdr(), SMALL.ihdr(), idat(), iend()]),
        &["IHDR at 33: may stand only once, and stands at 8"],
    );
}

#[test]
fn image_data_is_in_one_place() {
    let stream = zlib(&SMALL.lines());
    let (first, second) = stream.split_at(10);
    let text = chunk(b"tEXt", b"Title\0x");
    let file = join(&[
        SMALL.ihdr(),
        chunk(b"IDAT", first),
        text,
        chunk(b"IDAT", second),
        iend(),
    ]);
    expect(
        &file,
        &["IDAT at 74: does not follow directly on the IDAT before it"],
    );
}

/// With a palette at 33, the chunk, and image data; or in another order.
fn in_order(order: [&[u8]; 3]) -> Vec<u8> {
    join(&[SMALL.ihdr(), order.concat(), iend()])
}

#[test]
fn chunks_stand_in_their_places() {
    let palette = chunk(b"PLTE", &[0; 6]);
    let data = idat();
    let before_palette: [(&[u8; 4], &[u8]); 8] = [
        (b"cHRM", &[0; 32]),
        (b"gAMA", &[0; 4]),
        (b"iCCP", &[&b"x\0\0"[..], &zlib(b"")].concat()),
        (b"sBIT", &[8; 3]),
        (b"sRGB", &[0]),
        (b"cICP", &[1, 1, 0, 1]),
        (b"mDCV", &[0; 24]),
        (b"cLLI", &[0; 8]),
    ];
    for (kind, contents) in before_palette {
        let it = chunk(kind, contents);
        let name = String::from_utf8_lossy(kind);
        expect(&in_order([&it, &palette, &data]), &[]);
        let fault = format!("{name} at 51: has to come before PLTE");
        expect(&in_order([&palette, &it, &data]), &[&fault]);
        let fault = format!("{name} at 76: has to come before IDAT");
        expect(&in_order([&data, &it, b""]), &[&fault]);
        let second = 33 + it.len();
        let fault = format!("{name} at {second}: may stand only once, and stands at 33");
        expect(&in_order([&it, &it, &data]), &[&fault]);
    }
    let after_palette: [(&[u8; 4], &[u8]); 3] =
        [(b"tRNS", &[0; 6]), (b"bKGD", &[0; 6]), (b"hIST", &[0; 4])];
    for (kind, contents) in after_palette {
        let it = chunk(kind, contents);
        let name = String::from_utf8_lossy(kind);
        expect(&in_order([&palette, &it, &data]), &[]);
        expect(
            &in_order([&it, &palette, &data]),
            &[&format!("{name} at 33: has to come after PLTE")],
        );
        expect(
            &in_order([&palette, &data, &it]),
            &[&format!("{name} at 94: has to come before IDAT")],
        );
    }
    let before_data: [(&[u8; 4], &[u8]); 2] = [(b"pHYs", &[0; 9]), (b"sPLT", b"x\0\x08")];
    for (kind, contents) in before_data {
        let it = chunk(kind, contents);
        let name = String::from_utf8_lossy(kind);
        expect(&in_order([&it, &palette, &data]), &[]);
        expect(&in_order([&palette, &it, &data]), &[]);
        expect(
            &in_order([&palette, &data, &it]),
            &[&format!("{name} at 94: has to come before IDAT")],
        );
    }
    expect(
        &in_order([&data, &palette, b""]),
        &["PLTE at 76: has to come before IDAT"],
    );
    let histogram = chunk(b"hIST", &[0; 4]);
    expect(
        &in_order([&histogram, &data, b""]),
        &["hIST at 33: has to come after PLTE"],
    );
    let time = chunk(b"tIME", &[7, 208, 1, 1, 0, 0, 0]);
    expect(&in_order([&palette, &data, &time]), &[]);
    let exif = chunk(b"eXIf", b"II*\0");
    expect(&in_order([&exif, &palette, &data]), &[]);
    expect(&in_order([&palette, &data, &exif]), &[]);
    expect(
        &in_order([&time, &data, &time]),
        &["tIME at 95: may stand only once, and stands at 33"],
    );
}

#[test]
fn some_chunks_go_with_some_colours() {
    for (colour_type, name) in [(0, "grey"), (4, "grey+alpha")] {
        let format = Format {
            colour_type,
            ..SMALL
        };
        let data = chunk(b"IDAT", &zlib(&format.lines()));
        let file = join(&[format.ihdr(), chunk(b"PLTE", &[0; 3]), data, iend()]);
        expect(
            &file,
            &[&format!("PLTE at 33: may not stand in a {name} image")],
        );
    }
    for (colour_type, name) in [(4, "grey+alpha"), (6, "RGBA")] {
        let format = Format {
            colour_type,
            ..SMALL
        };
        let data = chunk(b"IDAT", &zlib(&format.lines()));
        let file = join(&[format.ihdr(), chunk(b"tRNS", &[0; 2]), data, iend()]);
        expect(
            &file,
            &[&format!("tRNS at 33: may not stand in a {name} image")],
        );
    }
}

#[test]
fn unknown_chunks_may_be_there_unless_critical() {
    let between = |it: Vec<u8>| join(&[SMALL.ihdr(), it, idat(), iend()]);
    expect(&between(chunk(b"abCd", b"x")), &[]);
    expect(
        &between(chunk(b"ABCd", b"x")),
        &["ABCd at 33: unknown, but critical to the image"],
    );
    expect(
        &between(chunk(b"abcd", b"x")),
        &["abcd at 33: third letter of the type is lower case"],
    );
}

// The contents of chunks.

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

// The image data.

fn with_data(format: Format, stream: &[u8]) -> Vec<u8> {
    join(&[format.ihdr(), chunk(b"IDAT", stream), iend()])
}

#[test]
fn the_image_data_has_the_size_that_the_image_needs() {
    for interlaced in [false, true] {
        let format = Format {
            interlaced,
            ..SMALL
        };
        let lines = format.lines();
        let needs = lines.len();
        let short = with_data(format, &zlib(&lines[..needs - 1]));
        expect(
            &short,
            &[&format!(
                "IDAT at 33: image data is {} bytes, the image needs {needs}",
                needs - 1
            )],
        );
        let long = with_data(format, &zlib(&[&lines[..], b"\0"].concat()));
        expect(
            &long,
            &[&format!(
                "IDAT at 33: image data is more than the {needs} bytes that the image needs"
            )],
        );
    }
}

#[test]
fn the_zlib_stream_is_whole_and_sound() {
    let lines = SMALL.lines();
    let stream = zlib(&lines);
    let of = |stream: &[u8], fault: &str| {
        expect(
            &with_data(SMALL, stream),
            &[&format!("IDAT at 33: {fault}")],
        );
    };
    for cut in [0, 1, 2, 10, stream.len() - 4, stream.len() - 1] {
        of(&stream[..cut], "zlib stream ends too early");
    }
    of(
        &[&stream[..], b"abc"].concat(),
        "3 bytes after the end of the zlib stream",
    );
    let mut wrong = stream.clone();
    *wrong.last_mut().unwrap() ^= 1;
    of(&wrong, "zlib stream has the wrong checksum for its data");
    let mut wrong = stream.clone();
    wrong[2] = 7;
    of(&wrong, "zlib stream is damaged: invalid block type");
    let mut wrong = stream.clone();
    wrong[1] = 0x20; // FDICT, and a header that is a multiple of 31
    wrong[1] += (31 - ((0x78 * 256 + 0x20) % 31) as u8) % 31;
    of(&wrong, "zlib stream wants a preset dictionary");
}

#[test]
fn filter_types_are_checked_in_every_line() {
    let format = Format {
        width: 9,
        height: 9,
        depth: 1,
        colour_type: 0,
        interlaced: true,
    };
    let lines = format.lines();
    let mut found = 0;
    for at in 0..lines.len() {
        let mut wrong = lines.clone();
        wrong[at] = 5;
        if let [fault] = &png::check(&with_data(format, &zlib(&wrong)))[..] {
            let fault = fault.to_string();
            assert_eq!(
                fault,
                format!("IDAT at 33: filter type of line {found} is 5, has to be 0 to 4")
            );
            found += 1;
        }
    }
    // Lines that the passes have: 2, 2, 1, 3, 2, 5, 4.
    assert_eq!(found, 19);
    // Only the first is told.
    let garbage = vec![9; lines.len()];
    expect(
        &with_data(format, &zlib(&garbage)),
        &["IDAT at 33: filter type of line 0 is 9, has to be 0 to 4"],
    );
}

#[test]
fn faults_in_the_data_are_told_of_the_chunk_they_are_in() {
    let mut lines = SMALL.lines();
    lines[10] = 77;
    let stream = zlib(&lines);
    let parts: Vec<Vec<u8>> = stream.chunks(9).map(|part| chunk(b"IDAT", part)).collect();
    let file = join(&[SMALL.ihdr(), parts.concat(), iend()]);
    // Byte 10 of the lines is byte 17 of the stream, in the second part.
    expect(
        &file,
        &["IDAT at 54: filter type of line 1 is 77, has to be 0 to 4"],
    );
}

// Animation.

/// The animated image with chunk `index` changed.
fn animated_with(change: impl Fn(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let mut chunks = split(&animated(false));
    change(&mut chunks);
    join(&chunks)
}

fn position(chunks: &[Vec<u8>], wanted: &[u8; 4], nth: usize) -> usize {
    let mut positions = (0..chunks.len()).filter(|&i| kind(&chunks[i]) == *wanted);
    positions.nth(nth).unwrap()
}

#[test]
fn animations_are_checked() {
    let fault = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let faults = png::check(&animated_with(change));
        let mut lines: Vec<String> = faults.iter().map(|fault| fault.kind.to_string()).collect();
        assert_eq!(lines.len(), 1, "{faults:?}");
        lines.remove(0)
    };
    let edit = |wanted: &'static [u8; 4], nth: usize, at: usize, value: u8| {
        move |chunks: &mut Vec<Vec<u8>>| {
            let i = position(chunks, wanted, nth);
            let mut contents = data(&chunks[i]).to_vec();
            contents[at] = value;
            chunks[i] = chunk(wanted, &contents);
        }
    };
    assert_eq!(
        fault(&edit(b"acTL", 0, 3, 4)),
        "number of frames is 4, has to be 3, one for each fcTL chunk"
    );
    assert_eq!(
        fault(&edit(b"acTL", 0, 3, 0)),
        "number of frames is 0, has to be at least 1"
    );
    assert_eq!(
        fault(&edit(b"fcTL", 0, 7, 5)),
        "width is 5, has to be 8, as of the image"
    );
    assert_eq!(
        fault(&edit(b"fcTL", 2, 15, 5)),
        "x offset plus width is 9, has to be at most 8"
    );
    assert_eq!(
        fault(&edit(b"fcTL", 2, 7, 3)),
        "image data is more than the 12 bytes that the image needs"
    );
    assert_eq!(
        fault(&edit(b"fcTL", 1, 11, 7)),
        "y offset plus height is 7, has to be at most 6"
    );
    assert_eq!(
        fault(&edit(b"fcTL", 1, 24, 3)),
        "dispose_op is 3, has to be 0 to 2"
    );
    assert_eq!(
        fault(&edit(b"fcTL", 1, 25, 2)),
        "blend_op is 2, has to be 0 to 1"
    );
    assert_eq!(
        fault(&|chunks| {
            chunks.remove(position(chunks, b"acTL", 0));
        }),
        "no acTL chunk"
    );
    let last = |chunks: &mut Vec<Vec<u8>>| {
        chunks.remove(position(chunks, b"fdAT", 1));
    };
    assert_eq!(fault(&last), "no fdAT chunk");
    let renumbered = png::check(&animated_with(edit(b"fcTL", 1, 3, 7)));
    let lines: Vec<String> = renumbered
        .iter()
        .map(|fault| fault.kind.to_string())
        .collect();
    assert_eq!(
        lines[0], "sequence number is 7, has to be 1",
        "and the next is out of step, {lines:?}"
    );
}

// Arbitrary damage.

#[test]
fn every_changed_byte_is_found() {
    let mut checker = Checker::new();
    for (name, file) in sound().into_iter().filter(|(_, file)| file.len() < 1200) {
        for at in 0..file.len() {
            for mask in [0x01, 0x20, 0x80, 0xff] {
                let mut damaged = file.clone();
                damaged[at] ^= mask;
                let faults = checker.check(&damaged).faults;
                assert!(!faults.is_empty(), "{name}: byte {at} xor {mask:02x}");
            }
        }
    }
}

#[test]
fn every_truncation_is_found() {
    let mut checker = Checker::new();
    for (name, file) in sound() {
        for length in 0..file.len() {
            let faults = checker.check(&file[..length]).faults;
            assert!(!faults.is_empty(), "{name}: cut to {length} bytes");
        }
    }
}

/// What holds for any bytes whatever.
fn check_any(bytes: &[u8]) -> Result<(), TestCaseError> {
    let faults = png::check(bytes);
    let in_order = faults
        .windows(2)
        .all(|pair| pair[0].offset <= pair[1].offset);
    prop_assert!(in_order, "{faults:?}");
    let inside = faults
        .iter()
        .all(|fault| fault.offset <= bytes.len() as u64);
    prop_assert!(inside, "{faults:?}");

    match ChunkReader::new(bytes).collect::<Result<Vec<_>, _>>() {
        // The first fault of the frame is the same for both, but that the check can mend a length.
        Err(ReadError::Fault(first)) => {
            let same = |fault: &Fault| {
                let mended = matches!(fault.kind, FaultKind::WrongLength { .. });
                *fault == first || mended && fault.offset == first.offset
            };
            prop_assert!(faults.iter().any(same), "{first:?}, {faults:?}");
        }
        Err(error) => prop_assert!(false, "{error}"),
        Ok(chunks) if faults.is_empty() => {
            let length: usize = chunks.iter().map(|chunk| chunk.data.len() + 12).sum();
            prop_assert_eq!(length + 8, bytes.len());
            let mut copy = Vec::new();
            prop_assert!(embed(bytes, &mut copy, "Title", "x").is_ok());
            prop_assert_eq!(png::check(&copy), []);
        }
        Ok(_) => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check_any(&bytes)?;
        check_any(&[&png_images::SIGNATURE[..], &bytes].concat())?;
    }

    #[test]
    fn damaged_files_do_no_harm(file in damaged()) {
        check_any(&file)?;
    }
}
