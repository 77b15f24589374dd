//! Copies: contents, holes, attributes, trees; beside cmp, diff and cp.

mod common;

use std::fs::{self, File, FileTimes, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use ::fs::copy::extents::Extents;
use ::fs::copy::{Copier, Error, Step, Tally, Way, copy};
use common::{have, output_of};
use nix::errno::Errno;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use proptest::prelude::*;
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    (folder, from, to)
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

/// Bytes that are in no order.
fn bytes(length: usize) -> Vec<u8> {
    (0..length as u64)
        .map(|at| (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8)
        .collect()
}

fn blocks(path: &Path) -> u64 {
    fs::metadata(path).unwrap().blocks() * 512
}

#[test]
fn contents_of_any_length() {
    let (_folder, from, to) = folder();
    for length in [
        0,
        1,
        4095,
        4096,
        4097,
        256 * 1024,
        256 * 1024 + 1,
        3_000_000,
    ] {
        fs::write(&from, bytes(length)).unwrap();
        let copied = copy(&from, &to).unwrap();
        assert_eq!((copied.length, copied.data), (length as u64, length as u64));
        assert!(fs::read(&to).unwrap() == bytes(length), "{length}");
    }
}

#[test]
fn an_existing_file_is_replaced_in_place() {
    let (_folder, from, to) = folder();
    fs::write(&from, "short").unwrap();
    fs::write(&to, "a longer text").unwrap();
    fs::set_permissions(&to, PermissionsExt::from_mode(0o640)).unwrap();
    let inode = fs::metadata(&to).unwrap().ino();
    copy(&from, &to).unwrap();
    assert_eq!(fs::read(&to).unwrap(), b"short");
    assert_eq!(
        (fs::metadata(&to).unwrap().ino(), mode(&to)),
        (inode, 0o640)
    );
    let error = Copier::new().only_new(true).file(&from, &to).unwrap_err();
    assert_eq!(
        (error.step, error.source.kind()),
        (Step::OpenCopy, ErrorKind::AlreadyExists)
    );
}

#[test]
fn a_file_is_not_copied_onto_itself() {
    let (folder, from, to) = folder();
    fs::write(&from, "precious").unwrap();
    fs::hard_link(&from, &to).unwrap();
    let link = folder.path().join("link");
    symlink("from", &link).unwrap();
    for (one, other) in [(&from, &from), (&from, &to), (&from, &link), (&link, &to)] {
        let error = copy(one, other).unwrap_err();
        assert_eq!(error.step, Step::Compare);
        assert_eq!(fs::read(&from).unwrap(), b"precious");
    }
}

#[test]
fn what_is_no_file_is_refused() {
    let (folder, from, to) = folder();
    let step = |error: Error| error.step;
    assert_eq!(copy(&from, &to).map_err(step), Err(Step::OpenSource));
    assert_eq!(copy(folder.path(), &to).map_err(step), Err(Step::Compare));
    mkfifo(&from, Mode::S_IRWXU).unwrap();
    assert_eq!(copy(&from, &to).map_err(step), Err(Step::Compare));
    assert!(!to.exists());
    let file = folder.path().join("file");
    fs::write(&file, "text").unwrap();
    assert_eq!(copy(&file, &from).map_err(step), Err(Step::OpenCopy));
    assert_eq!(
        copy(&file, &to.join("in-nothing")).map_err(step),
        Err(Step::OpenCopy)
    );
}

#[test]
fn a_failed_copy_leaves_nothing_new() {
    let (_folder, from, to) = folder();
    if !cfg!(target_os = "linux") {
        return;
    }
    // Reading this process's memory fails at address 0.
    let error = copy(Path::new("/proc/self/mem"), &to).unwrap_err();
    assert_eq!(error.step, Step::Contents);
    assert!(!to.exists() && !from.exists());
}

/// Their length is 0 until they are read.
#[test]
fn files_of_proc() {
    let (_folder, _, to) = folder();
    for path in ["/proc/version", "/proc/self/environ", "/proc/filesystems"] {
        let path = Path::new(path);
        if cfg!(target_os = "linux") {
            assert_eq!(fs::metadata(path).unwrap().len(), 0);
            let copied = copy(path, &to).unwrap();
            assert!(copied.length > 0);
            assert_eq!(fs::read(&to).unwrap(), fs::read(path).unwrap());
            assert_eq!(copied.way, Way::Buffer);
        }
    }
}

/// Their length is a page, whatever is in them.
#[test]
fn files_of_sys() {
    let (_folder, _, to) = folder();
    let path = Path::new("/sys/kernel/mm/transparent_hugepage/enabled");
    if path.exists() {
        copy(path, &to).unwrap();
        assert_eq!(fs::read(&to).unwrap(), fs::read(path).unwrap());
    }
}

#[test]
fn ten_gibibytes_of_hole() {
    const LENGTH: u64 = 10 << 30;
    let (_folder, from, to) = folder();
    let file = File::create(&from).unwrap();
    file.set_len(LENGTH).unwrap();
    let places = [0, 5 << 30, LENGTH - 4096];
    for place in places {
        file.write_all_at(&[7; 4096], place).unwrap();
    }
    if blocks(&from) > 1 << 20 {
        println!("skipped: this filesystem makes no holes");
        return;
    }
    let copied = copy(&from, &to).unwrap();
    assert_eq!(copied.length, LENGTH);
    assert!(
        copied.way == Way::Clone || copied.data <= 1 << 20,
        "{copied:?}"
    );
    assert_eq!(fs::metadata(&to).unwrap().len(), LENGTH);
    assert!(blocks(&to) <= 1 << 20, "{} bytes of blocks", blocks(&to));
    let copy = File::open(&to).unwrap();
    for place in places {
        let mut page = [0; 4096];
        copy.read_exact_at(&mut page, place).unwrap();
        assert_eq!(page, [7; 4096]);
    }
    let mut hole = [1; 4096];
    copy.read_exact_at(&mut hole, 3 << 30).unwrap();
    assert_eq!(hole, [0; 4096]);
}

/// A file of up to a mebibyte, in which some pages are data.
fn sparse(from: &Path, length: u64, pages: &[u64]) {
    let file = File::create(from).unwrap();
    file.set_len(length).unwrap();
    for page in pages.iter().filter(|page| **page * 4096 < length) {
        let start = page * 4096;
        let end = length.min(start + 4096);
        file.write_all_at(&vec![7; (end - start) as usize], start)
            .unwrap();
    }
}

proptest! {
    #![proptest_config(common::cases(100))]

    #[test]
    fn holes_anywhere(length in 0..1_000_000u64, pages in prop::collection::vec(0..250u64, 0..12)) {
        let (_folder, from, to) = folder();
        sparse(&from, length, &pages);
        let copied = copy(&from, &to).unwrap();
        prop_assert_eq!(copied.length, length);
        prop_assert!(fs::read(&from).unwrap() == fs::read(&to).unwrap());
        prop_assert!(blocks(&to) <= blocks(&from) + 4096);
    }

    #[test]
    fn what_is_not_in_an_extent_is_zero(length in 0..1_000_000u64, pages in prop::collection::vec(0..250u64, 0..12)) {
        let (_folder, from, _) = folder();
        sparse(&from, length, &pages);
        let mut contents = fs::read(&from).unwrap();
        let mut end = 0;
        for extent in Extents::of(&File::open(&from).unwrap()).unwrap() {
            let extent = extent.unwrap();
            prop_assert!(end <= extent.start && extent.start < extent.end && extent.end <= length);
            end = extent.end;
            contents[extent.start as usize..extent.end as usize].fill(0);
        }
        prop_assert!(contents.iter().all(|byte| *byte == 0));
    }
}

#[test]
fn attributes_are_kept_when_asked_for() {
    let (_folder, from, to) = folder();
    fs::write(&from, "text").unwrap();
    let past = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_000, 123_456_789);
    let times = FileTimes::new().set_accessed(past).set_modified(past);
    OpenOptions::new()
        .write(true)
        .open(&from)
        .unwrap()
        .set_times(times)
        .unwrap();
    fs::set_permissions(&from, PermissionsExt::from_mode(0o4757)).unwrap();

    copy(&from, &to).unwrap();
    assert_eq!(
        mode(&to) & 0o7000,
        0,
        "set-user-ID is nothing to be had by a copy"
    );
    assert_ne!(fs::metadata(&to).unwrap().modified().unwrap(), past);
    fs::remove_file(&to).unwrap();

    Copier::new()
        .keep_mode(true)
        .keep_times(true)
        .file(&from, &to)
        .unwrap();
    assert_eq!(mode(&to), 0o4757);
    assert_eq!(fs::metadata(&to).unwrap().modified().unwrap(), past);
}

#[test]
fn owners_are_kept_by_root() {
    if !nix::unistd::geteuid().is_root() {
        println!("skipped: only root gives files away");
        return;
    }
    let (_folder, from, to) = folder();
    fs::write(&from, "text").unwrap();
    std::os::unix::fs::chown(&from, Some(4321), Some(8765)).unwrap();
    fs::set_permissions(&from, PermissionsExt::from_mode(0o4711)).unwrap();
    Copier::new().keep_mode(true).file(&from, &to).unwrap();
    assert_eq!(mode(&to), 0o711, "root's copy must not run as root");
    fs::remove_file(&to).unwrap();
    Copier::new().keep_owner(true).file(&from, &to).unwrap();
    let copy = fs::metadata(&to).unwrap();
    assert_eq!((copy.uid(), copy.gid(), mode(&to)), (4321, 8765, 0o4711));
}

#[test]
fn progress_goes_up_to_the_end() {
    let (_folder, from, to) = folder();
    fs::write(&from, bytes(40_000_000)).unwrap();
    let mut seen = Vec::new();
    Copier::new()
        .on_progress(|bytes| seen.push(bytes))
        .file(&from, &to)
        .unwrap();
    assert!(seen.is_sorted() && !seen.is_empty());
    assert_eq!(seen.last(), Some(&40_000_000));
}

#[test]
fn a_source_that_is_written_to_is_noticed() {
    let (_folder, from, to) = folder();
    fs::write(&from, bytes(1000)).unwrap();
    let past = SystemTime::UNIX_EPOCH;
    File::open(&from).unwrap().set_modified(past).unwrap();
    let write = |_| fs::write(&from, "something else").unwrap();
    let error = Copier::new()
        .still_source(true)
        .on_progress(write)
        .file(&from, &to)
        .unwrap_err();
    assert_eq!(error.step, Step::SourceChanged);
    assert!(!to.exists());
}

/// Directories, files, links of both kinds, a pipe, odd names and odd modes.
fn make_tree(root: &Path) {
    fs::create_dir_all(root.join("a/b/c")).unwrap();
    fs::write(root.join("file"), bytes(10_000)).unwrap();
    fs::write(root.join("a/empty"), "").unwrap();
    fs::write(root.join("a/name with\nnewline"), "text").unwrap();
    fs::hard_link(root.join("file"), root.join("a/b/same file")).unwrap();
    symlink("../file", root.join("a/link")).unwrap();
    symlink("/nowhere/at all", root.join("dangling")).unwrap();
    symlink("..", root.join("a/b/up")).unwrap();
    mkfifo(&root.join("a/b/pipe"), Mode::S_IRWXU).unwrap();
    sparse(&root.join("sparse"), 1 << 20, &[3, 200]);
    fs::set_permissions(root.join("a/b/c"), PermissionsExt::from_mode(0o1555)).unwrap();
    fs::set_permissions(root.join("file"), PermissionsExt::from_mode(0o640)).unwrap();
    let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for path in ["file", "a/b", "a", ""] {
        let file = File::open(root.join(path)).unwrap();
        file.set_times(FileTimes::new().set_accessed(past).set_modified(past))
            .unwrap();
    }
}

fn keep_all<'a>() -> Copier<'a> {
    Copier::new().keep_owner(true).keep_times(true)
}

#[test]
fn trees() {
    let (_folder, from, to) = folder();
    make_tree(&from);
    let tally = keep_all().sync(true).tree(&from, &to).unwrap();
    let expected = Tally {
        files: 4,
        directories: 4,
        links: 3,
        hard_links: 1,
        fifos: 1,
        data: tally.data,
    };
    assert_eq!(tally, expected);
    assert_eq!(
        fs::metadata(to.join("file")).unwrap().ino(),
        fs::metadata(to.join("a/b/same file")).unwrap().ino()
    );
    assert_eq!(
        fs::read_link(to.join("dangling")).unwrap(),
        Path::new("/nowhere/at all")
    );
    assert_eq!(mode(&to.join("a/b/c")), 0o1555);
}

/// All that find can tell: kind, mode, owner, links, time of change, path, target.
fn listing(root: &Path) -> Vec<String> {
    let format = "%y %m %U %G %n %T@ %P %l\\0";
    let output = output_of(
        Command::new("find")
            .arg(".")
            .args(["-printf", format])
            .current_dir(root),
    );
    let mut lines: Vec<_> = output
        .split(|byte| *byte == 0)
        .map(String::from_utf8_lossy)
        .map(String::from)
        .collect();
    lines.sort();
    lines
}

#[test]
fn trees_as_cp_copies_them() {
    if !cfg!(target_os = "linux") || !have("find") || !have("diff") || !have("cp") {
        return;
    }
    let (folder, from, to) = folder();
    make_tree(&from);
    keep_all().tree(&from, &to).unwrap();
    let cp = folder.path().join("by-cp");
    output_of(Command::new("cp").arg("-a").args([&from, &cp]));
    assert_eq!(listing(&to), listing(&cp));
    fs::remove_file(to.join("a/b/pipe")).unwrap();
    fs::remove_file(from.join("a/b/pipe")).unwrap();
    output_of(
        Command::new("diff")
            .args(["-r", "--no-dereference"])
            .args([&from, &to]),
    );
}

#[test]
fn a_tree_needs_a_free_name() {
    let (_folder, from, to) = folder();
    make_tree(&from);
    fs::create_dir(&to).unwrap();
    let error = Copier::new().tree(&from, &to).unwrap_err();
    assert_eq!(
        (error.step, error.source.kind()),
        (Step::OpenCopy, ErrorKind::AlreadyExists)
    );
}

#[test]
fn a_tree_is_not_copied_into_itself() {
    let (folder, from, _) = folder();
    make_tree(&from);
    let around = folder.path().join("around");
    symlink("from/a", &around).unwrap();
    for to in [
        from.join("copy"),
        from.join("a/b/copy"),
        around.join("copy"),
    ] {
        let error = Copier::new().tree(&from, &to).unwrap_err();
        assert_eq!(
            (error.step, error.source.kind()),
            (Step::Compare, ErrorKind::InvalidInput)
        );
        assert!(!to.exists());
    }
}

#[test]
fn a_tree_with_a_socket_stops_there() {
    let (_folder, from, to) = folder();
    fs::create_dir_all(from.join("a")).unwrap();
    let _listener = UnixListener::bind(from.join("a/socket")).unwrap();
    let error = Copier::new().tree(&from, &to).unwrap_err();
    assert_eq!(
        (error.step, &error.from),
        (Step::Compare, &from.join("a/socket"))
    );
    assert_eq!(error.to, to.join("a/socket"));
}

#[test]
fn a_tree_of_one_link_or_file() {
    let (_folder, from, to) = folder();
    symlink("anywhere", &from).unwrap();
    assert_eq!(Copier::new().tree(&from, &to).unwrap().links, 1);
    assert_eq!(fs::read_link(&to).unwrap(), Path::new("anywhere"));
    fs::remove_file(&from).unwrap();
    fs::remove_file(&to).unwrap();
    fs::write(&from, "text").unwrap();
    assert_eq!(Copier::new().tree(&from, &to).unwrap().files, 1);
    assert_eq!(fs::read(&to).unwrap(), b"text");
}

#[test]
fn errors_say_what_and_where() {
    let (_folder, from, to) = folder();
    let error = copy(&from, &to).unwrap_err();
    assert_eq!(error.source.raw_os_error(), Some(Errno::ENOENT as i32));
    let expected = format!(
        "cannot copy {} to {}: opening the source: No such file or directory (os error 2)",
        from.display(),
        to.display()
    );
    assert_eq!(error.to_string(), expected);
}
