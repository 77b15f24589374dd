//! `fs tree` against Debian's tree, byte for byte.

mod common;

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::{have, output_of, tool};
use fs_library::tree::{Count, Filter, read};
use nix::fcntl::{OFlag, openat};
use nix::sys::stat::{Mode, mkdirat};
use nix::unistd::mkfifo;
use tempfile::TempDir;

/// The chapter's library; `fs` alone would be std's.
use ::fs as fs_library;

/// Names that sort differently by bytes and by alphabet, that do not print, and links of each kind.
fn folders() -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| home.path().join(name);
    for directory in ["a/b/.deep", ".hidden", "z", "empty", "B"] {
        fs::create_dir_all(at(directory)).expect("a folder");
    }
    for (name, size) in [
        ("a/f1", 1536),
        ("a/b/f2", 10_239),
        ("a/b/.deep/f3", 0),
        ("z/two\nlines", 1),
        ("z/\u{1b}[31mred", 1023),
        ("z/größe", 1_048_575),
        ("z/日本", 12_345_678),
        ("z/back\\slash", 1),
        ("Zebra", 1),
        ("_", 1 << 33),
        (".file", 1),
    ] {
        File::create(at(name))
            .and_then(|file| file.set_len(size))
            .expect("a file");
    }
    // APFS takes only names that are UTF-8.
    if cfg!(target_os = "linux") {
        File::create(home.path().join(OsStr::from_bytes(b"z/stray\xff"))).expect("a file");
    }
    fs::set_permissions(at("a/f1"), Permissions::from_mode(0o4755)).expect("a mode");
    symlink("a/b", at("link")).expect("a link");
    symlink("no where", at("dangling")).expect("a link");
    mkfifo(&at("fifo"), Mode::S_IRWXU).expect("a fifo");
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

#[test]
fn equals_tree() {
    // Homebrew's is another version, which counts otherwise.
    if cfg!(not(target_os = "linux")) || !have("tree") {
        return;
    }
    let home = folders();
    let commands: &[&[&str]] = &[
        &[],
        &["-a"],
        &["-d"],
        &["-ad"],
        &["-f"],
        &["-L", "1"],
        &["-aL", "2"],
        &["-F"],
        &["-p"],
        &["-s"],
        &["-h"],
        &["-aps"],
        &["-phF"],
        &["-P", "f*"],
        &["-P", "f?|*b*"],
        &["-I", "z|B"],
        &["-aI", ".*"],
        &["--dirsfirst"],
        &["--noreport"],
        &["-d", "--noreport"],
        &["a", "z"],
        &["a/b", "empty", "link"],
        &["empty"],
        &["link/"],
        &["-f", "link"],
        &["-L", "1", "empty"],
    ];
    for arguments in commands {
        let theirs = run(Command::new("tree"), home.path(), arguments);
        let ours = run(tool(&["tree"]), home.path(), arguments);
        assert_eq!(
            String::from_utf8_lossy(&ours.stdout),
            String::from_utf8_lossy(&theirs.stdout),
            "{arguments:?}"
        );
        assert_eq!(ours.stdout, theirs.stdout, "{arguments:?}");
        assert!(
            ours.status.success() && ours.stderr.is_empty(),
            "{arguments:?}"
        );
    }
}

#[test]
fn what_is_missing_is_marked_reported_and_passed() {
    let home = folders();
    let output = run(tool(&["tree"]), home.path(), &["missing", "a"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.starts_with("missing  [error opening dir]\na\n├── b\n"),
        "{text}"
    );
    assert!(text.ends_with("\n2 directories, 2 files\n"), "{text}");
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        complaint.starts_with("fs: cannot look up missing: No such file"),
        "{complaint}"
    );
    assert_eq!(output.status.code(), Some(1));
}

/// A directory that may not be read is in the picture, with a mark. Root may read all.
#[test]
fn what_is_unreadable_is_marked() {
    let home = folders();
    fs::set_permissions(home.path().join("z"), Permissions::from_mode(0o0)).expect("a mode");
    let mut command = tool(&["tree"]);
    if nix::unistd::geteuid().is_root() {
        use std::os::unix::process::CommandExt;
        command.uid(65_534).gid(65_534);
        fs::set_permissions(home.path(), Permissions::from_mode(0o755)).expect("a mode");
        // The tool itself may lie where that user cannot reach it.
        let program = home.path().join("tool");
        fs::copy(env!("CARGO_BIN_EXE_fs"), &program).expect("a copy");
        command = Command::new(&program);
        command.arg("tree").uid(65_534).gid(65_534);
    }
    let output = run(command, home.path(), &["-I", "tool"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("└── z  [error opening dir]\n"), "{text}");
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        complaint.starts_with("fs: cannot open ./z: Permission denied"),
        "{complaint}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn json_holds_the_tree() {
    let home = folders();
    let output = output_of(tool(&["tree", "-J", "a"]).current_dir(home.path()));
    let tree: serde_json::Value = serde_json::from_slice(&output).expect("JSON");
    assert_eq!(tree[0]["name"], "a");
    assert_eq!(tree[0]["contents"][0]["contents"][0]["name"], "f2");
    assert_eq!(tree[0]["contents"][1]["type"], "file");
    assert_eq!(tree[1]["directories"], 2);
    assert_eq!(tree[1]["files"], 2);
}

#[test]
fn the_library_counts_without_drawing() {
    let home = folders();
    let filter = Filter {
        hidden: true,
        ..Filter::default()
    };
    let tree = read(&home.path().join("a"), &filter, false, &mut |error| {
        panic!("{error}")
    });
    assert_eq!(
        tree.count(),
        Count {
            directories: 3,
            files: 3
        }
    );
}

/// Deeper than a path can be long.
#[test]
fn deep_trees_are_drawn_counted_and_measured() {
    const LEVELS: usize = 600;
    let home = tempfile::tempdir().expect("a temporary folder");
    make_deep(home.path(), LEVELS);
    let lines_of = |arguments: &[&str]| {
        let output = output_of(tool(arguments).current_dir(home.path()));
        output.iter().filter(|byte| **byte == b'\n').count()
    };
    // With the root, and two lines of report.
    assert_eq!(lines_of(&["tree"]), LEVELS + 3);
    assert_eq!(lines_of(&["du"]), LEVELS + 1);
    assert_eq!(lines_of(&["find", ".", "-links", "-1000"]), LEVELS + 1);
    let refused = run(tool(&["tree", "-J"]), home.path(), &[]);
    assert_eq!(
        String::from_utf8_lossy(&refused.stderr),
        "fs: . is too deep for JSON\n"
    );
}

fn make_deep(home: &Path, levels: usize) {
    let mut directory: OwnedFd = File::open(home).expect("a folder").into();
    for _ in 0..levels {
        mkdirat(&directory, "a level", Mode::S_IRWXU).expect("a folder");
        let flags = OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        directory = openat(&directory, "a level", flags, Mode::empty()).expect("a folder");
    }
}
