//! On random trees, in every combination of options, a walk gives what the `walkdir` crate gives.

mod common;

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ::fs::walk::{Entry, Kind, Next, WalkError, Walker};
use proptest::prelude::*;
use tempfile::TempDir;
use walkdir::WalkDir;

/// In memory where that is possible: a disk has other users.
fn scratch() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// An entry by path, kind and depth, or the path that could not be walked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Entry(PathBuf, char, usize),
    Error(PathBuf),
}

#[derive(Debug, Clone)]
enum Node {
    File,
    Directory,
    Symlink(String),
}

#[derive(Debug, Clone, Copy)]
struct Options {
    sorted: bool,
    follow: bool,
    contents_first: bool,
    max_depth: usize,
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "B", "ab", ".c", "d e", "é"]).prop_map(str::to_owned)
}

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(name(), 1..5).prop_map(|names| names.join("/"))
}

fn node() -> impl Strategy<Value = Node> {
    let target = prop_oneof![
        path(),
        Just(".".to_owned()),
        Just("..".to_owned()),
        name().prop_map(|name| format!("../{name}")),
    ];
    prop_oneof![
        Just(Node::File),
        Just(Node::Directory),
        target.prop_map(Node::Symlink)
    ]
}

fn options() -> impl Strategy<Value = Options> {
    (any::<bool>(), any::<bool>(), any::<bool>(), 0..6_usize).prop_map(
        |(sorted, follow, contents_first, max_depth)| Options {
            sorted,
            follow,
            contents_first,
            max_depth,
        },
    )
}

/// The tree is `tree` in the directory that this gives, which has nothing else: `..` leads no
/// further. What is in the way of something else is left as it is.
fn make(nodes: &[(String, Node)]) -> TempDir {
    let outside = scratch();
    let root = outside.path().join("tree");
    fs::create_dir(&root).unwrap();
    for (path, node) in nodes {
        let path = root.join(path);
        let parent = path.parent().unwrap();
        if parent.ancestors().any(Path::is_symlink) || fs::create_dir_all(parent).is_err() {
            continue;
        }
        let _ = match node {
            Node::File => File::create_new(&path).map(drop),
            Node::Directory => fs::create_dir(&path),
            Node::Symlink(target) => symlink(target, &path),
        };
    }
    outside
}

fn expected(root: &Path, options: Options) -> Vec<Item> {
    let mut walk = WalkDir::new(root)
        .follow_links(options.follow)
        .contents_first(options.contents_first)
        .max_depth(options.max_depth);
    if options.sorted {
        walk = walk.sort_by_file_name();
    }
    walk.into_iter().map(of_walkdir).collect()
}

fn of_walkdir(entry: walkdir::Result<walkdir::DirEntry>) -> Item {
    let error = match entry {
        Ok(entry) => {
            let kind = match entry.file_type() {
                kind if kind.is_dir() => 'd',
                kind if kind.is_file() => 'f',
                _ => 'l',
            };
            return Item::Entry(entry.path().to_owned(), kind, entry.depth());
        }
        Err(error) => error,
    };
    let path = error.path().unwrap().to_owned();
    let raw = error.io_error().and_then(std::io::Error::raw_os_error);
    match raw {
        // A link that leads nowhere is an error there and a symlink here, as for `find -L`.
        Some(nix::libc::ENOENT | nix::libc::ENOTDIR) => Item::Entry(path, 'l', error.depth()),
        _ => Item::Error(path),
    }
}

fn of_ours(entry: Result<&Entry, WalkError>) -> Item {
    match entry {
        Ok(entry) => {
            let kind = match entry.kind() {
                Kind::Directory => 'd',
                Kind::File => 'f',
                _ => 'l',
            };
            assert_eq!(entry.metadata().unwrap().kind(), entry.kind());
            Item::Entry(entry.path().to_owned(), kind, entry.depth())
        }
        Err(error) => Item::Error(error.path),
    }
}

fn iter(walker: &Walker) -> Vec<Item> {
    walker
        .iter()
        .map(|entry| match entry {
            Ok(entry) => of_ours(Ok(&entry)),
            Err(error) => of_ours(Err(error)),
        })
        .collect()
}

fn run(walker: &Walker, threads: usize) -> Vec<Item> {
    let items = Mutex::new(Vec::new());
    walker.clone().threads(threads).run(|| {
        |entry| {
            items.lock().unwrap().push(of_ours(entry));
            Next::Continue
        }
    });
    items.into_inner().unwrap()
}

fn in_order(mut items: Vec<Item>) -> Vec<Item> {
    items.sort();
    items
}

proptest! {
    #![proptest_config(common::cases(150))]

    #[test]
    fn a_walk_is_what_walkdir_gives(
        nodes in prop::collection::vec((path(), node()), 0..25),
        options in options(),
    ) {
        let outside = make(&nodes);
        let root = outside.path().join("tree");
        let expected = expected(&root, options);
        let walker = Walker::new(&root)
            .sorted(options.sorted)
            .follow_links(options.follow)
            .contents_first(options.contents_first)
            .max_depth(options.max_depth);
        let given = iter(&walker);
        if options.sorted {
            prop_assert_eq!(&given, &expected);
        }
        let expected = in_order(expected);
        prop_assert_eq!(in_order(given), expected.clone());
        prop_assert_eq!(in_order(run(&walker, 1)), expected.clone());
        prop_assert_eq!(in_order(run(&walker, 3)), expected);
    }
}
