//! Ten times the entries take no more memory, neither in one directory nor in many.

// An allocator is unsafe to implement: what the system's gives is passed on as it is.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::{self, File};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use ::fs::walk::{Next, Walker};
use tempfile::TempDir;

/// The system's allocator, and how much it has given.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller keeps alloc's contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps dealloc's contract, and alloc above is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Trees of many files are made in memory where that is possible: a disk has other users.
fn scratch() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// How far the memory in use rises during `work`.
fn peak(work: impl FnOnce()) -> usize {
    let before = NOW.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    work();
    PEAK.load(Ordering::Relaxed) - before
}

fn iterate(root: &Path, entries: usize) {
    let given = Walker::new(root).iter().map(Result::unwrap).count();
    assert_eq!(given, entries);
}

fn iterate_sorted(root: &Path, entries: usize) {
    let walker = Walker::new(root).sorted(true);
    let given = walker.iter().map(Result::unwrap).count();
    assert_eq!(given, entries);
}

fn run(root: &Path, entries: usize) {
    let given = AtomicUsize::new(0);
    Walker::new(root).threads(2).run(|| {
        |entry| {
            entry.unwrap();
            given.fetch_add(1, Ordering::Relaxed);
            Next::Continue
        }
    });
    assert_eq!(given.into_inner(), entries);
}

/// A walk, and by how many bytes two of them may differ by chance: in the lengths of names and paths,
/// and on several threads in how many directories are open at the same time, a buffer for each.
type Walk = (&'static str, fn(&Path, usize), usize);

/// Walks both roots, the first with few entries and the second with many.
fn compare(name: &str, walks: &[Walk], few: (&Path, usize), many: (&Path, usize)) {
    for (how, walk, allowance) in walks {
        walk(few.0, few.1);
        let small = peak(|| walk(few.0, few.1));
        let large = peak(|| walk(many.0, many.1));
        println!("{name}, {how}: {small} and {large} bytes");
        assert!(
            large <= small + allowance,
            "{name}, {how}: {small} bytes for {} entries, {large} for {}",
            few.1,
            many.1
        );
    }
}

// One test, since the allocator counts for the whole process.
#[test]
fn memory_does_not_grow_with_the_number_of_entries() {
    let root = scratch();
    let make = |name: &str, count: usize, one: fn(&Path)| {
        let directory = root.path().join(name);
        fs::create_dir(&directory).unwrap();
        for number in 0..count {
            one(&directory.join(format!("{number:06}")));
        }
        directory
    };
    let file = |path: &Path| drop(File::create(path).unwrap());
    let directory = |path: &Path| fs::create_dir(path).unwrap();
    let branch = |path: &Path| {
        for number in 0..20 {
            fs::create_dir_all(path.join(number.to_string())).unwrap();
        }
    };

    let any_order: &[Walk] = &[("iter", iterate, 16 * 1024), ("run", run, 256 * 1024)];
    let every_order = [any_order, &[("sorted", iterate_sorted, 32 * 1024)]].concat();

    let few = make("few files", 4000, file);
    let many = make("many files", 40_000, file);
    compare("files", any_order, (&few, 4001), (&many, 40_001));

    let few = make("few directories", 2000, directory);
    let many = make("many directories", 20_000, directory);
    compare("directories", any_order, (&few, 2001), (&many, 20_001));

    let few = make("few branches", 20, branch);
    let many = make("many branches", 200, branch);
    compare("branches", &every_order, (&few, 421), (&many, 4201));
}
