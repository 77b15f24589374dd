//! Where events are kept until somebody asks: a ring of words that its owner writes without a lock.
//!
//! # Encoding
//!
//! An event is one word, and a second one if it has an argument:
//!
//! ```text
//!   63     32 31                            9  8     7      6     5    4    0
//!  +---------+------------------------------+-----+------+-----+------+------+
//!  |  task   | ticks since the event before | own | same | arg | wide | kind |
//!  +---------+------------------------------+-----+------+-----+------+------+
//! ```
//!
//! `wide`: the task's number does not fit, and stands in a word of its own. `same`: the argument is that of
//! the last event that had one, as it is for one spawn after another, and is not written again. `own`: the
//! event ends the turn of the task that runs, whose number is known from its start. Then the task's place is free
//! for the one whose turn begins at that moment, if there is one: so a switch from task to task, the commonest
//! of all, is two events in one word. The end is written first, and the start into the same word.
//!
//! Two more kinds of word come between the events: `TIME`, when more time has passed than fits, and `MACHINE`,
//! when another M writes.
//!
//! The ring is cut into chunks. A chunk begins with the time, the M, and how many events it came to
//! hold, so that it can be read without the ones before it: when the ring is full, the oldest chunk is
//! overwritten, and its events are counted as dropped.
//!
//! # The delicate moment
//!
//! A reader copies a chunk while the owner begins to overwrite it. The owner first moves `position` into the
//! new chunk, then (release fence) writes; the reader first copies, then (acquire fence) reads `position`.
//! If the copy has any of the new words, the reader sees the new position, and throws the copy away.

mod decode;

use std::sync::atomic::{AtomicU64, Ordering, fence};

use decode::decode;

use super::{Event, Kind};
use crate::runtime::TaskId;

/// Words in a chunk: one page.
const CHUNK: usize = 512;

type Chunk = [AtomicU64; CHUNK];

/// Time, M, number of events.
const HEAD: usize = 3;

/// The most that one event takes: time, M, itself, task, argument.
const LONGEST: usize = 5;

const TIME: u64 = 30;
const MACHINE: u64 = 31;
const WIDE: u64 = 1 << 5;
const ARGUMENT: u64 = 1 << 6;
const SAME: u64 = 1 << 7;
const OWN: u64 = 1 << 8;
const DELTA_AT: u32 = 9;
const DELTA_BITS: u32 = 23;
const TASK_AT: u32 = 32;

/// See the module. All fields but `chunks` and `position` are the owner's, who alone writes them; they are
/// atomics, so that whoever owns the P may be the owner without `unsafe`.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Ring {
    chunks: Box<[Chunk]>,
    /// Where the next event goes, in words since the first one ever.
    position: AtomicU64,
    /// When the last event was.
    last: AtomicU64,
    machine: AtomicU64,
    /// Whose turn it is, as far as the current chunk tells; 0 if it does not.
    running: AtomicU64,
    /// Where the last event is, if it ended that turn; 0 if it did not.
    ended: AtomicU64,
    /// The last argument in the current chunk.
    argument: AtomicU64,
    /// Events in the current chunk.
    events: AtomicU64,
    dropped: AtomicU64,
    /// The chunk with which the current recording begins.
    first: AtomicU64,
}

/// One event, as it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// The clock's ticks; `None` for the same as that of the event before.
    pub(super) time: Option<u64>,
    pub(super) machine: u64,
    pub(super) kind: Kind,
    pub(super) task: TaskId,
    pub(super) argument: u64,
}

impl Ring {
    /// Room for `bytes` or up to twice that: a power of two. Two chunks at least, as one is being
    /// written.
    pub(super) fn new(bytes: usize) -> Self {
        let count = (bytes / 8).div_ceil(CHUNK).max(2).next_power_of_two();
        let chunks: Box<[Chunk]> = (0..count)
            .map(|_| [const { AtomicU64::new(0) }; CHUNK])
            .collect();
        // Zeroed memory is had from the kernel page by page, as it is written: now, not when events come.
        for chunk in &chunks {
            chunk[0].store(0, Ordering::Relaxed);
        }
        Ring {
            chunks,
            position: AtomicU64::new(0),
            last: AtomicU64::new(0),
            machine: AtomicU64::new(u64::MAX),
            running: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            argument: AtomicU64::new(0),
            events: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            first: AtomicU64::new(0),
        }
    }

    /// Forgets what there is, as far as readers go. Nobody is to write meanwhile; a late event of the
    /// recording before does no harm, since it has an earlier time.
    pub(super) fn begin(&self) {
        let chunk = self.position.load(Ordering::Acquire) / CHUNK as u64;
        self.first.store(chunk, Ordering::Relaxed);
        self.dropped.store(0, Ordering::Relaxed);
    }

    /// Adds an event. Only the owner may.
    ///
    /// Almost all take one word, or none. This is inlined where the kind is known, so that little is left of it.
    /// `OWN_END`: it is of a kind that ends turns, and almost always ends the one that the chunk tells of.
    #[inline(always)]
    pub(super) fn write<const OWN_END: bool>(&self, entry: &Entry) {
        if entry.time.is_none() && self.start_where_one_ended(entry) {
            return;
        }
        let &Entry {
            machine,
            kind,
            task,
            ..
        } = entry;
        let last = self.last.load(Ordering::Relaxed);
        let time = entry.time.unwrap_or(0).max(last);
        let delta = time - last;
        let at = self.position.load(Ordering::Relaxed);
        // Of a new chunk nothing is used, which less one is the most that there is.
        let used = (at as usize).wrapping_sub(1) % CHUNK;
        let is_known = match OWN_END {
            true => task.0 == self.running.load(Ordering::Relaxed),
            false => task.0 >> TASK_AT == 0 && !kind.ends_turn(),
        };
        let argument = self.argument_flag(entry.argument);
        if is_known
            && used < CHUNK - LONGEST
            && delta >> DELTA_BITS == 0
            && machine == self.machine.load(Ordering::Relaxed)
            && argument != ARGUMENT
        {
            let number = if OWN_END { OWN } else { task.0 << TASK_AT };
            let word = kind as u64 | argument | number | (delta << DELTA_AT);
            self.chunk(at)[at as usize % CHUNK].store(word, Ordering::Relaxed);
            self.wrote(kind, task, OWN_END, at, at + 1, time);
        } else {
            self.write_long(time, machine, kind, task, entry.argument);
        }
    }

    /// An event that takes more words than one, or is the first of its chunk.
    #[cold]
    #[inline(never)]
    fn write_long(&self, time: u64, machine: u64, kind: Kind, task: TaskId, argument: u64) {
        let mut at = self.position.load(Ordering::Relaxed);
        let used = at as usize % CHUNK;
        if used == 0 || used > CHUNK - LONGEST {
            at = self.next_chunk(at, time, machine);
        }
        let mut delta = time - self.last.load(Ordering::Relaxed);
        if delta >> DELTA_BITS != 0 {
            self.put(&mut at, TIME | (time << 5));
            delta = 0;
        }
        if self.machine.load(Ordering::Relaxed) != machine {
            self.put(&mut at, MACHINE | (machine << 5));
            self.machine.store(machine, Ordering::Relaxed);
        }
        let event = at;
        let is_own = kind.ends_turn() && task.0 == self.running.load(Ordering::Relaxed);
        let number = match task.0 >> TASK_AT {
            _ if is_own => OWN,
            0 => task.0 << TASK_AT,
            _ => WIDE,
        };
        let flag = self.argument_flag(argument);
        self.put(&mut at, kind as u64 | flag | number | (delta << DELTA_AT));
        if number == WIDE {
            self.put(&mut at, task.0);
        }
        if flag == ARGUMENT {
            self.put(&mut at, argument);
            self.argument.store(argument, Ordering::Relaxed);
        }
        self.wrote(kind, task, is_own, event, at, time);
    }

    /// Writes a start into the word of the end that came just before it, if there is one.
    #[inline(always)]
    fn start_where_one_ended(&self, entry: &Entry) -> bool {
        let ended = self.ended.load(Ordering::Relaxed);
        let fits = entry.task.0 >> TASK_AT == 0 && entry.task.0 != 0 && entry.argument == 0;
        let is_same = self.machine.load(Ordering::Relaxed) == entry.machine;
        if ended == 0 || entry.kind != Kind::Start || !fits || !is_same {
            return false;
        }
        let word = &self.chunk(ended)[ended as usize % CHUNK];
        let end = word.load(Ordering::Relaxed);
        word.store(end | (entry.task.0 << TASK_AT), Ordering::Relaxed);
        self.running.store(entry.task.0, Ordering::Relaxed);
        self.ended.store(0, Ordering::Relaxed);
        self.count_event();
        true
    }

    /// Nothing, `SAME` or `ARGUMENT`.
    #[inline(always)]
    fn argument_flag(&self, argument: u64) -> u64 {
        match argument {
            0 => 0,
            _ if argument == self.argument.load(Ordering::Relaxed) => SAME,
            _ => ARGUMENT,
        }
    }

    /// An event was written at `event`, and the next one comes at `next`.
    #[inline(always)]
    fn wrote(&self, kind: Kind, task: TaskId, is_own: bool, event: u64, next: u64, time: u64) {
        let ended = if is_own { event } else { 0 };
        self.ended.store(ended, Ordering::Relaxed);
        if is_own {
            self.running.store(0, Ordering::Relaxed);
        } else if kind == Kind::Start {
            self.running.store(task.0, Ordering::Relaxed);
        }
        self.last.store(time, Ordering::Relaxed);
        self.count_event();
        self.position.store(next, Ordering::Release);
    }

    #[inline(always)]
    fn count_event(&self) {
        let events = self.events.load(Ordering::Relaxed);
        self.events.store(events + 1, Ordering::Relaxed);
    }

    fn put(&self, at: &mut u64, word: u64) {
        self.chunk(*at)[*at as usize % CHUNK].store(word, Ordering::Relaxed);
        *at += 1;
    }

    /// The one in which `at` is.
    #[inline(always)]
    fn chunk(&self, at: u64) -> &Chunk {
        // Their number is a power of two: no division.
        &self.chunks[(at as usize / CHUNK) & (self.chunks.len() - 1)]
    }

    /// Ends the chunk in which `at` is, and begins the next one.
    #[cold]
    fn next_chunk(&self, mut at: u64, time: u64, machine: u64) -> u64 {
        if !at.is_multiple_of(CHUNK as u64) {
            // Zero is no kind: what the ring's last round left here is not read.
            self.put(&mut at, 0);
            at = at.next_multiple_of(CHUNK as u64);
        }
        self.position.store(at, Ordering::Relaxed);
        fence(Ordering::Release);
        self.count_dropped(at);
        let mut head = at;
        for word in [time, machine, 0] {
            self.put(&mut head, word);
        }
        self.last.store(time, Ordering::Relaxed);
        self.machine.store(machine, Ordering::Relaxed);
        for of_chunk in [&self.running, &self.ended, &self.argument, &self.events] {
            of_chunk.store(0, Ordering::Relaxed);
        }
        head
    }

    /// Notes how many events the chunk before holds, and counts those of the one that is overwritten.
    fn count_dropped(&self, at: u64) {
        if let Some(before) = at.checked_sub(CHUNK as u64) {
            let slot = &self.chunk(before)[HEAD - 1];
            slot.store(self.events.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        let chunk = at / CHUNK as u64;
        let first = self.first.load(Ordering::Relaxed);
        if chunk >= first + self.chunks.len() as u64 {
            let slot = &self.chunk(at)[HEAD - 1];
            let gone = self.dropped.load(Ordering::Relaxed) + slot.load(Ordering::Relaxed);
            self.dropped.store(gone, Ordering::Relaxed);
        }
    }

    /// The events that there are, oldest first, and how many had to make room for them. Anybody may read,
    /// at any time.
    pub(super) fn read(&self, processor: Option<usize>) -> (Vec<Event>, u64) {
        let end = self.position.load(Ordering::Acquire);
        let chunks = self.chunks.len() as u64;
        let last = end / CHUNK as u64;
        let oldest = (last + 1).saturating_sub(chunks);
        let first = self.first.load(Ordering::Relaxed).max(oldest);
        let mut events = Vec::new();
        for chunk in first..=last {
            let begin = chunk * CHUNK as u64;
            let length = (end - begin).min(CHUNK as u64) as usize;
            let words = self.chunk(begin)[..length].iter();
            let copy: Vec<u64> = words.map(|word| word.load(Ordering::Relaxed)).collect();
            fence(Ordering::Acquire);
            if self.position.load(Ordering::Relaxed) / (CHUNK as u64) < chunk + chunks {
                decode(&copy, processor, &mut events);
            }
        }
        (events, self.dropped.load(Ordering::Relaxed))
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::{num, option};

    use super::*;

    fn entry(time: u64, machine: u64, kind: Kind, task: u64, argument: u64) -> Entry {
        Entry {
            time: Some(time),
            machine,
            kind,
            task: TaskId(task),
            argument,
        }
    }

    /// Few tasks, so that turns fit together, and some whose numbers are wide.
    fn any_task() -> impl Strategy<Value = u64> {
        prop_oneof![4 => 1u64..4, 1 => num::u64::ANY]
    }

    /// Much of what the scheduler writes are turns.
    fn any_kind() -> impl Strategy<Value = Kind> {
        let turns = select(&[Kind::Start, Kind::Stop, Kind::Yield, Kind::End][..]);
        prop_oneof![2 => turns, 1 => select(&Kind::ALL[..])]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            entries in vec((option::of(0u64..1 << 30), 0u64..3, any_kind(), any_task(), 0u64..3), 0..900)
        ) {
            let ring = Ring::new(64 << 10);
            let mut now = 0;
            let mut expected = Vec::new();
            for (step, machine, kind, task, argument) in entries {
                now += step.unwrap_or(0);
                let time = step.map(|_| now);
                let entry = Entry { time, machine, kind, task: TaskId(task), argument };
                if kind.ends_turn() {
                    ring.write::<true>(&entry);
                } else {
                    ring.write::<false>(&entry);
                }
                expected.push((now, machine as usize, kind, task, argument));
            }
            let (events, dropped) = ring.read(None);
            let read: Vec<_> = events
                .iter()
                .map(|e| (e.time, e.machine.unwrap(), e.kind, e.task.0, e.argument))
                .collect();
            prop_assert_eq!(read, expected);
            prop_assert_eq!(dropped, 0);
        }

        #[test]
        fn any_words_are_read_without_a_panic(words in vec(num::u64::ANY, 0..CHUNK)) {
            decode(&words, None, &mut Vec::new());
        }
    }

    #[test]
    fn the_oldest_are_dropped_and_counted() {
        let ring = Ring::new(2 * CHUNK * 8);
        for number in 1..=10_000 {
            ring.write::<false>(&entry(number, 0, Kind::Yield, number, 0));
        }
        let (events, dropped) = ring.read(None);
        assert_eq!(events.len() as u64 + dropped, 10_000);
        let numbers: Vec<u64> = events.iter().map(|event| event.task.0).collect();
        let expected: Vec<u64> = (dropped + 1..=10_000).collect();
        assert_eq!(numbers, expected, "what is left is whole, and the newest");
    }

    #[test]
    fn a_reader_beside_the_writer_sees_no_torn_event() {
        let ring = Ring::new(2 * CHUNK * 8);
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for number in 1..=100_000 {
                    ring.write::<false>(&entry(number, 0, Kind::Log, number, number));
                }
            });
            while !writer.is_finished() {
                for event in ring.read(None).0 {
                    assert_eq!((event.time, event.argument), (event.task.0, event.task.0));
                }
            }
        });
    }

    #[test]
    fn a_turn_that_begins_where_one_ended_takes_no_word() {
        let ring = Ring::new(64 << 10);
        ring.write::<false>(&entry(1, 0, Kind::Start, 1, 0));
        let before = ring.position.load(Ordering::Relaxed);
        for number in 1..=100 {
            ring.write::<true>(&entry(number, 0, Kind::Yield, number, 0));
            ring.write::<false>(&Entry {
                time: None,
                ..entry(0, 0, Kind::Start, number + 1, 0)
            });
        }
        assert_eq!(ring.position.load(Ordering::Relaxed), before + 100);
        let (events, _) = ring.read(None);
        let starts = events.iter().filter(|event| event.kind == Kind::Start);
        let starts: Vec<_> = starts.map(|event| (event.time, event.task.0)).collect();
        let expected: Vec<_> = (1..=101).map(|task| (1.max(task - 1), task)).collect();
        assert_eq!(starts, expected);
    }

    #[test]
    fn what_says_the_same_again_takes_one_word() {
        let ring = Ring::new(64 << 10);
        ring.write::<false>(&entry(1, 0, Kind::Create, 1, 7));
        let before = ring.position.load(Ordering::Relaxed);
        for number in 2..=100 {
            ring.write::<false>(&entry(number, 0, Kind::Create, number, 7));
        }
        assert_eq!(ring.position.load(Ordering::Relaxed), before + 99);
        assert!(ring.read(None).0.iter().all(|event| event.argument == 7));
    }

    #[test]
    fn a_recording_begins_anew() {
        let ring = Ring::new(2 * CHUNK * 8);
        for number in 1..=5_000 {
            ring.write::<false>(&entry(number, 0, Kind::Yield, number, 0));
        }
        ring.begin();
        ring.write::<false>(&entry(6_000, 0, Kind::Yield, 6_000, 0));
        let (events, dropped) = ring.read(None);
        assert_eq!(dropped, 0);
        assert_eq!(events.last().map(|event| event.time), Some(6_000));
    }
}
