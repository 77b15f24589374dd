//! `png::check` and `png::embed` against other readers of PNG: the png crate, pngcheck, netpbm.

mod common;
mod png_images;

use std::fs;
use std::io::Cursor;
use std::process::Command;

use common::{have, run};
use io_reader::png::{self, Checker, ChunkType, Fault, FaultKind, TextError, ZlibFault, embed};
use png_images::damage::damaged;
use png_images::sound;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// All pixels of all images in a file, by the png crate at its strictest.
fn decode(file: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut options = ::png::DecodeOptions::default();
    options.set_ignore_checksums(false);
    options.set_skip_ancillary_crc_failures(false);
    let mut decoder = ::png::Decoder::new_with_options(Cursor::new(file), options);
    decoder.set_limits(::png::Limits { bytes: 1 << 24 });
    let mut reader = decoder.read_info().map_err(|error| error.to_string())?;
    let animation = reader.info().animation_control;
    let apart = reader.info().frame_control.is_none();
    let images = animation.map_or(1, |control| control.num_frames + u32::from(apart));
    let size = reader.output_buffer_size().filter(|size| *size < 1 << 24);
    let size = size.ok_or("needs too much memory")?;
    let mut pixels = Vec::new();
    for _ in 0..images {
        let mut image = vec![0; size];
        reader
            .next_frame(&mut image)
            .map_err(|error| error.to_string())?;
        pixels.push(image);
    }
    reader.finish().map_err(|error| error.to_string())?;
    Ok(pixels)
}

/// Whether the png crate may not mind a fault: a decoder looks for an image, not for faults.
fn png_crate_may_overlook(fault: &Fault) -> bool {
    let image_data = fault.chunk == Some(ChunkType::IDAT);
    let palette = fault.chunk == Some(ChunkType::PLTE);
    match &fault.kind {
        // It finds all that is wrong with the frame,
        FaultKind::Signature(_)
        | FaultKind::Length(_)
        | FaultKind::WrongLength { .. }
        | FaultKind::Cut { .. }
        | FaultKind::NotLetters(_)
        | FaultKind::Crc { .. } => false,
        // up to IEND, where it stops reading.
        FaultKind::AfterEnd => true,
        // It hands out palette indices without looking for the palette,
        FaultKind::Missing(kind) => *kind == ChunkType::PLTE || kind.is_ancillary(),
        _ if palette => true,
        // stops inflating when it has the pixels, and so misses what is wrong with the end.
        FaultKind::Zlib(_) | FaultKind::ImageSize { has: None, .. } if image_data => true,
        // Chunks that it need not understand it skips when it does not.
        _ => fault.chunk.is_some_and(ChunkType::is_ancillary),
    }
}

#[test]
fn the_png_crate_decodes_all_sound_files() {
    for (name, file) in sound() {
        assert_eq!(decode(&file).map(drop), Ok(()), "{name}");
    }
}

#[test]
fn what_is_found_sound_decodes_and_what_is_not_does_not() {
    for file in damaged_files(3000) {
        let faults = png::check(&file);
        match decode(&file) {
            Ok(_) => assert!(faults.iter().all(png_crate_may_overlook), "{faults:?}"),
            Err(error) => assert!(!faults.is_empty(), "{error}"),
        }
    }
}

/// The same files in every run: the other programs are not ours to mend, should one of them find
/// something new to disagree about.
fn damaged_files(number: usize) -> Vec<Vec<u8>> {
    let mut runner = TestRunner::deterministic();
    let strategy = damaged();
    (0..number)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect()
}

/// Whether pngcheck may not mind a fault.
fn pngcheck_may_overlook(fault: &Fault) -> bool {
    // It looks neither at the frames of an animation nor at their numbers.
    let animation = ["acTL", "fcTL", "fdAT"];
    let animated = fault
        .chunk
        .is_some_and(|kind| animation.contains(&kind.to_string().as_str()));
    match &fault.kind {
        _ if animated => true,
        // It counts the bytes of neither image nor stream, and stops when it has the lines.
        FaultKind::ImageSize { .. } => true,
        FaultKind::Zlib(fault) => !matches!(fault, ZlibFault::Damaged(_) | ZlibFault::Dictionary),
        // It takes a text without a null byte for a keyword without a text.
        FaultKind::Text(error) => *error == TextError::Unterminated("keyword"),
        _ => false,
    }
}

/// Whether pngcheck may dislike a file that keeps all the rules of the third edition.
fn pngcheck_may_dislike(file: &[u8]) -> bool {
    let has = |wanted: &[u8; 4]| file.windows(4).any(|window| window == wanted);
    // Chunks of the third edition; and two that should not, but may, stand together.
    has(b"cICP") || has(b"mDCV") || has(b"cLLI") || (has(b"sRGB") && has(b"iCCP"))
}

#[test]
fn pngcheck_agrees() {
    if !have("pngcheck") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut files = damaged_files(600);
    files.extend(sound().into_iter().map(|(_, file)| file));
    let paths: Vec<_> = (0..files.len())
        .map(|n| dir.path().join(n.to_string()))
        .collect();
    for (path, file) in paths.iter().zip(&files) {
        fs::write(path, file).unwrap();
    }
    let output = Command::new("pngcheck").args(&paths).output().unwrap();
    let output = String::from_utf8_lossy(&output.stdout);
    let mut agreed = 0;
    for (path, file) in paths.iter().zip(&files) {
        let name = path.display();
        let faults = png::check(file);
        let accepts = output.contains(&format!("OK: {name} ("));
        let rejects = output.contains(&format!("ERROR: {name}\n"))
            || output.contains(&format!("WARN: {name} ("));
        assert_ne!(accepts, rejects, "pngcheck says nothing of {name}");
        match (faults.is_empty(), accepts) {
            (true, false) => assert!(pngcheck_may_dislike(file), "{name}"),
            (false, true) => assert!(faults.iter().all(pngcheck_may_overlook), "{faults:?}"),
            _ => agreed += 1,
        }
    }
    assert!(agreed > files.len() * 9 / 10, "{agreed} of {}", files.len());
}

#[test]
fn a_text_put_in_changes_no_pixel() {
    for (name, file) in sound() {
        for text in ["plain", "caf\u{e9}\nau lait", "\u{2603}"] {
            let mut copy = Vec::new();
            embed(&file[..], &mut copy, "Comment", text).unwrap();
            assert_eq!(decode(&copy), decode(&file), "{name}");
            assert_eq!(png::check(&copy), [], "{name}");

            let decoder = ::png::Decoder::new(Cursor::new(&copy)).read_info().unwrap();
            let info = decoder.info();
            let latin1 = info.uncompressed_latin1_text.iter();
            let utf8 = info
                .utf8_text
                .iter()
                .map(|chunk| (&chunk.keyword, chunk.get_text()));
            let mut found = latin1
                .map(|chunk| (&chunk.keyword, Ok(chunk.text.clone())))
                .chain(utf8)
                .map(|(keyword, text)| (keyword.as_str(), text.unwrap()));
            assert!(
                found.any(|found| found == ("Comment", text.to_owned())),
                "{name}"
            );
        }
    }
}

#[test]
fn netpbm_reads_the_same_pixels() {
    if !have("pngtopam") {
        return;
    }
    for (name, file) in sound() {
        let mut copy = Vec::new();
        embed(&file[..], &mut copy, "Comment", "put in").unwrap();
        let pixels = |file: &[u8]| {
            let output = run(Command::new("pngtopam").arg("-alphapam"), file);
            assert!(output.status.success(), "{name}: {output:?}");
            output.stdout
        };
        assert_eq!(pixels(&copy), pixels(&file), "{name}");
        let output = run(Command::new("pngtopam").arg("-text=/dev/stderr"), &copy);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains("put in"), "{name}: {text}");
    }
}

#[test]
fn what_netpbm_writes_is_sound() {
    if !have("pnmtopng") {
        return;
    }
    let pixels: Vec<u8> = (0..61 * 43 * 3).map(|n: u32| (n * n / 7) as u8).collect();
    let image = [&b"P6 61 43 255\n"[..], &pixels].concat();
    for (options, interlaced) in [(&[][..], ""), (&["-interlace"][..], ", interlaced")] {
        let output = run(Command::new("pnmtopng").args(options), &image);
        assert!(output.status.success(), "{output:?}");
        let report = Checker::new().check(&output.stdout);
        assert_eq!(report.faults, []);
        assert_eq!(
            report.header.unwrap().to_string(),
            format!("61x43, 8-bit RGB{interlaced}")
        );
    }
}
