//! `mmap wc` beside GNU's.

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;

fn run(program: &mut Command, locale: &str, folder: &Path) -> Output {
    program
        .current_dir(folder)
        .env("LC_ALL", locale)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[track_caller]
fn compare(folder: &Path, locale: &str, arguments: &[&str]) {
    let ours = run(common::tool(&["wc"]).args(arguments), locale, folder);
    let gnu = run(Command::new("wc").args(arguments), locale, folder);
    assert_eq!(
        String::from_utf8_lossy(&ours.stdout),
        String::from_utf8_lossy(&gnu.stdout),
        "{locale} {arguments:?}"
    );
    assert_eq!(ours.status.code(), gnu.status.code(), "{arguments:?}");
    assert_eq!(
        ours.stderr.is_empty(),
        gnu.stderr.is_empty(),
        "{arguments:?}"
    );
}

/// Whether this is GNU's, and knows the locale.
fn have_gnu_wc() -> bool {
    common::have("wc")
        && Command::new("wc")
            .arg("--version")
            .output()
            .is_ok_and(|version| version.stdout.windows(3).any(|word| word == b"GNU"))
}

/// Other releases of GNU's count what cannot be printed as part of words.
fn gnu_ignores_the_unprintable() -> bool {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("control"), b"\x01").unwrap();
    let count = run(
        Command::new("wc").args(["-w", "control"]),
        "C",
        folder.path(),
    );
    count.stdout.starts_with(b"0")
}

#[test]
fn rows_and_columns_are_gnus() {
    if !have_gnu_wc() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("one", "two words\n");
    write("open", "no end");
    write("empty", "");
    write("long", &"word ".repeat(3000));
    write("umlauts", "schöne Grüße\u{a0}€\n");
    fs::create_dir(folder.path().join("folder")).unwrap();
    let cases: &[&[&str]] = &[
        &["one"],
        &["-l", "one"],
        &["-lw", "one"],
        &["-c", "-l", "long"],
        &["one", "open", "empty", "long"],
        &["-l", "one", "long"],
        &["-m", "umlauts"],
        &["-mc", "umlauts"],
        &["-lwmc", "umlauts", "one"],
        &["-w", "umlauts", "long"],
        &["one", "missing"],
        &["missing", "one"],
        &["missing"],
        &["folder"],
        &["one", "folder"],
        &["-c", "long", "empty"],
        &["-c", "/dev/null"],
        &["one", "/dev/null"],
        &[],
        &["-l"],
        &["-"],
        &["-", "one"],
    ];
    for case in cases {
        for locale in ["C", "C.UTF-8"] {
            compare(folder.path(), locale, case);
        }
    }
}

#[test]
fn a_pipe_and_a_redirection_are_gnus() {
    if !have_gnu_wc() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text");
    fs::write(&path, "one two\nthree".repeat(1000)).unwrap();
    for arguments in [&[][..], &["-l"], &["-lw"]] {
        let stdin = || fs::File::open(&path).unwrap();
        let ours = common::output_of(common::tool(&["wc"]).args(arguments).stdin(stdin()));
        let gnu = common::output_of(Command::new("wc").args(arguments).stdin(stdin()));
        assert_eq!(ours, gnu);
        let piped = |program: &mut Command| {
            let mut cat = Command::new("cat")
                .arg(&path)
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let output = common::output_of(program.stdin(cat.stdout.take().unwrap()));
            common::wait(&mut cat);
            output
        };
        assert_eq!(
            piped(common::tool(&["wc"]).args(arguments)),
            piped(Command::new("wc").args(arguments))
        );
    }
}

proptest! {
    #![proptest_config(common::cases(30))]

    #[test]
    fn bytes_are_counted_as_gnu_counts_them(
        bytes in prop::collection::vec(prop::sample::select(
            b"ab \t\n\x0b\x0c\r\x01\x7f\xa0\xff\0".to_vec()), 0..80),
    ) {
        if have_gnu_wc() && gnu_ignores_the_unprintable() {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("text"), &bytes).unwrap();
            compare(folder.path(), "C", &["-lwmc", "text"]);
        }
    }

    #[test]
    fn characters_are_counted_as_gnu_counts_them(
        pieces in prop::collection::vec(prop::sample::select(vec![
            &b"a"[..], b" ", b"\n", "é".as_bytes(), "€".as_bytes(), "🦀".as_bytes(),
            "\u{a0}".as_bytes(), "\u{3000}".as_bytes(), "\u{2060}".as_bytes(),
            "\u{2028}".as_bytes(), "\u{85}".as_bytes(), b"\x01",
            b"\xff", b"\xe2\x82", b"\xc3", b"\x80", b"\xed\xa0\x80", b"\xc0\x80",
        ]), 0..40),
    ) {
        if have_gnu_wc() && gnu_ignores_the_unprintable() {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("text"), pieces.concat()).unwrap();
            compare(folder.path(), "C.UTF-8", &["-lwmc", "text"]);
        }
    }
}

#[test]
fn a_big_file_is_counted_as_gnu_counts_it() {
    if !have_gnu_wc() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let text: String = (0..300_000).map(|n| format!("{n} Wörter in €\n")).collect();
    fs::write(folder.path().join("text"), text).unwrap();
    for locale in ["C", "C.UTF-8"] {
        compare(folder.path(), locale, &["-lm", "text"]);
        compare(folder.path(), locale, &["text"]);
    }
}
