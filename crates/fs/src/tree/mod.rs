//! A walk as a picture: `tree`.
//!
//! The picture needs what a walk cannot know yet: whether a name is the last of its directory, which
//! decides between `├──` and `└──`, and with filters that is known only when all names after it
//! have been seen. So [`read`] makes [`Node`]s of a whole sorted walk first, and [`draw`] draws them.

mod draw;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::mem;
use std::path::{Path, PathBuf};

use crate::fnmatch::{Options as Flags, Pattern};
use crate::walk::{Entry, Kind, Metadata, Walk, WalkError, Walker};

pub use draw::{Style, draw};

/// What is left out.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Names that begin with a period are shown too.
    pub hidden: bool,
    /// Only directories, and symlinks that lead to one.
    pub directories_only: bool,
    /// Directories at this depth are shown and not entered; the root has depth 0.
    pub max_depth: usize,
    /// If there is any, only these files; directories are shown all the same.
    pub only: Vec<Pattern>,
    /// Neither these files nor these directories.
    pub without: Vec<Pattern>,
    /// Directories before all else in each directory.
    pub directories_first: bool,
}

/// One name, and what is below it.
#[derive(Debug, Clone)]
pub struct Node {
    /// The root as it was given; of others, the last name.
    pub name: OsString,
    /// From the root on, as it was given.
    pub path: PathBuf,
    /// What it is; of a root that is a symlink, what that leads to.
    pub kind: Kind,
    /// What is in it, if it is a symlink.
    pub target: Option<PathBuf>,
    /// Whether a symlink leads to a directory.
    pub leads_to_directory: bool,
    /// What stat(2) says, where that was asked for.
    pub metadata: Option<Metadata>,
    /// In order of their bytes.
    pub children: Vec<Node>,
    /// Its contents could not be read, or not all of them.
    pub unreadable: bool,
}

/// How much there was to see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Symlinks to directories count as such, a root if there is anything in it.
    pub directories: u64,
    /// All else.
    pub files: u64,
}

impl Default for Filter {
    /// What is not hidden.
    fn default() -> Self {
        Filter {
            hidden: false,
            directories_only: false,
            max_depth: usize::MAX,
            only: Vec::new(),
            without: Vec::new(),
            directories_first: false,
        }
    }
}

/// The patterns of `a|b*|c`, of which one has to match.
pub fn alternatives(patterns: &OsStr) -> Vec<Pattern> {
    patterns
        .as_encoded_bytes()
        .split(|byte| *byte == b'|')
        .map(|pattern| {
            use std::os::unix::ffi::OsStrExt;
            Pattern::new(OsStr::from_bytes(pattern), Flags::default())
        })
        .collect()
}

/// Reads the tree below `root`, with metadata when `measured`. What cannot be read is marked in the
/// tree and handed to `complain`.
pub fn read(
    root: &Path,
    filter: &Filter,
    measured: bool,
    complain: &mut dyn FnMut(WalkError),
) -> Node {
    // A root is shown with what it leads to; a slash makes the kernel follow it.
    let is_link = fs::symlink_metadata(root).is_ok_and(|found| found.is_symlink());
    let start = if is_link && root.is_dir() {
        root.join("")
    } else {
        root.to_owned()
    };
    let walk = Walker::new(start)
        .sorted(true)
        .max_depth(filter.max_depth)
        .iter();
    let mut reader = Reader {
        filter,
        measured,
        open: Vec::new(),
    };
    let mut tree = reader.read(walk, complain).unwrap_or_else(|| missing(root));
    tree.name = root.into();
    root.clone_into(&mut tree.path);
    tree.unreadable |= tree.kind != Kind::Directory;
    tree
}

impl Node {
    /// How much is below it, and itself unless it is a directory with nothing in it.
    pub fn count(&self) -> Count {
        let mut count = Count {
            directories: u64::from(!self.children.is_empty()),
            files: u64::from(self.kind != Kind::Directory),
        };
        // Trees can be deeper than the stack.
        let mut rest: Vec<&Node> = self.children.iter().collect();
        while let Some(node) = rest.pop() {
            match node.is_directory() {
                true => count.directories += 1,
                false => count.files += 1,
            }
            rest.extend(&node.children);
        }
        count
    }

    /// On how many levels there are names below it.
    pub fn height(&self) -> usize {
        let mut height = 0;
        let mut level = vec![self];
        loop {
            level = level.iter().flat_map(|node| &node.children).collect();
            if level.is_empty() {
                return height;
            }
            height += 1;
        }
    }

    fn is_directory(&self) -> bool {
        self.kind == Kind::Directory || self.leads_to_directory
    }
}

/// One level after the other: the compiler's drop would need stack for all at once.
impl Drop for Node {
    fn drop(&mut self) {
        let mut rest = mem::take(&mut self.children);
        while let Some(mut node) = rest.pop() {
            rest.append(&mut node.children);
        }
    }
}

impl Filter {
    fn shows(&self, node: &Node) -> bool {
        let matches = |patterns: &[Pattern]| patterns.iter().any(|p| p.matches(&node.name));
        let is_hidden = node.name.as_encoded_bytes().starts_with(b".");
        (self.hidden || !is_hidden)
            && !matches(&self.without)
            && (!self.directories_only || node.is_directory())
            && (self.only.is_empty() || node.kind == Kind::Directory || matches(&self.only))
    }
}

struct Reader<'f> {
    filter: &'f Filter,
    measured: bool,
    /// The node that was read last, below all that it is in: one for each depth.
    open: Vec<Node>,
}

impl Reader<'_> {
    fn read(&mut self, mut walk: Walk, complain: &mut dyn FnMut(WalkError)) -> Option<Node> {
        while let Some(entry) = walk.next() {
            match entry {
                Ok(entry) => self.add(&entry, &mut walk),
                Err(error) => {
                    self.mark(&error.path);
                    complain(error);
                }
            }
        }
        self.close_to(1);
        let mut root = self.open.pop()?;
        self.filter.arrange(&mut root);
        Some(root)
    }

    fn add(&mut self, entry: &Entry, walk: &mut Walk) {
        let node = node(entry, self.measured);
        if entry.depth() > 0 && !self.filter.shows(&node) {
            if entry.kind() == Kind::Directory {
                walk.skip_directory();
            }
            return;
        }
        self.close_to(entry.depth());
        self.open.push(node);
    }

    /// Puts the nodes that are complete into those above them, until `depth` are open.
    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth.max(1) {
            if let (Some(mut done), Some(above)) = (self.open.pop(), self.open.last_mut()) {
                self.filter.arrange(&mut done);
                above.children.push(done);
            }
        }
    }

    fn mark(&mut self, path: &Path) {
        let open = self.open.iter_mut().rfind(|node| node.path == path);
        if let Some(node) = open {
            node.unreadable = true;
        }
    }
}

impl Filter {
    fn arrange(&self, node: &mut Node) {
        if self.directories_first {
            // Stable: names stay in order on both sides.
            node.children.sort_by_key(|child| !child.is_directory());
        }
    }
}

fn node(entry: &Entry, measured: bool) -> Node {
    let is_link = entry.kind() == Kind::Symlink;
    let target = is_link.then(|| fs::read_link(entry.path()).ok()).flatten();
    Node {
        name: entry.name().to_owned(),
        path: entry.path().to_owned(),
        kind: entry.kind(),
        leads_to_directory: is_link && entry.path().is_dir(),
        target,
        metadata: measured.then(|| entry.metadata().ok()).flatten(),
        children: Vec::new(),
        unreadable: false,
    }
}

/// A root that is not there.
fn missing(root: &Path) -> Node {
    Node {
        name: root.into(),
        path: root.to_owned(),
        kind: Kind::Directory,
        target: None,
        leads_to_directory: false,
        metadata: None,
        children: Vec::new(),
        unreadable: true,
    }
}
