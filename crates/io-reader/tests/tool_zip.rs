//! `io-reader zip`.

mod common;

use std::fs::{self, File};
use std::io::{Cursor, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{have, run, stdout_of, tool};
use tempfile::TempDir;
use zip::ZipArchive;

/// A folder with a small tree in it.
fn tree() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("tree/b/empty")).unwrap();
    fs::write(at("tree/z.txt"), "last\n").unwrap();
    fs::write(at("tree/a.sh"), "#!/bin/sh\n".repeat(100)).unwrap();
    fs::set_permissions(at("tree/a.sh"), fs::Permissions::from_mode(0o750)).unwrap();
    fs::write(at("tree/b/日本"), "inside\n").unwrap();
    symlink("../z.txt", at("tree/b/link")).unwrap();
    // A link to a folder above would make a walk that follows it endless.
    symlink("..", at("tree/b/up")).unwrap();
    folder
}

fn zip(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = tool();
    command
        .arg("zip")
        .args(arguments)
        .current_dir(folder.path());
    command
}

fn names(path: &Path) -> Vec<String> {
    let archive = ZipArchive::new(File::open(path).unwrap()).unwrap();
    let name = |i| archive.name_for_index(i).unwrap().unwrap().into_owned();
    (0..archive.len()).map(name).collect()
}

fn listing(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

const TREE: [&str; 8] = [
    "tree/",
    "tree/a.sh",
    "tree/b/",
    "tree/b/empty/",
    "tree/b/link",
    "tree/b/up",
    "tree/b/日本",
    "tree/z.txt",
];

#[test]
fn folders_are_packed_in_order_and_links_not_followed() {
    let folder = tree();
    assert_eq!(stdout_of(&mut zip(&folder, &["out.zip", "tree"]), b""), "");
    let out = folder.path().join("out.zip");
    assert_eq!(names(&out), TREE);
    assert_eq!(listing(&folder), ["out.zip", "tree"]);

    let mut archive = ZipArchive::new(File::open(&out).unwrap()).unwrap();
    assert_eq!(
        archive.by_name("tree/a.sh").unwrap().unix_mode(),
        Some(0o100_750)
    );
    let mut link = archive.by_name("tree/b/link").unwrap();
    assert!(link.is_symlink());
    let mut target = String::new();
    link.read_to_string(&mut target).unwrap();
    assert_eq!(target, "../z.txt");
}

/// Everything below `path` with its mode, its time and its contents; links as they are.
fn facts(path: &Path) -> Vec<(String, u32, i64, Vec<u8>)> {
    let mut facts = Vec::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let meta = fs::symlink_metadata(&path).unwrap();
        if meta.is_symlink() {
            // What a link's own mode and time can be is the system's affair.
            let target = fs::read_link(&path).unwrap();
            facts.push((name, 0, 0, target.into_os_string().into_encoded_bytes()));
        } else if meta.is_dir() {
            facts.push((name, meta.mode(), 0, Vec::new()));
            facts.extend(self::facts(&path));
        } else {
            facts.push((name, meta.mode(), meta.mtime(), fs::read(&path).unwrap()));
        }
    }
    facts.sort();
    facts
}

#[test]
fn unzip_restores_what_was_packed() {
    if !have("unzip") {
        return;
    }
    let folder = tree();
    stdout_of(&mut zip(&folder, &["out.zip", "tree"]), b"");
    let mut unzip = Command::new("unzip");
    unzip
        .args(["-q", "out.zip", "-d", "back"])
        .env("LC_ALL", "C.UTF-8");
    stdout_of(unzip.current_dir(folder.path()), b"");
    let at = |name: &str| facts(&folder.path().join(name));
    assert_eq!(at("back/tree"), at("tree"));
}

#[test]
fn standard_output_gets_the_same_archive() {
    let folder = tree();
    stdout_of(&mut zip(&folder, &["out.zip", "tree"]), b"");
    let output = run(&mut zip(&folder, &["-", "tree"]), b"");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        output.stdout,
        fs::read(folder.path().join("out.zip")).unwrap()
    );
}

#[test]
fn an_archive_does_not_pack_itself() {
    let folder = tree();
    let out = folder.path().join("tree/out.zip");
    for _ in 0..2 {
        stdout_of(&mut zip(&folder, &["tree/out.zip", "."]), b"");
        assert_eq!(names(&out), TREE);
    }
    let stdout = File::create(&out).unwrap();
    let status = zip(&folder, &["-", "."]).stdout(stdout).status().unwrap();
    assert!(status.success());
    assert_eq!(names(&out), TREE);
}

#[test]
fn names_in_the_archive_are_relative() {
    let folder = tree();
    let absolute = folder.path().join("tree/z.txt");
    let arguments = [
        "out.zip",
        "./tree/../tree/b/empty",
        absolute.to_str().unwrap(),
    ];
    stdout_of(&mut zip(&folder, &arguments), b"");
    let below_root = absolute.strip_prefix("/").unwrap().to_str().unwrap();
    assert_eq!(
        names(&folder.path().join("out.zip")),
        ["tree/b/empty/", below_root]
    );
}

#[test]
fn a_link_on_the_command_line_is_followed() {
    let folder = tree();
    stdout_of(&mut zip(&folder, &["out.zip", "tree/b/link"]), b"");
    let file = File::open(folder.path().join("out.zip")).unwrap();
    let mut archive = ZipArchive::new(file).unwrap();
    let mut entry = archive.by_name("tree/b/link").unwrap();
    let mut text = String::new();
    entry.read_to_string(&mut text).unwrap();
    assert_eq!((entry.is_symlink(), text.as_str()), (false, "last\n"));
}

#[test]
fn what_cannot_be_read_is_named_and_the_old_archive_stays() {
    let folder = tree();
    let out = folder.path().join("out.zip");
    let fails = |arguments: &[&str], expected: &str| {
        let output = run(&mut zip(&folder, arguments), b"");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), stderr),
            (Some(1), format!("io-reader: {expected}\n"))
        );
    };
    let missing = "cannot open missing: No such file or directory (os error 2)";
    fails(&["out.zip", "tree", "missing"], missing);
    assert!(!out.exists());

    fs::write(&out, "old").unwrap();
    fails(&["out.zip", "tree", "missing"], missing);
    fails(
        &["out.zip", "tree", "./tree"],
        "cannot pack ./tree: the archive already has an entry \"tree/\"",
    );
    nix::unistd::mkfifo(
        &folder.path().join("tree/fifo"),
        nix::sys::stat::Mode::S_IRWXU,
    )
    .unwrap();
    fails(
        &["out.zip", "tree"],
        "tree/fifo is neither a file nor a folder nor a symbolic link",
    );
    assert_eq!(fs::read(&out).unwrap(), b"old");
    assert_eq!(
        listing(&folder),
        ["out.zip", "tree"],
        "no temporary file is left"
    );
}

#[test]
fn a_file_that_fails_while_it_is_packed_leaves_nothing() {
    // Reading it fails with EIO, whoever asks: its first page is not mapped.
    let failing = "/proc/self/mem";
    if !Path::new(failing).exists() {
        println!("skipped: a_file_that_fails_while_it_is_packed_leaves_nothing needs {failing}");
        return;
    }
    let folder = tree();
    let output = run(&mut zip(&folder, &["out.zip", "tree", failing]), b"");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr.starts_with("io-reader: cannot read /proc/self/mem: "),
        "{stderr}"
    );
    assert_eq!(listing(&folder), ["tree"]);
}

#[test]
fn only_a_regular_file_is_replaced() {
    let folder = tree();
    for out in ["tree/b", "/dev/null"] {
        let output = run(&mut zip(&folder, &[out, "tree/z.txt"]), b"");
        assert_eq!(output.status.code(), Some(1));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with("io-reader: cannot replace "), "{stderr}");
    }
    let old = folder.path().join("old.zip");
    fs::write(&old, "old").unwrap();
    symlink("old.zip", folder.path().join("link.zip")).unwrap();
    stdout_of(&mut zip(&folder, &["link.zip", "tree"]), b"");
    assert_eq!(names(&old), TREE);
    assert!(folder.path().join("link.zip").is_symlink());
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let folder = tree();
    // Noise from the system, since only that is not made small enough for the pipe to hold it.
    let mut noise = vec![0; 1 << 20];
    File::open("/dev/urandom")
        .unwrap()
        .read_exact(&mut noise)
        .unwrap();
    fs::write(folder.path().join("noise"), noise).unwrap();
    let mut child = zip(&folder, &["-", "noise"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 4]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn the_archive_of_standard_output_can_be_read_while_it_is_written() {
    let folder = tree();
    let output = run(&mut zip(&folder, &["-", "tree/a.sh"]), b"");
    let mut archive = ZipArchive::new(Cursor::new(output.stdout)).unwrap();
    let mut entry = archive.by_name("tree/a.sh").unwrap();
    let mut text = String::new();
    entry.read_to_string(&mut text).unwrap();
    assert_eq!(text, "#!/bin/sh\n".repeat(100));
}
