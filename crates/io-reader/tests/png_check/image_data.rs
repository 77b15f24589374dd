//! The image data.

use io_reader::png;

use crate::png_images::{Format, SMALL, chunk, join, zlib};
use crate::{expect, iend};

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
