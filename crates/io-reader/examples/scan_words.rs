//! A scanner hands out a stream's words in order, and holds one buffer however many there are.
//!
//! The kernel gives bytes in pieces that end anywhere, also in the middle of a word or of a
//! character. A scanner shows what it has to a split function, which says where the next token ends
//! or that it must see more. Its memory follows the longest token and not the stream, so it can
//! read what does not fit into memory, or never ends.
//!
//! This is Go's `bufio.Scanner` with `bufio.ScanWords`, or a `SplitFunc` of one's own. For lines
//! alone std has `BufRead::lines`.

// The allocator below only counts, but the trait's methods are unsafe to implement and to call.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use io_reader::scan::{Scanner, Split};

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, with a count of the bytes in use and the most there were.
struct Counting;

// SAFETY: every request goes to `System` unchanged, and its answer back.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        // SAFETY: the caller's promise about `layout` is the one that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: `memory` came from `alloc` above with this layout, so from `System`.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const WORDS: u64 = 100_000;

fn main() -> Result<(), Box<dyn Error>> {
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let (pipe, writer) = io::pipe()?;
    let producer = thread::spawn(move || {
        let mut writer = BufWriter::new(writer);
        (0..WORDS).try_for_each(|n| writeln!(writer, " {n:09}"))?;
        writer.flush()
    });
    let mut scanner = Scanner::new(pipe);
    let mut count = 0;
    while let Some(word) = scanner.word()? {
        assert_eq!(word.parse(), Ok(count));
        count += 1;
    }
    let used = PEAK.load(Relaxed) - before;
    println!(
        "{count} words, {} bytes, in {used} bytes of memory",
        scanner.offset()
    );
    assert_eq!(count, WORDS);
    assert_eq!(scanner.offset(), 11 * WORDS);
    assert!(used < 64 * 1024);
    producer.join().expect("the producer panicked")?;

    let mut scanner = Scanner::new("名前がない。猫だ。続く".as_bytes());
    let sentences = scanner.split(sentence).collect::<Result<Vec<_>, _>>()?;
    let sentences = sentences
        .into_iter()
        .map(String::from_utf8)
        .collect::<Result<Vec<_>, _>>()?;
    println!("{sentences:?}");
    assert_eq!(sentences, ["名前がない。", "猫だ。"]);
    Ok(())
}

/// Cuts behind each full stop; a sentence without one is not finished and no token.
fn sentence(bytes: &[u8], _at_eof: bool) -> Split {
    let stop = "。".as_bytes();
    match bytes.windows(stop.len()).position(|window| window == stop) {
        Some(at) => Split::Token {
            advance: at + stop.len(),
            token: 0..at + stop.len(),
        },
        None => Split::Need,
    }
}
