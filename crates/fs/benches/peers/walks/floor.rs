//! What the kernel asks for, and nothing else: every directory opened, read and closed, by threads
//! that know beforehand where the directories are.

#[cfg(target_os = "linux")]
#[path = "floor/linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "floor/macos.rs"]
mod platform;

use std::ffi::CString;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::thread;
use std::time::Instant;

use super::tree::Tree;
use super::{middle, milliseconds};
use crate::Result;

pub(super) fn measure(quick: bool, threads: usize) -> Result<f64> {
    let tree = Tree::make(quick)?;
    let root = OwnedFd::from(File::open(&tree.root)?);
    let directories: Vec<CString> = tree
        .directories()
        .map(|directory| CString::new(directory.as_os_str().as_bytes()))
        .collect::<std::result::Result<_, _>>()?;
    let share = directories.len().div_ceil(threads);
    let once = || -> Result<f64> {
        let start = Instant::now();
        thread::scope(|scope| {
            let others: Vec<_> = directories
                .chunks(share)
                .map(|chunk| scope.spawn(|| platform::read_all(&root, chunk)))
                .collect();
            others
                .into_iter()
                .try_for_each(|other| other.join().expect("reading does not panic"))
        })?;
        Ok(milliseconds(start))
    };
    once()?;
    middle(once)
}
