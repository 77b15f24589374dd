//! The search along PATH, against `command -v` of dash.

mod common;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use common::{have, tool};
use tempfile::TempDir;

/// Directories with everything that is called `prog` and should or should not be found.
fn places() -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| home.path().join(name);
    for directory in [
        "plain",
        "runs",
        "also",
        "directory/prog",
        "broken",
        "linked",
    ] {
        fs::create_dir_all(at(directory)).expect("a folder");
    }
    executable(&at("plain/prog"), 0o644);
    executable(&at("runs/prog"), 0o755);
    executable(&at("also/prog"), 0o711);
    symlink("nowhere", at("broken/prog")).expect("a link");
    symlink("../runs/prog", at("linked/prog")).expect("a link");
    home
}

fn executable(file: &Path, mode: u32) {
    fs::write(file, "#!/bin/sh\n").expect("a file");
    fs::set_permissions(file, Permissions::from_mode(mode)).expect("a mode");
}

/// What the tool prints, and whether its status is 0.
fn found(directory: &Path, path: &str, arguments: &[&str]) -> (String, bool) {
    let output = tool(&["which"])
        .args(arguments)
        .current_dir(directory)
        .env("PATH", path)
        .output()
        .expect("the tool runs");
    let text = String::from_utf8(output.stdout).expect("text");
    (text, output.status.success())
}

#[test]
fn equals_command_v_of_dash() {
    if !have("dash") {
        return;
    }
    let shell = ::fs::which::which("dash").expect("it is there");
    let home = places();
    let absolute = home.path().join("runs");
    let absolute = absolute.to_str().expect("text");
    for path in [
        "plain",
        "runs",
        "plain:runs",
        "also:runs",
        "directory:runs",
        "broken:runs",
        "linked:runs",
        "nowhere:runs",
        "directory",
        "broken",
        absolute,
        "plain:directory:also",
        ".:runs",
        "runs:runs",
    ] {
        let dash = Command::new(&shell)
            .args(["-c", "command -v prog"])
            .current_dir(home.path())
            .env("PATH", path)
            .output()
            .expect("dash runs");
        let expected = String::from_utf8(dash.stdout).expect("text");
        let ours = found(home.path(), path, &["prog"]);
        assert_eq!(ours, (expected, dash.status.success()), "PATH={path}");
    }
}

#[test]
fn an_empty_element_is_the_current_directory() {
    let home = places();
    let runs = home.path().join("runs");
    for path in ["", ":", ":/nowhere", "/nowhere:", "/nowhere::/nowhere2"] {
        let ours = found(&runs, path, &["prog"]);
        assert_eq!(ours, ("./prog\n".to_owned(), true), "PATH={path}");
    }
}

#[test]
fn a_name_with_a_slash_is_not_searched_for() {
    let home = places();
    let here = |name: &str| found(home.path(), "runs", &[name]);
    assert_eq!(here("also/prog"), ("also/prog\n".to_owned(), true));
    assert_eq!(here("./linked/prog"), ("./linked/prog\n".to_owned(), true));
    for name in ["plain/prog", "directory/prog", "broken/prog", "./prog", ""] {
        assert_eq!(here(name), (String::new(), false), "{name}");
    }
}

#[test]
fn all_gives_every_one_in_the_order_of_path() {
    let home = places();
    let path = "plain:also:directory:runs:linked";
    let (text, success) = found(home.path(), path, &["-a", "prog"]);
    assert_eq!(text, "also/prog\nruns/prog\nlinked/prog\n");
    assert!(success);
    let (text, success) = found(home.path(), path, &["prog", "missing", "prog"]);
    assert_eq!(text, "also/prog\nalso/prog\n");
    assert!(!success, "one of the names was not found");
}

/// A file that only others may execute is not ours to run. Root may run what anybody may.
#[test]
fn the_execute_bit_must_be_ours() {
    let home = places();
    executable(&home.path().join("plain/prog"), 0o641);
    let (_, success) = found(home.path(), "plain", &["prog"]);
    assert_eq!(success, nix::unistd::geteuid().is_root());
}
