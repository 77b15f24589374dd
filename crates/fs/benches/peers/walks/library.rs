//! Walks inside this process.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use ::fs::walk::{Next, Walker};
use ignore::{WalkBuilder, WalkState};

use super::Seen;
use super::tree::Tree;
use crate::Result;

impl Seen {
    fn note(&mut self, path: &Path) {
        self.entries += 1;
        self.bytes += path.as_os_str().len() as u64;
    }
}

/// The sum over the threads; each adds its own when it is dropped.
#[derive(Default)]
struct Sum {
    entries: AtomicU64,
    bytes: AtomicU64,
}

struct Share<'a> {
    seen: Seen,
    sum: &'a Sum,
}

impl Sum {
    fn share(&self) -> Share<'_> {
        Share {
            seen: Seen::default(),
            sum: self,
        }
    }

    fn seen(self) -> Seen {
        Seen {
            entries: self.entries.into_inner(),
            bytes: self.bytes.into_inner(),
        }
    }
}

impl Share<'_> {
    fn note(&mut self, path: &Path) {
        self.seen.note(path);
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.sum
            .entries
            .fetch_add(self.seen.entries, Ordering::Relaxed);
        self.sum.bytes.fetch_add(self.seen.bytes, Ordering::Relaxed);
    }
}

pub(super) fn run(tree: &Tree, threads: usize) -> Result<Seen> {
    let sum = Sum::default();
    Walker::new(&tree.root).threads(threads).run(|| {
        let mut share = sum.share();
        move |entry| match entry {
            Ok(entry) => {
                share.note(entry.path());
                Next::Continue
            }
            Err(_) => Next::Stop,
        }
    });
    Ok(sum.seen())
}

pub(super) fn iter(tree: &Tree) -> Result<Seen> {
    let mut seen = Seen::default();
    for entry in Walker::new(&tree.root).iter() {
        seen.note(entry?.path());
    }
    Ok(seen)
}

pub(super) fn ignore(tree: &Tree) -> Result<Seen> {
    let sum = Sum::default();
    WalkBuilder::new(&tree.root)
        .standard_filters(false)
        .threads(2)
        .build_parallel()
        .run(|| {
            let mut share = sum.share();
            Box::new(move |entry| match entry {
                Ok(entry) => {
                    share.note(entry.path());
                    WalkState::Continue
                }
                Err(_) => WalkState::Quit,
            })
        });
    Ok(sum.seen())
}

pub(super) fn jwalk(tree: &Tree) -> Result<Seen> {
    let mut seen = Seen::default();
    for entry in jwalk::WalkDir::new(&tree.root)
        .skip_hidden(false)
        .parallelism(jwalk::Parallelism::RayonNewPool(2))
    {
        seen.note(&entry?.path());
    }
    Ok(seen)
}

pub(super) fn walkdir(tree: &Tree) -> Result<Seen> {
    let mut seen = Seen::default();
    for entry in walkdir::WalkDir::new(&tree.root) {
        seen.note(entry?.path());
    }
    Ok(seen)
}
