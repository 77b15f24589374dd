//! Random trees of files.

#![allow(unreachable_pub)]

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tempfile::TempDir;

use crate::pair::text;

/// So deep below the temporary directory is a tree that no `..` in it leads out of that.
pub const DEPTH: usize = 60;

/// Files of all kinds, some of them out of reach for users other than root.
pub struct Tree {
    pub root: PathBuf,
    directories: Vec<PathBuf>,
}

#[derive(Debug, Clone)]
pub enum Kind {
    Directory(u32),
    File,
    Pipe,
    Link(Vec<u8>),
    /// To the path below the tree's root, from the root of all.
    AbsoluteLink(Vec<u8>),
}

#[derive(Debug, Clone)]
pub struct Node {
    pub path: Vec<u8>,
    pub kind: Kind,
}

pub const NAMES: &[&[u8]] = &[
    b"a",
    b"a",
    b"a",
    b"b",
    b"b",
    b"ab",
    b".c",
    b"*",
    b"[a]",
    b"a\\",
    b"-",
    b"\xff",
    "é".as_bytes(),
    b"..",
    b"~",
];

pub fn path_in_tree(most: usize) -> impl Strategy<Value = Vec<u8>> + Clone {
    vec(select(NAMES), 1..=most).prop_map(|names| names.join(&b'/'))
}

pub fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let link = path_in_tree(3).boxed();
    let odd_link = text(&[b"a", b"/", b".", b"..", b"b", b"/a", b"../"], 4).prop_filter(
        "a link leads somewhere, and not to the machine's files",
        |target| !target.is_empty() && *::fs::path::clean(target) != *b"/",
    );
    let kind = prop_oneof![
        6 => select(&[0o755, 0o755, 0o755, 0o755, 0o444, 0o111, 0o000][..]).prop_map(Kind::Directory),
        3 => Just(Kind::File),
        1 => Just(Kind::Pipe),
        3 => link.clone().prop_map(Kind::Link),
        2 => odd_link.prop_map(Kind::Link),
        1 => link.prop_map(Kind::AbsoluteLink),
    ];
    let node = (path_in_tree(4), kind).prop_map(|(path, kind)| Node { path, kind });
    vec(node, 0..40)
}

impl Tree {
    /// Deep in `bed`, where one tree is at a time. As much of `nodes` as is possible: a name may be
    /// taken, or its directory be none.
    pub fn grow(bed: &TempDir, nodes: &[Node]) -> Self {
        let root = bed.path().join("0/".repeat(DEPTH));
        fs::create_dir_all(&root).unwrap();
        let root = root.join("tree");
        fs::create_dir(&root).unwrap();
        set_mode(bed.path(), 0o755);
        let mut tree = Self {
            root,
            directories: Vec::new(),
        };
        let mut modes = Vec::new();
        for Node { path, kind } in nodes {
            // Not out of the tree.
            if path.split(|&byte| byte == b'/').any(|name| name == b"..") {
                continue;
            }
            let path = tree.root.join(OsStr::from_bytes(path));
            let is_within = path.parent().is_some_and(|directory| {
                fs::canonicalize(directory).is_ok_and(|directory| {
                    directory.starts_with(fs::canonicalize(&tree.root).unwrap())
                })
            });
            if is_within
                && tree.plant(&path, kind)
                && let Kind::Directory(mode) = kind
            {
                modes.push((path, *mode));
            }
        }
        for (path, mode) in modes.iter().rev() {
            set_mode(path, *mode);
        }
        tree
    }

    fn plant(&mut self, path: &Path, kind: &Kind) -> bool {
        match kind {
            Kind::Directory(_) => {
                let made = fs::create_dir(path).is_ok();
                if made {
                    self.directories.push(path.to_owned());
                }
                made
            }
            Kind::File => fs::File::create_new(path).is_ok(),
            Kind::Pipe => mkfifo(path, Mode::from_bits_truncate(0o644)).is_ok(),
            Kind::Link(target) => symlink(OsStr::from_bytes(target), path).is_ok(),
            Kind::AbsoluteLink(target) => {
                symlink(self.root.join(OsStr::from_bytes(target)), path).is_ok()
            }
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        for directory in &self.directories {
            set_mode(directory, 0o755);
        }
        let _ = fs::remove_dir_all(&self.root);
    }
}

pub fn set_mode(path: &Path, mode: u32) {
    // A directory below one that is shut is out of reach, and is set when that is open again.
    let _ = fs::set_permissions(path, Permissions::from_mode(mode));
}
