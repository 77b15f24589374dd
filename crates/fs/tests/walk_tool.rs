//! `fs walk` as a program: its output, its errors, its status.

mod common;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use common::{have, output_of, tool, wait};
use serde_json::Value;
use tempfile::TempDir;

fn tree() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("b/c")).unwrap();
    for name in ["a", "b/c/d", "b.x"] {
        File::create(root.path().join(name)).unwrap();
    }
    let odd = OsStr::from_bytes(b"odd\xff\nname");
    File::create(root.path().join(odd)).unwrap();
    root
}

/// `fs walk` in the tree.
fn walk(tree: &TempDir, arguments: &[&str]) -> Vec<u8> {
    let mut command = tool(&["walk"]);
    output_of(command.args(arguments).current_dir(tree.path()))
}

#[test]
fn paths_are_printed_as_bytes_in_order_on_request() {
    let tree = tree();
    assert_eq!(
        walk(&tree, &["--sort", "-0"]),
        b".\0./a\0./b\0./b/c\0./b/c/d\0./b.x\0./odd\xff\nname\0"
    );
    assert_eq!(
        walk(&tree, &["--sort", "--contents-first", "b", "a"]),
        b"b/c/d\nb/c\nb\na\n"
    );
    assert_eq!(
        walk(&tree, &["--sort", "--max-depth", "1", "b"]),
        b"b\nb/c\n"
    );
}

#[test]
fn totals_are_by_kind() {
    let tree = tree();
    let totals = String::from_utf8(walk(&tree, &["--count"])).unwrap();
    let words: Vec<_> = totals.split_whitespace().collect();
    assert_eq!(words, ["4", "file", "3", "directory", "7", "in", "all"]);
    let totals: Value = serde_json::from_slice(&walk(&tree, &["--count", "--json"])).unwrap();
    assert_eq!((&totals["file"], &totals["fifo"]), (&4.into(), &0.into()));
}

#[test]
fn json_has_a_line_for_each_entry() {
    let tree = tree();
    let output = String::from_utf8(walk(&tree, &["--json", "--sort"])).unwrap();
    let lines: Vec<Value> = output
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 7);
    assert_eq!(lines[4]["path"], "./b/c/d");
    assert_eq!(lines[4]["kind"], "file");
    assert_eq!(lines[4]["depth"], 3);
    assert_eq!(lines[6]["path"], Value::Null);
    assert_eq!(lines[6]["path_base64"], "Li9vZGT/Cm5hbWU=");
}

#[test]
fn what_is_not_there_is_reported_and_the_rest_is_printed() {
    let tree = tree();
    let output = tool(&["walk", "nowhere", "a"])
        .current_dir(tree.path())
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"a\n");
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "fs: cannot look up nowhere: No such file or directory (os error 2)\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn wrong_usage_is_2() {
    for arguments in [
        &["--threads", "0"][..],
        &["--json", "-0"],
        &["--max-depth", "x"],
    ] {
        let status = tool(&["walk"]).args(arguments).status().unwrap();
        assert_eq!(status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_has_enough_ends_it_quietly() {
    let root = tempfile::tempdir().unwrap();
    let long = "x".repeat(200);
    for number in 0..2000 {
        File::create(root.path().join(format!("{long}{number}"))).unwrap();
    }
    let mut child = tool(&["walk", "--threads", "2"])
        .arg(root.path())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 10]).unwrap();
    drop(stdout);
    let status = wait(&mut child);
    let mut complaint = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut complaint).unwrap();
    assert_eq!((status.code(), complaint.as_str()), (Some(0), ""));
}

#[test]
fn a_full_device_is_a_failure() {
    if let Ok(full) = File::options().write(true).open("/dev/full") {
        let output = tool(&["walk", "/dev"]).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.contains("No space left on device"), "{complaint}");
    }
}

#[test]
fn lines_of_different_threads_do_not_mix() {
    if have("find") {
        let root = "/usr/share";
        let sorted = |output: Vec<u8>| {
            let mut lines: Vec<_> = output
                .split(|byte| *byte == 0)
                .map(<[u8]>::to_vec)
                .collect();
            lines.sort();
            lines
        };
        let found = output_of(Command::new("find").args([root, "-print0"]));
        let walked = output_of(&mut tool(&["walk", "-0", "--threads", "3", root]));
        assert!(sorted(walked) == sorted(found));
    }
}
