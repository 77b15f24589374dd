//! Moving, in one filesystem and to another.

mod common;

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ::fs::relocate::{Error, Moved, relocate};
use nix::errno::Errno;
use tempfile::TempDir;

/// Two folders on two filesystems. Any two will do: memory, the build's disk, the system's.
fn two_filesystems() -> Option<(TempDir, TempDir)> {
    let places = ["/dev/shm", env!("CARGO_TARGET_TMPDIR"), "/var/tmp"];
    let one = tempfile::tempdir().unwrap();
    let device = |path: &Path| fs::metadata(path).unwrap().dev();
    let other = places
        .iter()
        .filter_map(|place| tempfile::tempdir_in(place).ok())
        .find(|other| device(other.path()) != device(one.path()));
    if other.is_none() {
        let must = cfg!(target_os = "linux") && std::env::var_os("CI").is_some();
        assert!(
            !must,
            "there has to be a second filesystem in CI, such as /dev/shm"
        );
        println!("skipped: there is no second filesystem to write to");
    }
    Some((one, other?))
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into())
        .collect()
}

fn make_tree(root: &Path) {
    fs::create_dir_all(root.join("a/b")).unwrap();
    fs::write(root.join("file"), "text").unwrap();
    fs::hard_link(root.join("file"), root.join("a/again")).unwrap();
    fs::set_permissions(root.join("file"), PermissionsExt::from_mode(0o640)).unwrap();
    symlink("../file", root.join("a/link")).unwrap();
    fs::set_permissions(root.join("a"), PermissionsExt::from_mode(0o750)).unwrap();
}

#[test]
fn in_one_filesystem_it_is_a_rename() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    make_tree(&from);
    let inode = fs::metadata(&from).unwrap().ino();
    assert_eq!(relocate(&from, &to).unwrap(), Moved::Renamed);
    assert_eq!(fs::metadata(&to).unwrap().ino(), inode);
    let error = relocate(&from, &to).unwrap_err();
    assert!(matches!(error, Error::Rename { .. }), "{error}");
}

#[test]
fn a_file_keeps_what_it_has() {
    let Some((one, other)) = two_filesystems() else {
        return;
    };
    let (from, to) = (one.path().join("from"), other.path().join("to"));
    fs::write(&from, "text").unwrap();
    fs::write(&to, "is replaced").unwrap();
    let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    File::open(&from).unwrap().set_modified(past).unwrap();
    fs::set_permissions(&from, PermissionsExt::from_mode(0o4751)).unwrap();
    let plain = fs::rename(&from, &to).unwrap_err();
    assert_eq!(plain.raw_os_error(), Some(Errno::EXDEV as i32));

    assert_eq!(relocate(&from, &to).unwrap(), Moved::Copied);
    assert!(!from.exists());
    let status = fs::metadata(&to).unwrap();
    assert_eq!(fs::read(&to).unwrap(), b"text");
    assert_eq!(
        (status.modified().unwrap(), status.mode() & 0o7777),
        (past, 0o4751)
    );
    assert_eq!(names(other.path()), [Path::new("to")]);
}

#[test]
fn trees_move_whole() {
    let Some((one, other)) = two_filesystems() else {
        return;
    };
    let (from, to) = (one.path().join("from"), other.path().join("to"));
    make_tree(&from);
    assert_eq!(relocate(&from, &to).unwrap(), Moved::Copied);
    assert!(!from.exists());
    let inode = |path: &str| fs::metadata(to.join(path)).unwrap().ino();
    assert_eq!(inode("file"), inode("a/again"));
    assert_eq!(
        fs::read_link(to.join("a/link")).unwrap(),
        Path::new("../file")
    );
    assert_eq!(fs::metadata(to.join("a")).unwrap().mode() & 0o7777, 0o750);
    assert_eq!(names(other.path()), [Path::new("to")]);
}

#[test]
fn a_link_moves_as_a_link() {
    let Some((one, other)) = two_filesystems() else {
        return;
    };
    let (from, to) = (one.path().join("from"), other.path().join("to"));
    symlink("nowhere", &from).unwrap();
    relocate(&from, &to).unwrap();
    assert_eq!(fs::read_link(&to).unwrap(), Path::new("nowhere"));
    assert!(!from.is_symlink());
}

#[test]
fn a_failure_leaves_the_source_and_nothing_else() {
    let Some((one, other)) = two_filesystems() else {
        return;
    };
    let (from, to) = (one.path().join("from"), other.path().join("to"));
    make_tree(&from);
    let _listener = UnixListener::bind(from.join("a/b/socket")).unwrap();
    let error = relocate(&from, &to).unwrap_err();
    assert!(matches!(error, Error::Copy(_)), "{error}");
    assert!(from.join("file").exists() && from.join("a/link").is_symlink());
    assert_eq!(names(other.path()), [] as [&Path; 0]);

    fs::remove_file(from.join("a/b/socket")).unwrap();
    fs::create_dir_all(to.join("in the way")).unwrap();
    let error = relocate(&from, &to).unwrap_err();
    assert!(matches!(error, Error::TakeName { .. }), "{error}");
    assert!(from.join("file").exists());
    assert_eq!(names(other.path()), [Path::new("to")]);
}
