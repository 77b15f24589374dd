//! The tree that all walk.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::Seen;
use crate::Result;

pub(super) struct Tree {
    pub(super) root: PathBuf,
    /// What each walk has to see.
    all: Seen,
    /// Below the root there are so many directories with 1000 directories each with 10 files.
    breadth: usize,
}

impl Tree {
    /// Made once, and kept for the rounds to come.
    pub(super) fn make(quick: bool) -> Result<Self> {
        let breadth = if quick { 1 } else { 20 };
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("walk-{breadth}"));
        let mut tree = Tree {
            root,
            all: Seen::default(),
            breadth,
        };
        if !tree.root.exists() {
            tree.fill()?;
        }
        tree.count();
        Ok(tree)
    }

    pub(super) fn directories(&self) -> impl Iterator<Item = PathBuf> {
        (0..self.breadth).flat_map(move |outer| {
            (0..1000).map(move |inner| PathBuf::from(format!("{outer:02}/{inner:03}")))
        })
    }

    pub(super) fn check(&self, seen: Seen) -> Result<()> {
        if seen == self.all {
            Ok(())
        } else {
            Err(format!("saw {seen:?} of {:?}", self.all).into())
        }
    }

    /// Without the root, which not every program prints.
    pub(super) fn entries_below(&self) -> u64 {
        self.all.entries - 1
    }

    /// Appears under its name when it is whole.
    fn fill(&self) -> Result<()> {
        let unfinished = self.root.with_extension("unfinished");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        for directory in self.directories() {
            let directory = unfinished.join(directory);
            fs::create_dir_all(&directory)?;
            for file in 0..10 {
                File::create(directory.join(format!("file-{file}")))?;
            }
        }
        fs::rename(unfinished, &self.root)?;
        Ok(())
    }

    fn count(&mut self) {
        let root = self.root.as_os_str().len();
        let (outer, inner, file) = ("/00".len(), "/000".len(), "/file-0".len());
        let breadth = self.breadth;
        for (entries, length) in [
            (1, root),
            (breadth, root + outer),
            (breadth * 1000, root + outer + inner),
            (breadth * 10_000, root + outer + inner + file),
        ] {
            self.all.entries += entries as u64;
            self.all.bytes += (entries * length) as u64;
        }
    }
}
