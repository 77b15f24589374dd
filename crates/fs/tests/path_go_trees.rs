//! `fs path --batch` beside Go, as `path_go_strings.rs`, for the operations that ask the kernel: in
//! random trees with links of all kinds, pipes, and directories that are shut.
//!
//! The tests here run in a process of their own and one after the other: a program that one thread
//! copies while another starts a child is "busy" (ETXTBSY) until that child has called execve.

mod common;
#[path = "go/pair.rs"]
mod pair;
#[path = "go/tree.rs"]
mod tree;

use nix::unistd::Uid;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use common::cases;
use pair::{ORACLE, Pair, Request, text, thorough};
use tree::{DEPTH, NAMES, Tree, nodes, path_in_tree, set_mode};

fn tree_requests(root: &Path) -> impl Strategy<Value = Request> + use<> {
    const PARTS: &[&[u8]] = &[
        b"*",
        b"*",
        b"a",
        b"b",
        b"?",
        b"[ab]",
        b"[^a]*",
        b"a*",
        b"\\a",
        b"\\*",
        b".",
        b"..",
        b"",
        b".*",
        b"**",
        b"[",
        b"a[",
        b"*[",
        b"\xff",
        b"[\xff]",
        "é".as_bytes(),
        b"[!a]",
        b"a\\",
        b"\\",
        b"-",
        b"~",
        b"\0",
    ];
    let root = root.as_os_str().as_bytes().to_vec();
    let placed = move |path: Vec<u8>, absolute: bool| match absolute {
        true => [&root[..], b"/", &path].concat(),
        false => path,
    };
    let pattern = vec(select(PARTS), 1..5).prop_map(|parts| parts.join(&b'/'));
    let odd = text(&[b"a", b"b", b"/", b".", b"..", b"ab", b"\0", b"*"], 8);
    let ups = text(&[b"../", b"../", b"./", b"a/", b"b/", b"/", b"a"], 9);
    let path = prop_oneof![path_in_tree(5), odd, ups, Just(b".".to_vec())];
    let place = placed.clone();
    let globs = (pattern, any::<bool>()).prop_map(move |(pattern, absolute)| Request {
        operation: "glob",
        arguments: vec![place(pattern, absolute)],
    });
    let place = placed.clone();
    let links = (path.clone(), any::<bool>()).prop_map(move |(path, absolute)| Request {
        operation: "evalsymlinks",
        arguments: vec![place(path, absolute)],
    });
    let skips = vec(select(NAMES).prop_map(<[u8]>::to_vec), 0..=2);
    let walks = (path, any::<bool>(), skips).prop_map(move |(path, absolute, skips)| Request {
        operation: "walk",
        arguments: [vec![placed(path, absolute)], skips].concat(),
    });
    prop_oneof![4 => globs, 4 => links, 2 => walks].prop_filter(
        "the machine's files change",
        |Request { arguments, .. }| {
            !arguments[0].starts_with(b"/") || arguments[0].len() > 2 * DEPTH
        },
    )
}

fn one_at_a_time() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody for whom the modes of directories count.
const NOBODY: u32 = 65_534;

/// Starts a copy of the program that NOBODY can reach, as NOBODY if we are root.
fn as_nobody(programs: &Path, program: &Path) -> Command {
    let copy = programs.join(program.file_name().expect("it has a name"));
    if !copy.exists() {
        fs::copy(program, &copy).unwrap();
    }
    let mut command = Command::new(copy);
    if Uid::effective().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

#[test]
fn in_trees_of_all_kinds_the_answers_are_those_of_go() {
    let _turn = one_at_a_time();
    if ORACLE.is_none() {
        return;
    }
    const REQUESTS: u32 = 120;
    let [programs, bed] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    set_mode(programs.path(), 0o755);
    let trees = 40.max(thorough() / 20);
    let mut growing = TestRunner::new(cases(trees));
    let grown = growing.run(&nodes(), |nodes| {
        let tree = Tree::grow(&bed, &nodes);
        let pair = Pair::start_as(&tree.root, |program| as_nobody(programs.path(), program));
        let pair = Mutex::new(pair.expect("there is Go"));
        TestRunner::new(cases(REQUESTS))
            .run(&tree_requests(&tree.root), |request| {
                pair.lock().unwrap().compare(&request)
            })
            .map_err(|difference| TestCaseError::fail(difference.to_string()))
    });
    grown.unwrap_or_else(|difference| panic!("{difference}"));
}

/// What random trees do not come to.
#[test]
fn at_the_limits_the_answers_are_those_of_go() {
    let _turn = one_at_a_time();
    let tree = tempfile::tempdir().unwrap();
    let Some(mut pair) = Pair::start(tree.path()) else {
        return;
    };
    let at = |name: &str| tree.path().join(name);
    fs::create_dir(at("d")).unwrap();
    fs::write(at("d/file"), "").unwrap();
    for (link, target) in [
        ("l1", "d"),
        ("slashed", "d//"),
        ("dotted", "./d/../d/."),
        ("deep", "l255/.."),
    ] {
        symlink(target, at(link)).unwrap();
    }
    for number in 2..=257 {
        symlink(format!("l{}", number - 1), at(&format!("l{number}"))).unwrap();
    }
    make_deep(tree.path());

    let long_name = "n".repeat(256);
    let long_path = "d/../".repeat(900);
    let many_stars = |parts: usize| format!("{}*", "*/".repeat(parts));
    let requests = [
        ("evalsymlinks", "l40"),
        ("evalsymlinks", "l41"),
        ("evalsymlinks", "l255/file"),
        ("evalsymlinks", "l256"),
        ("evalsymlinks", "l257/file"),
        ("evalsymlinks", "deep"),
        ("evalsymlinks", "slashed/file"),
        ("evalsymlinks", "dotted/../l1/file/"),
        ("evalsymlinks", "d/file/.."),
        ("evalsymlinks", &long_name),
        ("evalsymlinks", &long_path),
        ("evalsymlinks", ""),
        ("evalsymlinks", "/"),
        ("evalsymlinks", "/.."),
        ("evalsymlinks", "/../../dev/null"),
        ("evalsymlinks", "/dev/null/"),
        ("evalsymlinks", "../../.."),
        ("evalsymlinks", "../../../no such file"),
        ("evalsymlinks", "d/../../.."),
        ("evalsymlinks", "/dev/../../no such file"),
        // Links from the root, on most systems.
        ("evalsymlinks", "/bin/sh"),
        ("evalsymlinks", "/lib/../no such file"),
        ("evalsymlinks", "/tmp/.."),
        ("glob", "l40/*"),
        ("glob", "l41/*"),
        ("glob", "*/*"),
        ("glob", "d//*"),
        ("glob", "./d/*"),
        ("glob", "*//file"),
        ("glob", "d/../*/file"),
        ("glob", "/"),
        ("glob", "/*/null"),
        ("glob", "//dev/nul?"),
        ("glob", "*/"),
        ("glob", &long_name),
        ("glob", &many_stars(9_998)),
        ("glob", &many_stars(9_999)),
        ("glob", &many_stars(10_000)),
        ("glob", &many_stars(10_001)),
        ("walk", "deep_tree"),
        ("walk", "./deep_tree/"),
        ("walk", "l1"),
        ("walk", "l1/"),
        ("walk", "d/file"),
        ("walk", "d/file/"),
        ("walk", ""),
        ("walk", &long_name),
    ];
    for (operation, argument) in requests {
        let request = Request {
            operation,
            arguments: vec![argument.into()],
        };
        pair.compare(&request)
            .unwrap_or_else(|difference| panic!("{difference}"));
    }
}

/// A chain of directories that is longer than a path may be.
fn make_deep(root: &Path) {
    use nix::fcntl::{AT_FDCWD, OFlag, openat};
    use nix::sys::stat::{Mode, mkdirat};

    let name = "x".repeat(200);
    let open = |at: std::os::fd::BorrowedFd<'_>, name: &Path| {
        openat(at, name, OFlag::O_DIRECTORY, Mode::empty()).unwrap()
    };
    fs::create_dir(root.join("deep_tree")).unwrap();
    let mut directory = open(AT_FDCWD, &root.join("deep_tree"));
    for _ in 0..25 {
        mkdirat(&directory, &name[..], Mode::S_IRWXU).unwrap();
        directory = open(std::os::fd::AsFd::as_fd(&directory), Path::new(&name));
    }
}
