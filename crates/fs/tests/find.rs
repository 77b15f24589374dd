//! `fs find` against GNU find.

mod common;

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use common::{have, tool};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tempfile::TempDir;

const HOUR: u64 = 60 * 60;

/// A tree with all kinds, odd names, and sizes, modes and times on both sides of every bound.
fn tree() -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| home.path().join(name);
    for directory in ["a/b/c", "a/.hidden", "empty", "skip/below", "z"] {
        fs::create_dir_all(at(directory)).expect("a folder");
    }
    for (name, size) in [
        ("a/nothing", 0),
        ("a/one.c", 1),
        ("a/b/full block.c", 512),
        ("a/b/one more.C", 513),
        ("a/b/c/kibi", 1024),
        ("a/b/c/more", 1025),
        ("a/.hidden/file", 3000),
        ("skip/below/file.c", 7),
        ("skip/[bracket]", 7),
        ("z/two\nlines", 7),
        ("z/größe", 7),
        ("z/*star", 1_048_577),
    ] {
        File::create(at(name))
            .and_then(|file| file.set_len(size))
            .expect("a file");
    }
    // APFS takes only names that are UTF-8.
    if cfg!(target_os = "linux") {
        File::create(home.path().join(OsStr::from_bytes(b"z/stray\xff"))).expect("a file");
    }
    links_and_others(home.path());
    modes_and_ages(home.path());
    home
}

fn links_and_others(home: &Path) {
    let at = |name: &str| home.join(name);
    symlink("one.c", at("a/link.c")).expect("a link");
    symlink("a/b", at("to directory")).expect("a link");
    symlink("nowhere", at("dangling")).expect("a link");
    fs::hard_link(at("a/one.c"), at("z/second name")).expect("a link");
    mkfifo(&at("fifo"), Mode::S_IRWXU).expect("a fifo");
    UnixListener::bind(at("socket")).expect("a socket");
}

fn modes_and_ages(home: &Path) {
    for (name, mode) in [
        ("a/nothing", 0o600),
        ("a/one.c", 0o755),
        ("z/größe", 0o6711),
    ] {
        fs::set_permissions(home.join(name), Permissions::from_mode(mode)).expect("a mode");
    }
    for (name, hours) in [
        ("a/nothing", 5),
        ("a/one.c", 30),
        ("a/b/c/kibi", 49),
        ("z/größe", 1000),
    ] {
        // Not at the edge of an hour or a day, which the two programs may be on both sides of.
        let time = SystemTime::now() - Duration::from_secs(hours * HOUR + HOUR / 2);
        let file = File::open(home.join(name)).expect("a file");
        file.set_modified(time).expect("a time");
    }
}

fn run(mut command: Command, directory: &Path, arguments: &[&str]) -> Output {
    command
        .args(arguments)
        .current_dir(directory)
        .envs([("LC_ALL", "C.UTF-8"), ("TZ", "America/St_Johns")])
        .stdin(Stdio::null())
        .output()
        .expect("the program runs")
}

fn ours(directory: &Path, arguments: &[&str]) -> Output {
    run(tool(&["find"]), directory, arguments)
}

/// What find ends its lines with is what we cut them at.
fn sorted(output: &[u8], end: u8) -> Vec<String> {
    let mut lines: Vec<_> = output
        .split(|byte| *byte == end)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    lines.sort();
    lines
}

/// The same lines in any order, and the same status.
#[track_caller]
fn same_as_find(directory: &Path, arguments: &[&str]) {
    let theirs = run(Command::new("find"), directory, arguments);
    let ours = ours(directory, arguments);
    let end = if arguments.contains(&"-print0") {
        0
    } else {
        b'\n'
    };
    assert_eq!(
        sorted(&ours.stdout, end),
        sorted(&theirs.stdout, end),
        "{arguments:?}"
    );
    let complaints = String::from_utf8_lossy(&ours.stderr);
    assert_eq!(
        ours.status.code(),
        theirs.status.code(),
        "{arguments:?}: {complaints}"
    );
}

/// Whether `find` is GNU's.
fn have_gnu() -> bool {
    have("find") && cfg!(target_os = "linux")
}

fn all_same_as_find(commands: &[&[&str]]) {
    if !have_gnu() {
        return;
    }
    let home = tree();
    for arguments in commands {
        same_as_find(home.path(), arguments);
    }
}

#[test]
fn names_and_paths() {
    all_same_as_find(&[
        &[],
        &["."],
        &["a", "z", "a/b"],
        &["-name", "*.c"],
        &["-iname", "*.c"],
        &["-name", ".*"],
        &["-name", "*h*"],
        &["-name", "[[]*"],
        &["-name", "\\**"],
        &["-name", "gr??e"],
        &["-name", "*[!a-z]"],
        &[".", "-name", "."],
        &["a/", "-name", "a"],
        &["./a//", "-name", "a"],
        &["-path", "./a/*/c"],
        &["-path", "*b*"],
        &["-ipath", "*MORE*"],
        &["-lname", "no*"],
        &["z", "-print0"],
    ]);
}

#[test]
fn kinds_and_sizes() {
    all_same_as_find(&[
        &["-type", "f"],
        &["-type", "d"],
        &["-type", "l,p"],
        &["-type", "s"],
        &["-empty"],
        &["-size", "1"],
        &["-size", "+1"],
        &["-size", "-2"],
        &["-size", "0"],
        &["-type", "f", "-size", "1k"],
        &["-type", "f", "-size", "+1k"],
        &["-size", "7c"],
        &["-size", "-7c"],
        &["-size", "2M"],
        &["-size", "-1M"],
        &["-size", "+0G"],
        &["-type", "f", "-links", "2"],
        &["-type", "f", "-links", "-2"],
        &["-samefile", "a/one.c"],
    ]);
}

#[test]
fn modes_and_owners() {
    all_same_as_find(&[
        &["-perm", "755"],
        &["-perm", "-100"],
        &["-perm", "/6000"],
        &["-perm", "/0"],
        &["-perm", "-u+s,g+x"],
        &["-perm", "u=rw"],
        &["-perm", "u=rwx,go=rx"],
        &["-perm", "-a+x"],
        &["-perm", "/g+w,o+w"],
        &["-type", "f", "-executable"],
        &["-user", "0"],
        &["!", "-user", "12345"],
        &["-group", "12345"],
    ]);
}

#[test]
fn ages() {
    all_same_as_find(&[
        &["-mtime", "0"],
        &["-mtime", "1"],
        &["-mtime", "+1"],
        &["-mtime", "-2"],
        &["-mtime", "+0"],
        &["-mmin", "-60"],
        &["-mmin", "+300"],
        &["-mmin", "1831"],
        &["-mmin", "1830"],
        &["-cmin", "-60"],
        &["-newer", "a/one.c"],
        &["-newer", "a/b/c/kibi", "!", "-newer", "a/nothing"],
        &["-newermt", "2020-01-01"],
        &["-newermt", "@2000000000"],
        &["-newermt", "2001-09-09 01:46:39", "-type", "f"],
        &["-newermc", "a/one.c"],
        &["-cnewer", "a/one.c"],
    ]);
}

#[test]
fn operators() {
    all_same_as_find(&[
        &["-name", "*.c", "-type", "f", "-size", "1"],
        &["-name", "a", "-o", "-name", "z"],
        &["-name", "*.c", "-o", "-name", "z", "-print"],
        &["!", "-name", "*.c"],
        &["!", "!", "-name", "*.c"],
        &[
            "-not", "(", "-type", "d", "-o", "-type", "l", ")", "-a", "-name", "*e*",
        ],
        &["-type", "d", "-o", "-type", "f", "-name", "k*"],
        &["-name", "a", "-print", ",", "-name", "b*", "-print"],
        &["-true", "-false", "-o", "-type", "p"],
        &["-false"],
        &["-name", "a", "-print", "-print"],
    ]);
}

#[test]
fn depths_pruning_and_links() {
    all_same_as_find(&[
        &["-maxdepth", "0"],
        &["-maxdepth", "1"],
        &["-mindepth", "2"],
        &["-mindepth", "2", "-maxdepth", "2", "-name", "b*"],
        &["-depth"],
        &["-name", "skip", "-prune", "-o", "-print"],
        &["-name", "skip", "-prune"],
        &["-type", "d", "-name", "b", "-prune", "-o", "-type", "f"],
        &["-depth", "-name", "skip", "-prune", "-o", "-print"],
        &["-xdev", "-type", "d"],
        &["-P", "to directory"],
        &["-H", "to directory", "a/link.c", "dangling"],
        &["-H", "to directory", "-type", "l"],
        &["-H", "a/link.c", "-type", "f"],
        &["-L", "-name", "*.c"],
        &["-L", "-type", "l"],
        &["-L", "to directory", "-type", "f"],
        &["a", "missing", "z"],
        &["missing"],
    ]);
}

#[test]
fn loops_of_links_are_reported_and_passed() {
    let home = tree();
    symlink("..", home.path().join("a/up")).expect("a link");
    let output = ours(home.path(), &["-L", ".", "-name", "kibi"]);
    assert_eq!(
        sorted(&output.stdout, b'\n'),
        ["", "./a/b/c/kibi", "./to directory/c/kibi"]
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("a/up"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn formats() {
    all_same_as_find(&[
        &["-printf", "%p|%P|%f|%h|%H|%y|%d|%l\\n"],
        &["a/", "-printf", "%p|%P|%f|%h|%H|%y|%d\\n"],
        &["/", "-maxdepth", "0", "-printf", "%p|%P|%f|%h|%H\\n"],
        &["-printf", "%s|%b|%k|%m|%M|%n|%i|%D|%u|%g|%U|%G\\n"],
        &["-printf", "%T@|%T+|%TY-%Tm-%Td|%TH:%TM:%TS|%TF|%TT|%C@\\n"],
        &["-printf", "%10s|%-10f|%.3f|%%|\\t\\101\\\\\\n"],
        &["-name", "one.c", "-printf", "a\\cb"],
    ]);
}

#[test]
fn commands() {
    all_same_as_find(&[
        &["-name", "*.c", "-exec", "echo", "got", "{}", ";"],
        &["-name", "*.c", "-exec", "echo", "<{}>{}", ";"],
        &["-type", "f", "-exec", "test", "-s", "{}", ";", "-print"],
        &["-name", "*.c", "-execdir", "echo", "{}", ";"],
        &["-name", "b", "-execdir", "ls", ";"],
        &["-type", "f", "-exec", "false", "{}", "+"],
        &["-exec", "false", ";", "-print"],
    ]);
}

#[test]
fn many_are_collected_for_one_command() {
    let home = tree();
    let output = ours(
        home.path(),
        &["-type", "f", "-exec", "sh", "-c", "echo $# $0", "{}", "+"],
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // The first of the paths is $0.
    let count = text
        .split(' ')
        .next()
        .and_then(|count| count.parse::<usize>().ok());
    let files = ours(home.path(), &["-type", "f", "-printf", "x"])
        .stdout
        .len();
    assert_eq!(count, Some(files - 1), "{text}");
}

/// More paths than fit one command line go to several, and none is lost.
#[test]
fn commands_are_split_where_they_get_too_long() {
    let home = tempfile::tempdir().expect("a temporary folder");
    for number in 0..800 {
        File::create(home.path().join(format!("{number:0>200}"))).expect("a file");
    }
    let output = ours(
        home.path(),
        &[
            "-type",
            "f",
            "-exec",
            "sh",
            "-c",
            "echo $(($# + 1))",
            "{}",
            "+",
        ],
    );
    let counts: Vec<usize> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| line.parse().expect("a number"))
        .collect();
    assert!(counts.len() > 1, "{counts:?}");
    assert_eq!(counts.iter().sum::<usize>(), 800);
}

/// The output of find and of the commands that it runs comes in the order in which it happened.
#[test]
fn what_was_printed_before_comes_first() {
    let home = tree();
    let arguments = [
        "a/one.c",
        "z/größe",
        "-print",
        "-exec",
        "echo",
        "ran",
        "{}",
        ";",
    ];
    let output = ours(home.path(), &arguments);
    let expected = "a/one.c\nran a/one.c\nz/größe\nran z/größe\n";
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

#[test]
fn deletes_from_the_bottom_up() {
    let home = tree();
    let output = ours(home.path(), &["a", "to directory", "-delete", "-print"]);
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(lines.ends_with("\na\nto directory\n"), "{lines}");
    assert!(!home.path().join("a").exists());
    assert!(home.path().join("z/two\nlines").exists());
    // A directory that is not empty stays, and that is a failure.
    let output = ours(home.path(), &["skip", "-name", "skip", "-delete"]);
    assert!(home.path().join("skip/below/file.c").exists());
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        complaint.starts_with("fs: cannot remove skip: "),
        "{complaint}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn quits_at_once() {
    let home = tree();
    let output = ours(
        home.path(),
        &["a", "z", "-type", "f", "-print", "-quit", "-print"],
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1);
    let output = ours(home.path(), &["-quit"]);
    assert!(output.stdout.is_empty() && output.status.success());
}

/// On one thread the order is the directories' own: GNU find's, line by line.
#[test]
fn one_thread_keeps_finds_order() {
    if !have_gnu() {
        return;
    }
    let home = tree();
    let theirs = run(Command::new("find"), home.path(), &["."]);
    let ours = ours(home.path(), &[".", "-threads", "1"]);
    assert_eq!(ours.stdout, theirs.stdout);
}

#[test]
fn says_where_a_command_line_is_wrong() {
    let home = tree();
    for (arguments, complaint) in [
        (
            &["a", "-nmae", "x"][..],
            "argument 2, -nmae: no such condition or action",
        ),
        (&["-name"], "argument 1, -name: needs an argument"),
        (
            &["-size", "3x"],
            "argument 2, 3x: a size is [+-]N and one of c, w, b, k, M, G",
        ),
        (&["(", "-true"], "argument 1, (: ( without its )"),
        (&["-true", ")"], "argument 2, ): ) without its ("),
        (
            &["-true", "-o"],
            "argument 3, the end: a condition is missing",
        ),
        (
            &["-true", "-a"],
            "argument 3, the end: a condition is missing",
        ),
        (&["(", ")"], "argument 2, ): no such condition or action"),
        (&["!"], "argument 2, the end: a condition is missing"),
        (
            &["-exec", "echo", "{}"],
            "argument 1, -exec: needs a ; or {} + at its end",
        ),
        (&["-exec", ";"], "argument 1, -exec: needs a command"),
        (
            &["-type", "q"],
            "argument 2, q: kinds are f, d, l, p, s, c and b, with commas between them",
        ),
        (&["-perm", "9"], "argument 2, 9: not a mode: 9"),
        (
            &["-mtime", "+-1"],
            "argument 2, +-1: not a number with + or - or neither",
        ),
        (
            &["-user", "no such user"],
            "argument 2, no such user: no such user",
        ),
        (
            &["-printf", "%p%q"],
            "argument 2, %p%q: unknown %q at byte 2 of the format",
        ),
        (
            &["-printf", "\\"],
            "argument 2, \\: unknown \\ at byte 0 of the format",
        ),
        (
            &["-newermt", "tomorrow"],
            "argument 2, tomorrow: a time is @SECONDS, YYYY-MM-DD or YYYY-MM-DD HH:MM[:SS]",
        ),
        (
            &["-true", "a"],
            "argument 2, a: no such condition or action",
        ),
    ] {
        let output = ours(home.path(), arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(said, format!("fs: find: {complaint}\n"), "{arguments:?}");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn no_command_line_takes_more_stack_than_there_is() {
    let home = tree();
    for word in ["!", "("] {
        let output = ours(home.path(), &vec![word; 20_000]);
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn help_names_conditions_and_actions() {
    let home = tree();
    let output = ours(home.path(), &["--help"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for word in [
        "-name PATTERN",
        "-exec COMMAND {} +",
        "-prune",
        "fs find / -xdev",
    ] {
        assert!(text.contains(word), "{word} is not in {text}");
    }
    assert!(output.status.success());
}

/// A reader that has seen enough ends the walk, and that is no failure.
#[test]
fn a_closed_pipe_ends_quietly() {
    let home = tree();
    let mut child = tool(&["find", "/usr", "/usr", "/usr"])
        .current_dir(home.path())
        .spawn()
        .expect("the tool starts");
    drop(child.stdout.take());
    let status = common::wait(&mut child);
    assert!(status.success(), "{status}");
    let output = child.wait_with_output().expect("it has ended");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
