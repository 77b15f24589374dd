//! `mmap grep` beside GNU's.

mod common;

use std::ffi::OsStr;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;

fn ours(folder: &Path, arguments: &[&OsStr]) -> Output {
    common::tool(&["grep"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn gnu(folder: &Path, arguments: &[&OsStr]) -> Output {
    Command::new("grep")
        .arg("-F")
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Debian's; macOS has another one.
fn have_gnu_grep() -> bool {
    common::have("grep") && {
        let version = Command::new("grep").arg("--version").output().unwrap();
        version.stdout.windows(3).any(|word| word == b"GNU")
    }
}

/// What both print, whether they complain, and their status.
#[track_caller]
fn compare(folder: &Path, arguments: &[&str]) {
    let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
    compare_bytes(folder, &arguments);
}

#[track_caller]
fn compare_bytes(folder: &Path, arguments: &[&OsStr]) {
    let (ours, gnu) = (ours(folder, arguments), gnu(folder, arguments));
    let expected = String::from_utf8_lossy(&gnu.stdout).replace("grep: ", "mmap: ");
    assert_eq!(
        String::from_utf8_lossy(&ours.stdout),
        expected,
        "{arguments:?}"
    );
    assert_eq!(ours.status.code(), gnu.status.code(), "{arguments:?}");
    assert_eq!(
        ours.stderr.is_empty(),
        gnu.stderr.is_empty(),
        "{arguments:?}"
    );
}

#[test]
fn options_and_statuses_are_gnus() {
    if !have_gnu_grep() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    write("one", b"a fish\nno\nfish fish\n");
    write("two", b"no end fish");
    write("empty", b"");
    write("binary", b"fish\nfi\0fish\0\nfish");
    fs::create_dir(folder.path().join("folder")).unwrap();
    let cases: &[&[&str]] = &[
        &["fish", "one"],
        &["fish", "two"],
        &["-n", "fish", "one", "two", "empty"],
        &["-v", "fish", "one", "two"],
        &["-vn", "fish", "one"],
        &["-c", "fish", "one", "two", "empty"],
        &["-ch", "fish", "one", "two"],
        &["-cv", "fish", "one", "two", "empty"],
        &["-H", "fish", "one"],
        &["-Hn", "no", "one"],
        &["-l", "fish", "one", "empty", "two"],
        &["-lv", "fish", "one", "empty", "two"],
        &["-q", "fish", "one"],
        &["-q", "cat", "one"],
        &["-q", "fish", "missing", "one"],
        &["-q", "cat", "missing", "one"],
        &["fish", "missing", "one"],
        &["fish", "folder"],
        &["fish", "folder", "one"],
        &["-c", "fish", "folder", "one"],
        &["-cv", "", "one"],
        &["-c", "", "one", "two", "empty"],
        &["-n", "", "one"],
        &["-v", "", "one"],
        &["-c", "a\nno", "one"],
        &["-n", "a\nno", "one"],
        &["-c", "a\n", "one"],
        &["fish", "binary"],
        &["-c", "fish", "binary"],
        &["-cv", "fish", "binary"],
        &["-a", "fish", "binary"],
        &["-ac", "fish", "binary"],
        &["-acv", "fish", "binary"],
        &["fish", "binary", "one"],
        &["-v", "cat", "binary"],
        &["-c", "fish", "/dev/null"],
        &["-c", "fish"],
    ];
    for case in cases {
        compare(folder.path(), case);
    }
}

proptest! {
    #![proptest_config(common::cases(40))]

    #[test]
    fn counts_and_lines_are_gnus(
        text in prop::collection::vec(prop::sample::select(b"aab\n\0\xff".to_vec()), 0..80),
        literal in prop::collection::vec(prop::sample::select(b"aab\n".to_vec()), 0..4),
    ) {
        if have_gnu_grep() {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("text"), &text).unwrap();
            let literal = OsStr::from_bytes(&literal);
            for options in ["-c", "-ac", "-cv", "-an", "-vn", "-n"] {
                compare_bytes(folder.path(), &[options.as_ref(), literal, "text".as_ref()]);
            }
        }
    }
}

#[test]
fn a_big_file_is_counted_as_gnu_counts_it() {
    if !have_gnu_grep() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let text: String = (0..600_000)
        .map(|n| format!("line {n} of many\n"))
        .collect();
    fs::write(folder.path().join("text"), text).unwrap();
    for literal in ["77", "line", "9 of", "many", "absent", "7\n8"] {
        compare(folder.path(), &["-c", literal, "text"]);
    }
    compare(folder.path(), &["-n", "12345", "text"]);
}

#[test]
fn what_cannot_be_mapped_is_searched_too() {
    let mut child = common::tool(&["grep", "-c", "fish"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"fish\nno\nfi").unwrap();
    stdin.write_all(b"sh").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"2\n");
    if cfg!(target_os = "linux") {
        let name = common::output_of(&mut common::tool(&["grep", "Name:", "/proc/self/status"]));
        assert_eq!(name, b"Name:\tmmap\n");
        common::output_of(&mut common::tool(&[
            "grep",
            "-c",
            "Name:",
            "/proc/self/status",
        ]));
    }
}

#[test]
fn a_redirected_file_is_read_from_where_it_stands() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"fish\nfish\nfish\n").unwrap();
    file.seek(SeekFrom::Start(5)).unwrap();
    let stdin = file.try_clone().unwrap();
    let count = common::output_of(common::tool(&["grep", "-c", "fish", "-"]).stdin(stdin));
    assert_eq!(count, b"2\n");
    assert_eq!(file.stream_position().unwrap(), 15);
}

#[test]
fn output_that_would_feed_itself_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "fish\n").unwrap();
    let out = fs::File::options().append(true).open(&path).unwrap();
    let output = common::tool(&["grep", "fish"])
        .arg(&path)
        .stdout(out)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(&path).unwrap(), b"fish\n");
}

#[test]
fn errors_name_the_file() {
    let output = ours(Path::new("/"), &["fish".as_ref(), "missing".as_ref()]);
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "mmap: cannot open missing: No such file or directory (os error 2)\n"
    );
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "fish\n".repeat(100_000)).unwrap();
    let mut child = common::tool(&["grep", "fish"]).arg(&path).spawn().unwrap();
    drop(child.stdout.take());
    assert!(common::wait(&mut child).success());
}

/// A file that is cut and filled again while it is counted: any count, but no crash.
#[test]
fn a_file_that_is_cut_while_it_is_counted_does_not_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let text = "fish\n".repeat(1_000_000);
    fs::write(&path, &text).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    for round in 0..20 {
        let mut child = common::tool(&["grep", "-c", "fish"])
            .arg(&path)
            .spawn()
            .unwrap();
        file.set_len(round * 1000).unwrap();
        let status = common::wait(&mut child);
        assert!(status.code().is_some_and(|code| code < 2), "{status}");
        fs::write(&path, &text).unwrap();
    }
}
