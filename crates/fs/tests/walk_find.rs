//! Walks are what Debian's `find` prints, on trees that have something of everything.

mod common;

use std::collections::HashSet;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use ::fs::walk::{Kind, Next, WalkError, Walker};
use common::{have, output_of};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tempfile::TempDir;

/// In memory where that is possible: a disk has other users.
fn scratch() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

type Line = (char, usize, u64, Vec<u8>);

/// A tree with every kind of file, odd names, empty directories, and links in all directions.
fn made_up() -> TempDir {
    let root = scratch();
    let at = |name: &str| root.path().join(name);
    for directory in ["a/b/c", "a/empty", "wide", ".hidden/.deeper", "with space"] {
        fs::create_dir_all(at(directory)).unwrap();
    }
    for file in [
        "a/1",
        "a/b/2",
        "a/b/c/3",
        ".hidden/4",
        "-dash",
        "new\nline",
        "日本",
    ] {
        File::create(at(file)).unwrap();
    }
    for number in 0..2000 {
        File::create(at("wide").join(format!("{number:x}"))).unwrap();
    }
    fs::create_dir(
        root.path()
            .join(std::ffi::OsStr::from_bytes(b"not utf-8 \xff")),
    )
    .unwrap();
    symlink("a/b", at("to-directory")).unwrap();
    symlink("a/1", at("to-file")).unwrap();
    symlink("nowhere", at("to-nothing")).unwrap();
    mkfifo(&at("fifo"), Mode::S_IRWXU).unwrap();
    UnixListener::bind(at("socket")).unwrap();
    root
}

/// What `find` prints about each entry: kind, depth, inode, path.
fn find(before: &[&str], root: &Path, after: &[&str]) -> Vec<Line> {
    let mut command = Command::new("find");
    command.args(before).arg(root).args(after);
    let output = output_of(command.args(["-printf", r"%y %d %i %p\0"]));
    let lines = output.strip_suffix(b"\0").unwrap_or(&output);
    lines.split(|byte| *byte == 0).map(parse).collect()
}

fn parse(line: &[u8]) -> Line {
    let mut words = line.splitn(4, |byte| *byte == b' ');
    let mut word = || words.next().unwrap();
    let kind = char::from(word()[0]);
    let mut number = || std::str::from_utf8(word()).unwrap().parse::<u64>().unwrap();
    let depth = usize::try_from(number()).unwrap();
    let inode = number();
    (kind, depth, inode, word().to_vec())
}

fn line(entry: &::fs::walk::Entry) -> Line {
    let kind = match entry.kind() {
        Kind::File => 'f',
        Kind::Directory => 'd',
        Kind::Symlink => 'l',
        Kind::Fifo => 'p',
        Kind::Socket => 's',
        Kind::CharacterDevice => 'c',
        Kind::BlockDevice => 'b',
    };
    let path = entry.path().as_os_str().as_bytes().to_vec();
    (kind, entry.depth(), entry.inode(), path)
}

fn iter(walker: &Walker) -> Vec<Line> {
    let entries: Result<Vec<_>, WalkError> = walker.iter().collect();
    entries.unwrap().iter().map(line).collect()
}

fn run(walker: &Walker, threads: usize) -> Vec<Line> {
    let lines = Mutex::new(Vec::new());
    walker.clone().threads(threads).run(|| {
        |entry| {
            lines.lock().unwrap().push(line(entry.unwrap()));
            Next::Continue
        }
    });
    lines.into_inner().unwrap()
}

fn sorted(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort();
    lines
}

/// Walks in all ways, and compares with `find`.
#[track_caller]
fn compare(walker: &Walker, mut expected: Vec<Line>) {
    expected.sort();
    assert_eq!(sorted(iter(walker)), expected);
    for threads in [1, 2, 5] {
        assert_eq!(sorted(run(walker, threads)), expected, "{threads} threads");
    }
}

#[test]
fn every_kind_of_entry_is_what_find_says() {
    if have("find") {
        let tree = made_up();
        compare(&Walker::new(tree.path()), find(&[], tree.path(), &[]));
    }
}

#[test]
fn a_depth_limit_is_finds_maxdepth() {
    if have("find") {
        let tree = made_up();
        for depth in 0..4 {
            compare(
                &Walker::new(tree.path()).max_depth(depth),
                find(&[], tree.path(), &["-maxdepth", &depth.to_string()]),
            );
        }
    }
}

#[test]
fn followed_links_are_finds_too() {
    if have("find") {
        let tree = made_up();
        compare(
            &Walker::new(tree.path()).follow_links(true),
            find(&["-L"], tree.path(), &[]),
        );
    }
}

#[test]
fn contents_come_first_on_request() {
    let tree = made_up();
    let walker = Walker::new(tree.path()).contents_first(true);
    let given = iter(&walker);
    assert_eq!(given, run(&walker, 2), "one order, kept by one thread");
    if have("find") {
        assert_eq!(
            sorted(given.clone()),
            sorted(find(&[], tree.path(), &["-depth"]))
        );
    }
    for (position, (_, _, _, path)) in given.iter().enumerate() {
        let inside = [path, &b"/"[..]].concat();
        let later = &given[position..];
        assert!(!later.iter().any(|line| line.3.starts_with(&inside)));
    }
}

#[test]
fn a_directory_comes_before_all_that_it_holds() {
    let tree = made_up();
    let mut seen = HashSet::from([tree.path().parent().unwrap().to_owned()]);
    for entry in Walker::new(tree.path()).iter() {
        let path = entry.unwrap().path().to_owned();
        assert!(seen.contains(path.parent().unwrap()), "{path:?}");
        seen.insert(path);
    }
}

#[test]
fn real_trees_are_what_find_says() {
    if have("find") {
        for root in ["/usr/share/doc", "/etc", "/dev"] {
            let root = Path::new(root);
            if root.is_dir() {
                let walker = Walker::new(root).one_filesystem(true);
                let expected = find(&[], root, &["-xdev"]);
                compare_paths(&walker, &expected);
            }
        }
    }
}

/// Inode numbers are left out: where something is mounted, `find` tells those of what is mounted.
fn compare_paths(walker: &Walker, expected: &[Line]) {
    let paths = |lines: &[Line]| -> Vec<(char, Vec<u8>)> {
        let mut paths: Vec<_> = lines.iter().map(|line| (line.0, line.3.clone())).collect();
        paths.sort();
        paths
    };
    assert_eq!(paths(&iter(walker)), paths(expected));
    assert_eq!(paths(&run(walker, 2)), paths(expected));
}

#[test]
fn roots_keep_the_form_in_which_they_are_given() {
    let tree = made_up();
    let names = |root: PathBuf| -> Vec<Vec<u8>> {
        let walker = Walker::new(root).sorted(true).max_depth(1);
        iter(&walker).into_iter().map(|line| line.3).collect()
    };
    let plain = tree.path().join("a/b");
    let slash = PathBuf::from(format!("{}/", plain.display()));
    let expected = |root: &Path, name: &str| format!("{}{name}", root.display()).into_bytes();
    assert_eq!(names(plain.clone())[1], expected(&plain, "/2"));
    assert_eq!(names(slash.clone())[1], expected(&slash, "2"));
    // A symlink is an entry; with a slash after it, it is the directory that it leads to.
    let link = tree.path().join("to-directory");
    assert_eq!(names(link.clone()).len(), 1);
    let slash = PathBuf::from(format!("{}/", link.display()));
    assert_eq!(names(slash).len(), 3);
}
