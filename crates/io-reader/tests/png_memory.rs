//! Files that are made to take much memory, or for ever, take neither.
#![allow(unsafe_code)] // A global allocator, to count what is allocated, is an unsafe trait.

mod common;
mod png_images;

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use common::within_patience;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use io_reader::png::{self, ChunkReader, MOST_FAULTS};
use png_images::{Format, SMALL, chunk, join};

/// The system's allocator, with a count of the bytes that are allocated, now and at most.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: both methods hand their arguments on to `System`, which is an allocator, and hand on what
// it returns; counting does not touch the memory. `realloc` and `alloc_zeroed` are made of them.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(now, Ordering::Relaxed);
        // SAFETY: our caller promises a layout of non-zero size, as `System::alloc` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: our caller promises that `block` is from `alloc` with this layout, so it is from
        // `System::alloc` with it.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One test at a time, since the count is that of the process. Each test begins with taking this.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    // Another test that failed leaves nothing behind that could harm this one.
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many bytes more than before were allocated at once, at most, while `work` ran.
fn memory_of<T>(work: impl FnOnce() -> T) -> usize {
    let before = NOW.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    work();
    MOST.load(Ordering::Relaxed) - before
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

fn zeros(length: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let block = vec![0; MIB];
    for _ in 0..length / MIB {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn a_length_that_is_a_lie_costs_nothing() {
    let _alone = alone();
    let claims = |length: u32| [&length.to_be_bytes(), &b"IDAT"[..], &[7; 50]].concat();
    for length in [1 << 20, (1 << 31) - 1, u32::MAX] {
        let file = [join(&[SMALL.ihdr()]), claims(length)].concat();
        let memory = memory_of(|| {
            let last = ChunkReader::new(&file[..]).last().unwrap();
            assert!(last.is_err());
        });
        assert!(memory < 16 * KIB, "{memory} bytes for a claim of {length}");
        let memory = memory_of(|| assert_ne!(png::check(&file), []));
        assert!(memory < 256 * KIB, "{memory} bytes for a claim of {length}");
    }
}

#[test]
fn an_image_that_inflates_without_end_costs_nothing() {
    let _alone = alone();
    let bomb = chunk(b"IDAT", &zeros(64 * MIB));
    assert!(bomb.len() < 128 * KIB);
    let end = chunk(b"IEND", b"");
    let huge = Format {
        width: 1 << 30,
        height: 1 << 30,
        ..SMALL
    };
    for format in [
        SMALL,
        huge,
        Format {
            interlaced: true,
            ..huge
        },
    ] {
        let file = join(&[format.ihdr(), bomb.clone(), end.clone()]);
        let memory = memory_of(|| assert_eq!(png::check(&file).len(), 1));
        assert!(memory < 256 * KIB, "{memory} bytes for {format:?}");
    }
}

#[test]
fn a_text_that_inflates_without_end_costs_little() {
    let _alone = alone();
    let bomb = [&b"Bomb\0\0"[..], &zeros(64 * MIB)].concat();
    let file = join(&[SMALL.ihdr(), chunk(b"zTXt", &bomb), chunk(b"IEND", b"")]);
    let memory = memory_of(|| {
        png::check(&file);
        png::text::entries(&file[..]).unwrap_err();
    });
    assert!(memory < 32 * MIB, "{memory} bytes");
}

#[test]
fn a_file_of_faults_costs_a_few_times_its_size() {
    let _alone = alone();
    let broken = [0, 0, 0, 0, b't', b'E', b'X', b't', 0, 0, 0, 0].repeat(200_000);
    let file = [&join(&[SMALL.ihdr()])[..], &broken].concat();
    let memory = memory_of(|| assert_eq!(png::check(&file).len(), MOST_FAULTS));
    assert!(
        memory < 16 * file.len(),
        "{memory} bytes for {}",
        file.len()
    );
}

/// Files on which looking for the next chunk goes wrong at every step. Were that work not bounded,
/// each would take longer than our patience.
#[test]
fn searching_ends() {
    let _alone = alone();
    // Many beginnings of long chunks, one in the other.
    let mut nested = join(&[SMALL.ihdr()]);
    while nested.len() < 2 * MIB {
        let half_the_rest = (2 * MIB - nested.len()) as u32 / 2;
        nested.extend(half_the_rest.to_be_bytes());
        nested.extend(b"IDAT");
    }
    // Many lengths that lead on, from chunk to chunk, but never to the end.
    let mut chains = join(&[SMALL.ihdr()]);
    while chains.len() < 2 * MIB {
        chains.extend([0, 0, 0, 0, b'I', b'D', b'A', b'T', 0, 0, 0, 0]);
        chains.extend([0, 0, 0, 1, b'I', b'D', 0, b'T', 0, 0, 0, 0]);
    }
    // Long chunks that end at places of their own among zeros, and have a sound chunk within.
    let mut overlapping = join(&[SMALL.ihdr()]);
    let sound = chunk(b"tEXt", b"k\0");
    while overlapping.len() < 8 * MIB {
        overlapping.extend((8 * MIB as u32).to_be_bytes());
        overlapping.extend(b"IDAT\0\0\0\0");
        overlapping.extend(&sound);
    }
    overlapping.resize(16 * MIB + 100, 0);
    for file in [nested, chains, overlapping] {
        within_patience("checking a file that is made to be slow", move || {
            assert_ne!(png::check(&file), []);
        });
    }
}
