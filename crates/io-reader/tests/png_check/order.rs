//! Presence, number and order of chunks.

use crate::png_images::{Format, SMALL, chunk, join, zlib};
use crate::{expect, idat, iend};

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
