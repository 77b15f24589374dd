//! Trees that are deeper than a process has descriptors and paths that are longer than `PATH_MAX`.

mod common;

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use ::fs::walk::{Kind, Next, Walker};
use common::{output_of, tool};
use nix::fcntl::{OFlag, openat, renameat};
use nix::sys::stat::{Mode, mkdirat};
use tempfile::TempDir;

/// Trees of many files are made in memory where that is possible: a disk has other users.
fn scratch() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// A directory in a directory in a directory, each with a file before and after it.
struct Deep {
    root: Option<TempDir>,
    levels: usize,
}

impl Deep {
    fn make(levels: usize) -> Self {
        let root = scratch();
        let mut directory = OwnedFd::from(File::open(root.path()).unwrap());
        for _ in 0..levels {
            file_in(&directory, "before");
            mkdirat(&directory, "down", Mode::S_IRWXU).unwrap();
            file_in(&directory, "zafter");
            directory = down(&directory);
        }
        Deep {
            root: Some(root),
            levels,
        }
    }

    fn path(&self) -> &Path {
        self.root.as_ref().unwrap().path()
    }

    /// The root, and three entries on each level.
    fn entries(&self) -> usize {
        1 + 3 * self.levels
    }

    /// The directory so many levels below the root.
    fn at(&self, depth: usize) -> OwnedFd {
        let root = OwnedFd::from(File::open(self.path()).unwrap());
        (0..depth).fold(root, |directory, _| down(&directory))
    }
}

/// std's remove_dir_all keeps a descriptor open for each level; rm does not.
impl Drop for Deep {
    fn drop(&mut self) {
        let root = self.root.take().unwrap().keep();
        let removed = Command::new("rm").arg("-rf").arg(root).status();
        assert!(removed.unwrap().success());
    }
}

fn down(directory: &OwnedFd) -> OwnedFd {
    openat(directory, "down", OFlag::O_DIRECTORY, Mode::empty()).unwrap()
}

fn file_in(directory: &OwnedFd, name: &str) {
    let flags = OFlag::O_CREAT | OFlag::O_WRONLY;
    openat(directory, name, flags, Mode::S_IRWXU).unwrap();
}

#[test]
fn a_deep_tree_is_walked_whole_and_metadata_has_no_longest_path() {
    let deep = Deep::make(5000);
    for contents_first in [false, true] {
        for sorted in [false, true] {
            let walker = Walker::new(deep.path())
                .contents_first(contents_first)
                .sorted(sorted);
            let mut entries = 0;
            for entry in walker.iter() {
                let entry = entry.unwrap();
                let metadata = entry.metadata().unwrap();
                assert_eq!(
                    (metadata.kind(), metadata.ino()),
                    (entry.kind(), entry.inode())
                );
                entries += 1;
            }
            assert_eq!(entries, deep.entries());
        }
    }
}

#[test]
fn a_deep_tree_is_walked_whole_by_threads() {
    let deep = Deep::make(3000);
    let paths = Mutex::new(Vec::new());
    Walker::new(deep.path()).threads(3).run(|| {
        |entry| {
            let entry = entry.unwrap();
            assert!(entry.metadata().is_ok());
            let length = entry.path().as_os_str().len();
            paths
                .lock()
                .unwrap()
                .push((length, entry.name().to_owned()));
            Next::Continue
        }
    });
    let mut paths = paths.into_inner().unwrap();
    paths.sort();
    assert_eq!(paths.len(), deep.entries());
    paths.dedup();
    assert_eq!(paths.len(), deep.entries());
}

#[test]
fn few_descriptors_are_enough() {
    let deep = Deep::make(500);
    for threads in ["1", "2", "4"] {
        let script = "ulimit -n 32; exec \"$0\" walk --threads \"$1\" --count \"$2\"";
        let output = output_of(
            Command::new("sh")
                .args(["-c", script, env!("CARGO_BIN_EXE_fs"), threads])
                .arg(deep.path()),
        );
        let output = String::from_utf8(output).unwrap();
        let total = format!("{:>10}  in all", deep.entries());
        assert!(output.contains(&total), "{threads} threads: {output}");
    }
}

#[test]
fn a_directory_that_is_moved_away_during_the_walk_does_not_mislead_it() {
    let deep = Deep::make(300);
    let elsewhere = tempfile::tempdir_in(deep.path().parent().unwrap()).unwrap();
    let target = OwnedFd::from(File::open(elsewhere.path()).unwrap());
    let (mut files, mut errors) = (0, 0);
    for entry in Walker::new(deep.path()).iter() {
        match entry {
            Ok(entry) if entry.kind() == Kind::Directory && entry.depth() == 250 => {
                let above = deep.at(99);
                renameat(&above, "down", &target, "moved").unwrap();
            }
            Ok(entry) => {
                assert_eq!(entry.metadata().unwrap().ino(), entry.inode());
                files += usize::from(entry.kind() == Kind::File);
            }
            Err(_) => errors += 1,
        }
    }
    // What is below the moved directory was being read already; what is above is found by name.
    assert_eq!((files, errors), (2 * deep.levels, 0));
}

#[test]
fn a_directory_that_cannot_be_found_again_is_reported() {
    let deep = Deep::make(300);
    let elsewhere = tempfile::tempdir_in(deep.path().parent().unwrap()).unwrap();
    let target = OwnedFd::from(File::open(elsewhere.path()).unwrap());
    let mut lost = Vec::new();
    for entry in Walker::new(deep.path()).iter() {
        match entry {
            Ok(entry) if entry.kind() == Kind::Directory && entry.depth() == 250 => {
                renameat(deep.at(99), "down", &target, "lower").unwrap();
                renameat(deep.at(49), "down", &target, "upper").unwrap();
            }
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error.action, "return to");
                lost.push(error.depth);
            }
        }
    }
    // Between the two moves neither `..` nor the names lead back.
    assert_eq!(lost, (50..100).rev().collect::<Vec<_>>());
}

#[test]
fn the_tool_prints_paths_of_any_length() {
    let deep = Deep::make(1500);
    let output = output_of(tool(&["walk"]).arg(deep.path()));
    let root = deep.path().as_os_str().as_bytes().len();
    let longest = output.split(|byte| *byte == b'\n').map(<[u8]>::len).max();
    assert_eq!(longest, Some(root + 1499 * "/down".len() + "/zafter".len()));
}
