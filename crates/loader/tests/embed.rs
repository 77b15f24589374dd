//! Files behind an executable, beside unzip.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{cases, have, output_of, tool};
use loader::embed::{END_SIZE, find_end};
use proptest::collection::vec;
use proptest::prelude::*;

#[test]
fn added_listed_and_read_back_and_the_program_still_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let text = "line\n".repeat(1000);
    fs::write(path("a.txt"), &text).unwrap();
    fs::write(path("empty"), "").unwrap();
    let own = env!("CARGO_BIN_EXE_loader");
    let out = path("with-files");
    output_of(&mut tool(&[
        "embed",
        "add",
        own,
        &out,
        &path("a.txt"),
        &path("empty"),
    ]));

    let (before, after) = (fs::read(own).unwrap(), fs::read(&out).unwrap());
    assert!(after.starts_with(&before), "the executable's bytes stay");
    let list = String::from_utf8(output_of(&mut tool(&["embed", "list", &out]))).unwrap();
    let names: Vec<_> = list
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .collect();
    assert_eq!((names[0][0], names[0][2]), ("5000", "a.txt"));
    assert_eq!((names[1][0], names[1][2]), ("0", "empty"));
    assert_eq!(
        output_of(&mut tool(&["embed", "cat", &out, "a.txt"])),
        text.as_bytes()
    );
    // The copy is a program, too.
    let again = output_of(Command::new(&out).args(["embed", "cat", &out, "a.txt"]));
    assert_eq!(again, text.as_bytes());
    if have("unzip") {
        output_of(Command::new("unzip").args(["-tq", &out]));
        assert_eq!(
            output_of(Command::new("unzip").args(["-p", &out, "a.txt"])),
            text.as_bytes()
        );
    }
    assert_fails(&["embed", "cat", &out, "b.txt"], "b.txt");
    assert_fails(
        &["embed", "add", &out, &path("twice"), &path("empty")],
        "has a zip",
    );
    assert_fails(&["embed", "add", own, &out, &path("empty")], "exists");
    assert_fails(
        &["embed", "add", own, &path("new"), &path("missing")],
        "missing",
    );
    assert!(
        !Path::new(&path("new")).exists(),
        "nothing half done is left"
    );
    assert_fails(&["embed", "list", own], "no zip");
}

#[track_caller]
fn assert_fails(arguments: &[&str], why: &str) {
    let output = tool(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains(why), "{error}");
}

fn record(directory: u32, size: u32, comment: &[u8]) -> Vec<u8> {
    let mut bytes = b"PK\x05\x06\0\0\0\0\x02\0\x02\0".to_vec();
    bytes.extend(size.to_le_bytes());
    bytes.extend(directory.to_le_bytes());
    bytes.extend((comment.len() as u16).to_le_bytes());
    bytes.extend(comment);
    bytes
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn the_end_is_found_behind_anything_and_before_any_comment(
        front in vec(any::<u8>(), 0..300),
        comment in vec(prop_oneof![any::<u8>(), Just(b'P'), Just(b'K'), Just(5), Just(6)], 0..300),
    ) {
        // A comment that ends with a record of its own is one.
        let mut bytes = front.clone();
        bytes.extend(record(0, front.len() as u32, &comment));
        let end = find_end(&bytes, 0).unwrap();
        prop_assert_eq!(end.at, front.len() as u64);
        prop_assert_eq!((end.entries, end.directory_size), (2, front.len() as u64));
    }

    #[test]
    fn any_bytes_are_an_end_or_an_error(bytes in vec(any::<u8>(), 0..100), directory in any::<u32>(), size in any::<u32>()) {
        let _ = find_end(&bytes, 0);
        let mut bytes = bytes;
        bytes.extend(record(directory, size, b""));
        match find_end(&bytes, 1 << 40) {
            Ok(end) => prop_assert!(end.directory + end.directory_size <= end.at),
            Err(_) => prop_assert!(false, "all such directories lie before the record"),
        }
        let found = find_end(&bytes, 0);
        prop_assert_eq!(found.is_ok(), u64::from(directory) + u64::from(size) <= (bytes.len() - END_SIZE) as u64);
    }
}
