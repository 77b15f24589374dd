//! Where the end of an archive is found, with false ends before and behind it.

use std::io::Write;
use std::panic::catch_unwind;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::exercise::find_end;

const SIGNATURE: &[u8] = b"PK\x05\x06";

pub fn main() {
    let plain = archive(b"a file", "");
    assert_eq!(
        find_end(&plain),
        Some(plain.len() - 22),
        "without a comment the record is the last 22 bytes"
    );
    println!("✓ an archive");

    let commented = archive(b"a file", "made by nobody");
    let expected = commented.len() - 22 - "made by nobody".len();
    assert_eq!(
        find_end(&commented),
        Some(expected),
        "with a comment of 14 bytes"
    );
    println!("✓ with a comment");

    // A program that handles archives has the signature among its constants.
    let program = [b"\x7fELF ... ", SIGNATURE, &[0; 100], &plain].concat();
    assert_eq!(
        find_end(&program),
        Some(program.len() - 22),
        "the signature is in the program in front as well; its comment would not end with the file"
    );
    let inner = archive(&plain, "");
    assert_eq!(
        find_end(&inner),
        Some(inner.len() - 22),
        "an archive in an archive: the outer one is meant"
    );
    println!("✓ behind a program, and around another archive");

    let comment = format!("{} in a comment", str::from_utf8(SIGNATURE).expect("ASCII"));
    let tricky = archive(b"a file", &comment);
    let expected = tricky.len() - 22 - comment.len();
    assert_eq!(
        find_end(&tricky),
        Some(expected),
        "the signature is in the comment as well, but is no record there"
    );
    println!("✓ with a signature in the comment");

    let cut = &plain[..plain.len() - 1];
    for none in [&b""[..], b"PK", SIGNATURE, cut, &[0; 1000]] {
        let found = catch_unwind(|| find_end(none))
            .unwrap_or_else(|_| panic!("a file of {} bytes: a panic", none.len()));
        assert_eq!(
            found,
            None,
            "this file of {} bytes has no whole end record",
            none.len()
        );
    }
    println!("✓ what has none, has none");
}

/// An archive with one file, not compressed.
fn archive(content: &[u8], comment: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    writer.start_file("file", stored).expect("memory");
    writer.write_all(content).expect("memory");
    writer.set_comment(comment).expect("a short comment");
    writer.finish().expect("memory").into_inner()
}
