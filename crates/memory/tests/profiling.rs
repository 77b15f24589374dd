//! The profiling allocator under this very test program. One allocator, so one test after the
//! other.

use std::backtrace::Backtrace;
use std::hint::black_box;
use std::iter;
use std::process;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use memory::counting::{Profile, Profiling};

#[global_allocator]
static ALLOCATOR: Profiling = Profiling::new();

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What was noted up to then, with a sample every `rate` bytes meanwhile. The notes of all tests are in
/// one table, so each test asks through a function of its own, by a name that no other function has.
fn profiled<T>(rate: usize, work: impl FnOnce() -> T) -> (Profile, T) {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    // What this thread asked for in the turn of another test counts for its next sample: for this one.
    ALLOCATOR.start(1);
    drop(black_box(Box::new(0_u8)));
    ALLOCATOR.start(rate);
    let result = work();
    ALLOCATOR.stop();
    (ALLOCATOR.profile(), result)
}

/// Samples, their bytes, and those of them that are live.
fn sums(profile: &Profile, function: &str) -> (u64, u64, u64) {
    profile.through(function).fold((0, 0, 0), |sum, site| {
        (
            sum.0 + site.samples,
            sum.1 + site.bytes,
            sum.2 + site.live_bytes,
        )
    })
}

#[inline(never)]
fn each_of_a_hundred() -> Vec<Vec<u8>> {
    let mut blocks = Vec::with_capacity(100);
    blocks.resize_with(100, || black_box(vec![1; 64]));
    blocks
}

#[test]
fn at_rate_one_every_request_is_noted() {
    let (profile, blocks) = profiled(1, each_of_a_hundred);
    let all = 100 * 64 + 100 * size_of::<Vec<u8>>() as u64;
    assert_eq!(sums(&profile, "each_of_a_hundred"), (101, all, all));
    drop(blocks);
    let (samples, bytes, live) = sums(&ALLOCATOR.profile(), "each_of_a_hundred");
    assert_eq!((samples, bytes, live), (101, all, 0));
}

#[inline(never)]
fn seven_mebibytes() {
    (0..7168).for_each(|_| drop(black_box(vec![1u8; 1024])));
}

#[test]
fn samples_stand_for_all() {
    let (profile, ()) = profiled(65_536, seven_mebibytes);
    let (samples, bytes, live) = sums(&profile, "seven_mebibytes");
    assert_eq!(samples, 7168 / 64);
    assert_eq!((bytes, live), (7168 * 1024, 0));
}

#[inline(never)]
fn enlarge_a_vector() -> Vec<u8> {
    let mut vector = Vec::with_capacity(1000);
    vector.resize(1000, 1);
    vector.reserve_exact(3000);
    black_box(vector)
}

#[test]
fn a_block_that_grows_is_noted_anew() {
    let (profile, vector) = profiled(1, enlarge_a_vector);
    assert_eq!(sums(&profile, "enlarge_a_vector"), (2, 5000, 4000));
    drop(vector);
}

#[inline(never)]
fn in_threads() {
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..200).for_each(|_| drop(black_box(Box::new([0u8; 32])))));
        }
    });
}

#[test]
fn threads_profile_at_the_same_time() {
    let (profile, ()) = profiled(1, in_threads);
    // Their stacks do not begin in the function that started them, but they carry its closures'
    // names.
    let (samples, bytes, live) = sums(&profile, "in_threads::");
    assert!(samples >= 800 && bytes >= 800 * 32, "{samples} {bytes}");
    assert!(live < bytes);
}

#[inline(never)]
fn who_asks() -> Box<[u8]> {
    black_box(vec![1; 64].into_boxed_slice())
}

#[test]
fn the_table_names_the_caller() {
    let (profile, block) = profiled(1, who_asks);
    drop(block);
    let text = profile.to_string();
    assert!(text.contains("who_asks"), "{text}");
    assert!(text.lines().count() == profile.sites.len() + 1);
}

#[inline(never)]
fn print_a_backtrace() -> String {
    Backtrace::force_capture().to_string()
}

/// Whoever prints a backtrace holds a lock of std's and allocates under it.
#[test]
fn backtraces_are_printed_meanwhile() {
    let (printed, all_printed) = mpsc::channel();
    let work = move || {
        for _ in 0..4 {
            let printed = printed.clone();
            thread::spawn(move || {
                for _ in 0..20 {
                    printed.send(print_a_backtrace()).unwrap();
                }
            });
        }
        drop(printed);
        // Threads that wait for each other would never be joined, and a panic's message would have to
        // wait with them.
        let next = || match all_printed.recv_timeout(Duration::from_secs(60)) {
            Ok(text) => Some(text),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => process::abort(),
        };
        iter::from_fn(next).count()
    };
    let (profile, count) = profiled(1, work);
    assert_eq!(count, 80);
    assert!(sums(&profile, "print_a_backtrace").0 > 80);
}
