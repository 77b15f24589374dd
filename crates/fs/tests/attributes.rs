//! Modes, owners and times, beside chmod, stat and touch.

mod common;

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use ::fs::attributes::{
    Change, Time, create, create_exactly, kind_letter, mode_text, set_link_owner, set_link_times,
    set_mode, set_owner, set_times, umask,
};
use common::{have, output_of};
use proptest::prelude::*;
use tempfile::TempDir;

fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "").unwrap();
    (folder, path)
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode()
}

/// As GNU's `stat` writes them.
#[test]
fn modes_read_as_stat_writes_them() {
    if !cfg!(target_os = "linux") || !have("stat") {
        return;
    }
    let (_folder, path) = file();
    for bits in (0..0o10000).step_by(37).chain([0o7777, 0o7000, 0o111]) {
        set_mode(&path, bits).unwrap();
        let text = output_of(Command::new("stat").args(["-c", "%A"]).arg(&path));
        let ours = format!("{}{}\n", kind_letter(mode(&path)), mode_text(bits));
        assert_eq!(String::from_utf8(text).unwrap(), ours);
    }
}

#[test]
fn kinds() {
    let (folder, path) = file();
    let link = folder.path().join("link");
    symlink("file", &link).unwrap();
    let kinds = [folder.path(), &path, &link, Path::new("/dev/null")];
    assert_eq!(
        kinds.map(|path| kind_letter(mode(path))),
        ['d', '-', 'l', 'c']
    );
}

#[test]
fn created_with_a_wish_and_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let (wish, exact) = (folder.path().join("wish"), folder.path().join("exact"));
    create(&wish, 0o666).unwrap();
    create_exactly(&exact, 0o666).unwrap();
    assert_eq!(mode(&wish) & 0o7777, 0o666 & !umask().unwrap());
    assert_eq!(mode(&exact) & 0o7777, 0o666);
    assert_eq!(
        create(&wish, 0o666).unwrap_err().kind(),
        ErrorKind::AlreadyExists
    );
}

#[test]
fn times_to_the_nanosecond() {
    let (folder, path) = file();
    let billion = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_000, 123_456_789);
    let before = SystemTime::UNIX_EPOCH - Duration::from_millis(1500);
    set_times(&path, Time::At(billion), Time::At(before)).unwrap();
    let status = fs::metadata(&path).unwrap();
    assert_eq!(status.accessed().unwrap(), billion);
    assert_eq!(status.modified().unwrap(), before);
    assert_eq!((status.mtime(), status.mtime_nsec()), (-2, 500_000_000));

    set_times(&path, Time::Keep, Time::Now).unwrap();
    let status = fs::metadata(&path).unwrap();
    assert_eq!(status.accessed().unwrap(), billion);
    assert!(status.modified().unwrap() > billion);

    let link = folder.path().join("link");
    symlink("nothing", &link).unwrap();
    set_link_times(&link, Time::At(before), Time::At(billion)).unwrap();
    assert_eq!(
        fs::symlink_metadata(&link).unwrap().modified().unwrap(),
        billion
    );
    assert_eq!(
        set_times(&link, Time::Now, Time::Now).unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

#[test]
fn owners() {
    let (folder, path) = file();
    let old = fs::metadata(&path).unwrap();
    set_owner(&path, None, None).unwrap();
    set_owner(&path, Some(old.uid()), Some(old.gid())).unwrap();
    let link = folder.path().join("link");
    symlink("file", &link).unwrap();
    let outcome = set_link_owner(&link, Some(4321), None);
    if nix::unistd::geteuid().is_root() {
        outcome.unwrap();
        assert_eq!(fs::symlink_metadata(&link).unwrap().uid(), 4321);
    } else {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::PermissionDenied);
    }
    assert_eq!(fs::metadata(&path).unwrap().uid(), old.uid());
}

#[test]
fn changes_that_are_none() {
    for text in [
        "", "8", "10000", "777x", "u", "rwx", "u+q", "z+r", "u+r,", ",u+r", "u+ug", "+7",
    ] {
        assert!(text.parse::<Change>().is_err(), "{text}");
    }
}

fn check_change(text: &str, before: u32) -> Result<(), TestCaseError> {
    let (_folder, path) = file();
    fs::set_permissions(&path, Permissions::from_mode(before)).unwrap();
    let change: Change = text.parse().unwrap();
    let output = Command::new("chmod")
        .args(["--", text])
        .arg(&path)
        .output()
        .unwrap();
    // GNU's says with status 1 what the umask has kept from happening.
    let complaint = String::from_utf8_lossy(&output.stderr);
    prop_assert!(
        output.status.success() || complaint.contains("new permissions are"),
        "{complaint}"
    );
    let ours = change.apply(before, false, umask().unwrap());
    prop_assert_eq!(
        format!("{ours:o}"),
        format!("{:o}", mode(&path) & 0o7777),
        "{} {:o}",
        text,
        before
    );
    Ok(())
}

proptest! {
    #![proptest_config(common::cases(200))]

    #[test]
    fn changes_are_chmods(
        clauses in prop::collection::vec("[ugoa]{0,2}([-+=]([rwxXst]{0,4}|[ugo])){1,2}", 1..4),
        before in 0..0o10000u32,
    ) {
        if cfg!(target_os = "linux") && have("chmod") {
            check_change(&clauses.join(","), before)?;
        }
    }
}
