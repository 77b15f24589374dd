//! The frame: signature, lengths, types and checksums of chunks.

use io_reader::png::{self, Checker};

use crate::expect;
use crate::png_images::{self, SMALL, chunk, crc, join, small, split, zlib};

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
