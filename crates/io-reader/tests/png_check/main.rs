//! `png::check` against files with known faults, and against arbitrary damage.

#[path = "../png_images/mod.rs"]
mod png_images;

mod animation;
mod contents;
mod damage;
mod frame;
mod image_data;
mod order;

use io_reader::png::{self, Checker, SIGNATURE};
use png_images::{SMALL, chunk, found, sound, zlib};

/// Asserts that these are the faults of a file, each as it is shown.
#[track_caller]
fn expect(file: &[u8], faults: &[&str]) {
    let found: Vec<String> = png::check(file).iter().map(ToString::to_string).collect();
    assert_eq!(found, faults);
}

fn idat() -> Vec<u8> {
    chunk(b"IDAT", &zlib(&SMALL.lines()))
}

fn iend() -> Vec<u8> {
    chunk(b"IEND", b"")
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
