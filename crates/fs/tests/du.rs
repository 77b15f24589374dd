//! `fs du` against GNU's du.

mod common;

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use ::fs::usage::{Meter, Options, Unit, Usage};
use common::{have, tool};
use tempfile::TempDir;

/// Full files, files with holes, and files with names in several directories.
fn rooms() -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| home.path().join(name);
    for directory in ["a/b/c", "d", "many"] {
        fs::create_dir_all(at(directory)).expect("a folder");
    }
    for (name, size) in [
        ("a/f", 100_000),
        ("a/b/five", 5),
        ("a/b/c/big", 1_100_000),
        ("d/g", 4097),
    ] {
        fs::write(at(name), vec![b'x'; size]).expect("a file");
    }
    let mut sparse = File::create(at("a/b/sparse")).expect("a file");
    sparse.write_all(b"only the beginning").expect("a block");
    sparse.set_len(50 << 20).expect("a hole");
    for name in ["d/second name of f", "a/b/third name of f"] {
        fs::hard_link(at("a/f"), at(name)).expect("a link");
    }
    symlink("../a/f", at("d/link")).expect("a link");
    symlink("/usr", at("d/far")).expect("a link");
    for number in 0..300 {
        File::create(at(&format!(
            "many/a long name, to fill the directory with: {number}"
        )))
        .expect("a file");
    }
    // What is not on the disk yet may have no blocks yet.
    for name in ["a/f", "a/b/five", "a/b/c/big", "a/b/sparse", "d/g"] {
        File::open(at(name))
            .and_then(|file| file.sync_all())
            .expect("a synced file");
    }
    home
}

fn run(mut command: Command, directory: &Path, arguments: &[&str]) -> Output {
    command
        .args(arguments)
        .current_dir(directory)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .expect("the program runs")
}

fn ours(directory: &Path, arguments: &[&str]) -> Output {
    run(tool(&["du"]), directory, arguments)
}

/// Byte for byte: the lines come in the directories' own order, which decides to whom a file with
/// two names is charged.
fn all_same_as_du(commands: &[&[&str]]) {
    if !have("du") || cfg!(not(target_os = "linux")) {
        return;
    }
    let home = rooms();
    for arguments in commands {
        let theirs = run(Command::new("du"), home.path(), arguments);
        let ours = ours(home.path(), arguments);
        assert_eq!(
            String::from_utf8_lossy(&ours.stdout),
            String::from_utf8_lossy(&theirs.stdout),
            "{arguments:?}"
        );
        assert_eq!(ours.status.code(), theirs.status.code(), "{arguments:?}");
    }
}

#[test]
fn lines_equal_gnus() {
    all_same_as_du(&[
        &[],
        &["-a"],
        &["-d", "0"],
        &["-d", "1"],
        &["-a", "-d", "1"],
        &["-x"],
        &["-l"],
        &["-c", "a", "d"],
        &["-ac", "a/b", "d"],
        &["-0", "a"],
        &["a/f"],
        &["d/link", "d/far"],
    ]);
}

#[test]
fn totals_equal_gnus() {
    all_same_as_du(&[
        &["-s"],
        &["-s", "a", "d", "many"],
        &["-s", "d", "a"],
        &["-sl", "a", "d"],
        &["-sc", "a", "d"],
        &["-s", "missing", "a"],
        &["-s", "/usr/share/doc", "/usr/share/man"],
    ]);
}

/// Over all arguments, which may lie in each other or be the same.
#[test]
fn nothing_counts_twice() {
    all_same_as_du(&[
        &["a", "a/b"],
        &["a/b", "a"],
        &["a", "a"],
        &["-l", "a", "a"],
        &["-a", "a/f", "d/second name of f"],
        &["-s", "a/f", "d/second name of f"],
    ]);
}

#[test]
fn units_equal_gnus() {
    all_same_as_du(&[
        &["-h"],
        &["-ah"],
        &["-k", "a"],
        &["-am"],
        &["-B", "512"],
        &["-aBM"],
        &["-BK", "a"],
        &["-aBMB"],
        &["-aB", "10K"],
        &["-B1", "-a"],
        &["-ch", "a", "d"],
    ]);
}

/// Of files only: whether directories have an apparent size is a matter of coreutils' version.
#[test]
fn apparent_sizes_equal_gnus() {
    all_same_as_du(&[
        &["-b", "a/f", "a/b/sparse", "a/b/five", "d/link", "-a"],
        &["-sh", "--apparent-size", "a/f", "a/b/sparse"],
        &["--apparent-size", "a/b/sparse", "d/g"],
        &["-bc", "a/f", "d/second name of f", "d/g"],
    ]);
}

#[test]
fn a_hole_has_length_but_takes_no_room() {
    let home = rooms();
    let usage = |name: &str| {
        let meter = Meter::new(Options::default());
        let total = meter.total(&home.path().join(name), |error| panic!("{error}"));
        total.expect("it is there")
    };
    let sparse = usage("a/b/sparse");
    assert_eq!(sparse.apparent, 50 << 20);
    assert!(sparse.allocated < 1 << 20, "{sparse:?}");
    let five = usage("a/b/five");
    assert_eq!(five.apparent, 5);
}

#[test]
fn a_total_is_what_the_lines_say() {
    let home = rooms();
    let total = Meter::new(Options::default()).total(home.path(), |error| panic!("{error}"));
    let mut last = None;
    let mut own = Usage::default();
    Meter::new(Options::default())
        .each(
            home.path(),
            |line| {
                if line.depth == 1 {
                    own += line.usage;
                }
                last = Some(line.usage);
                Ok(())
            },
            |error| panic!("{error}"),
        )
        .expect("the report cannot fail");
    assert_eq!(total, last);
    let root = fs::metadata(home.path()).expect("it is there").len();
    assert_eq!(total.map(|total| total.apparent), Some(own.apparent + root));
}

#[test]
fn what_is_missing_is_reported_and_the_rest_measured() {
    let home = rooms();
    let output = ours(home.path(), &["-b", "missing", "a/b/five"]);
    assert_eq!(output.stdout, b"5\ta/b/five\n");
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        complaint.starts_with("fs: cannot look up missing: No such file"),
        "{complaint}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn units_are_read_and_shown() {
    for (unit, bytes, shown) in [
        ("1", 7, "7"),
        ("K", 1, "1K"),
        ("KiB", 1025, "2K"),
        ("kB", 1001, "2kB"),
        ("MB", 1_000_001, "2MB"),
        ("10K", 10_241, "2"),
        ("512", 0, "0"),
    ] {
        assert_eq!(
            Unit::parse(unit).map(|unit| unit.show(bytes)),
            Ok(shown.to_owned()),
            "{unit}"
        );
    }
    for wrong in ["", "0", "0K", "x", "K1", "-1", "KBB", "99999999999E"] {
        assert!(Unit::parse(wrong).is_err(), "{wrong}");
    }
    for (bytes, shown) in [
        (0, "0"),
        (1023, "1023"),
        (1024, "1.0K"),
        (1025, "1.1K"),
        (10_137, "9.9K"),
        (10_138, "10K"),
        (1_047_553, "1.0M"),
        (u64::MAX, "16E"),
    ] {
        assert_eq!(Unit::Human.show(bytes), shown);
    }
}
