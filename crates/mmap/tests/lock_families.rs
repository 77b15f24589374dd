//! The library's locks: who keeps whom out, what frees them, and what they say.

mod common;
mod lock_common;

use std::fs::File;
use std::thread;
use std::time::{Duration, Instant};

use mmap::lock::{Bytes, Family, LockError, Mode, UpgradeError};
use proptest::prelude::*;

use lock_common::{assert_busy, assert_free, bytes, open};

const OFD: Family = Family::Ofd(Bytes::ALL);
const PROCESS: Family = Family::Process(Bytes::ALL);

#[test]
fn an_exclusive_lock_keeps_all_others_out_until_it_is_dropped() {
    let (_folder, [one, other]) = two_handles();
    for family in [Family::Flock, OFD] {
        let guard = family.lock(Mode::Exclusive, &one).unwrap();
        assert_busy(family.try_lock(Mode::Exclusive, &other));
        assert_busy(family.try_lock(Mode::Shared, &other));
        drop(guard);
        assert_free(family.try_lock(Mode::Exclusive, &other));
    }
}

#[test]
fn readers_share_and_a_writer_waits_for_all_of_them() {
    let (folder, [one, other]) = two_handles();
    let writer = open(&folder.path().join("file"));
    for family in [Family::Flock, OFD] {
        let first = family.lock(Mode::Shared, &one).unwrap();
        let second = family.try_lock(Mode::Shared, &other).unwrap();
        assert_busy(family.try_lock(Mode::Exclusive, &writer));
        first.unlock().unwrap();
        assert_busy(family.try_lock(Mode::Exclusive, &writer));
        second.unlock().unwrap();
        assert_free(family.try_lock(Mode::Exclusive, &writer));
    }
}

#[test]
fn a_duplicate_has_the_same_lock_and_can_free_it() {
    let (_folder, [one, other]) = two_handles();
    for family in [Family::Flock, OFD] {
        let duplicate = one.try_clone().unwrap();
        let left = family.lock(Mode::Exclusive, &one).unwrap().leave();
        assert_busy(family.try_lock(Mode::Exclusive, &other));
        // It is the owner itself, and frees it for both.
        assert_free(family.try_lock(Mode::Exclusive, &duplicate));
        assert_free(family.try_lock(Mode::Exclusive, &other));
        assert!(std::ptr::eq(left, &one));
    }
}

#[test]
fn closing_the_last_descriptor_frees_a_lock_that_was_left() {
    let (folder, [one, other]) = two_handles();
    for family in [Family::Flock, OFD] {
        let owned = open(&folder.path().join("file"));
        let left = family.lock(Mode::Exclusive, owned).unwrap().leave();
        let duplicate = left.try_clone().unwrap();
        drop(left);
        assert_busy(family.try_lock(Mode::Exclusive, &other));
        drop(duplicate);
        // A process that another test starts has all our descriptors until it calls exec.
        assert_free(family.lock_within(Mode::Exclusive, &one, common::DEADLINE));
    }
}

#[test]
fn ranges_conflict_where_they_overlap_and_only_there() {
    let (_folder, [one, other]) = two_handles();
    let middle = bytes(10..20);
    let guard = Family::Ofd(middle).lock(Mode::Exclusive, &one).unwrap();
    for free in [bytes(0..10), bytes(20..30), bytes(20..)] {
        assert_free(Family::Ofd(free).try_lock(Mode::Exclusive, &other));
    }
    for taken in [
        bytes(0..11),
        bytes(19..30),
        bytes(12..13),
        bytes(15..),
        Bytes::ALL,
    ] {
        let refused = Family::Ofd(taken).try_lock(Mode::Shared, &other);
        let Err(LockError::WouldBlock(Some(holder))) = refused else {
            panic!("{taken:?}: {refused:?}");
        };
        assert_eq!((holder.mode, holder.bytes), (Mode::Exclusive, middle));
        assert_eq!(holder.pid, None, "an open file has no process");
    }
    guard.unlock().unwrap();
    assert_eq!(OFD.holder(Mode::Exclusive, &other).unwrap(), None);
}

#[test]
fn ranges_that_cannot_be_are_refused() {
    use mmap::lock::BytesError::{Empty, TooFar};
    assert_eq!(Bytes::new(7..7), Err(Empty));
    #[expect(clippy::reversed_empty_ranges)]
    let backwards = Bytes::new(8..7);
    assert_eq!(backwards, Err(Empty));
    assert_eq!(Bytes::new(0..=u64::MAX), Err(TooFar));
    assert_eq!(Bytes::new(1 << 63..), Err(TooFar));
    let last = Bytes::new((1 << 63) - 2..=(1 << 63) - 2).unwrap();
    assert_eq!(
        (last.start(), last.end()),
        ((1 << 63) - 2, Some((1 << 63) - 1))
    );
    assert_eq!((Bytes::ALL.start(), Bytes::ALL.end()), (0, None));
}

#[test]
fn a_range_lock_needs_the_matching_access() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let writer = File::create(&path).unwrap();
    let reader = File::open(&path).unwrap();
    for family in [OFD, PROCESS] {
        let refused = family.try_lock(Mode::Exclusive, &reader).unwrap_err();
        assert!(matches!(refused, LockError::NotOpenFor(Mode::Exclusive)));
        assert_eq!(refused.to_string(), "the file has to be open for writing");
        let refused = family.try_lock(Mode::Shared, &writer).unwrap_err();
        assert_eq!(refused.to_string(), "the file has to be open for reading");
    }
    assert_free(Family::Flock.try_lock(Mode::Exclusive, &reader));
}

#[test]
fn a_lock_with_a_limit_waits_for_all_of_it() {
    let (_folder, [one, other]) = two_handles();
    let limit = Duration::from_millis(120);
    for family in [Family::Flock, OFD] {
        let guard = family.lock(Mode::Exclusive, &one).unwrap();
        let start = Instant::now();
        let refused = family.lock_within(Mode::Exclusive, &other, limit);
        assert!(start.elapsed() >= limit);
        assert!(
            matches!(refused, Err(LockError::TimedOut { .. })),
            "{refused:?}"
        );
        drop(guard);
    }
}

#[test]
fn a_lock_is_given_to_those_who_wait() {
    let (_folder, [one, other]) = two_handles();
    for family in [Family::Flock, OFD] {
        let guard = family.lock(Mode::Exclusive, &one).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                family
                    .lock(Mode::Exclusive, &other)
                    .unwrap()
                    .unlock()
                    .unwrap()
            });
            drop(guard);
        });
        let guard = family.lock(Mode::Exclusive, &one).unwrap();
        thread::scope(|scope| {
            let limited = || family.lock_within(Mode::Exclusive, &other, common::DEADLINE);
            scope.spawn(move || limited().unwrap().unlock().unwrap());
            drop(guard);
        });
    }
}

#[test]
fn the_only_reader_becomes_a_writer_and_a_reader_again() {
    let (_folder, [one, other]) = two_handles();
    for family in [Family::Flock, OFD] {
        let shared = family.lock(Mode::Shared, &one).unwrap();
        let exclusive = shared.try_upgrade().unwrap();
        assert_eq!(exclusive.mode(), Mode::Exclusive);
        assert_busy(family.try_lock(Mode::Shared, &other));
        let shared = exclusive.downgrade().unwrap();
        assert_eq!(shared.mode(), Mode::Shared);
        assert_free(family.try_lock(Mode::Shared, &other));
    }
}

#[test]
fn an_upgrade_beside_a_reader_keeps_a_range_lock_and_loses_a_flock() {
    let (folder, [one, other]) = two_handles();
    let third = open(&folder.path().join("file"));

    let reader = OFD.lock(Mode::Shared, &other).unwrap();
    let shared = OFD.lock(Mode::Shared, &one).unwrap();
    let Err(UpgradeError::Kept(kept)) = shared.try_upgrade() else {
        panic!("not kept");
    };
    drop(reader);
    assert_busy(OFD.try_lock(Mode::Exclusive, &third));
    drop(kept);

    let reader = Family::Flock.lock(Mode::Shared, &other).unwrap();
    let shared = Family::Flock.lock(Mode::Shared, &one).unwrap();
    let refused = shared.try_upgrade().unwrap_err();
    assert!(matches!(refused, UpgradeError::Lost(_)), "{refused:?}");
    drop(reader);
    assert_free(Family::Flock.try_lock(Mode::Exclusive, &third));
}

proptest! {
    #![proptest_config(common::cases(64))]

    /// Two owners and a model of which byte has which lock.
    #[test]
    fn ranges_behave_as_a_lock_on_every_byte(
        steps in prop::collection::vec((0..2usize, 0..24u64, 1..8u64, any::<bool>(), any::<bool>()), 1..40)
    ) {
        let (_folder, handles) = two_handles();
        let mut model = [[None; 32]; 2];
        for (owner, start, len, exclusive, free) in steps {
            let range = start as usize..(start + len) as usize;
            let mode = if exclusive { Mode::Exclusive } else { Mode::Shared };
            let family = Family::Ofd(bytes(start..start + len));
            let conflict = model[1 - owner][range.clone()].iter().flatten()
                .any(|&other| exclusive || other == Mode::Exclusive);
            match family.try_lock(mode, &handles[owner]) {
                Ok(guard) => {
                    prop_assert!(!conflict);
                    model[owner][range].fill((!free).then_some(mode));
                    if !free {
                        guard.leave();
                    }
                }
                Err(LockError::WouldBlock(Some(holder))) => {
                    prop_assert!(conflict);
                    let at = holder.bytes.start() as usize..holder.bytes.end().unwrap() as usize;
                    prop_assert!(model[1 - owner][at].iter().all(|&lock| lock == Some(holder.mode)));
                }
                Err(error) => prop_assert!(false, "{error}"),
            }
        }
    }
}

/// The same file, opened twice: two owners for all families but the process's.
fn two_handles() -> (tempfile::TempDir, [File; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let handles = [open(&path), open(&path)];
    (folder, handles)
}
