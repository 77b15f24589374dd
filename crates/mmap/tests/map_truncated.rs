//! A file that gets shorter under its map. Each case runs in a process of its own, which is this
//! program again: signals and their handlers belong to a process.
#![allow(unsafe_code)]

mod common;

use std::env;
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use mmap::map::{Guarded, Truncated, View, page_size};
use mmap::search::{LineEnd, Patterns, count_matching_lines};
use nix::sys::signal::{SigHandler, Signal, kill, raise, signal};
use nix::unistd::Pid;

/// The case that the child is to do.
const CASE: &str = "MMAP_TEST_CASE";

/// Runs `test` once more, in a child that does `case` instead of starting one.
fn in_child(test: &str, case: impl FnOnce()) -> Option<ExitStatus> {
    if env::var_os(CASE).is_some() {
        case();
        return None;
    }
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(CASE, test)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    Some(common::wait(&mut child))
}

fn file_with(folder: &Path, contents: &[u8]) -> File {
    let path = folder.join("file");
    fs::write(&path, contents).unwrap();
    File::options().read(true).write(true).open(path).unwrap()
}

#[test]
fn the_naked_map_dies() {
    let folder = tempfile::tempdir().unwrap();
    let status = in_child("the_naked_map_dies", || {
        let file = file_with(folder.path(), &[7; 100_000]);
        // SAFETY: nobody else knows the file; that it gets shorter is the point.
        let view = unsafe { View::map(&file) }.unwrap();
        file.set_len(10).unwrap();
        assert_eq!(view[9..12], [7, 0, 0]);
        std::process::exit(i32::from(view[99_999]));
    });
    if let Some(status) = status {
        let signal = status.signal();
        assert!([Some(Signal::SIGBUS as i32), Some(Signal::SIGSEGV as i32)].contains(&signal));
    }
}

#[test]
fn the_guarded_map_says_where_the_file_ends() {
    let folder = tempfile::tempdir().unwrap();
    let status = in_child("the_guarded_map_says_where_the_file_ends", || {
        let page = page_size();
        let file = file_with(folder.path(), &vec![7; 10 * page]);
        let guarded = Guarded::map(file.try_clone().unwrap()).unwrap();
        let mut buffer = vec![0; 10 * page];
        guarded.read_at(0, &mut buffer).unwrap();

        file.set_len(3 * page as u64 + 5).unwrap();
        let cut = Truncated {
            at: 3 * page as u64 + 5,
        };
        assert_eq!(guarded.read_at(0, &mut buffer), Err(cut));
        assert!(buffer[..3 * page + 5].iter().all(|&byte| byte == 7));
        assert!(buffer[3 * page + 5..].iter().all(|&byte| byte == 0));
        // No signal here: it is the same page.
        assert_eq!(guarded.read_at(3 * page, &mut [0; 6]), Err(cut));
        assert_eq!(guarded.read_at(3 * page, &mut [0; 5]), Ok(()));
        // The page was replaced, and stays so.
        file.set_len(10 * page as u64).unwrap();
        let lost = Truncated {
            at: 4 * page as u64,
        };
        assert_eq!(guarded.read_at(0, &mut buffer), Err(lost));
    });
    assert!(status.is_none_or(|status| status.success()), "{status:?}");
}

#[test]
fn readers_that_race_a_truncation_get_all_or_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let status = in_child("readers_that_race_a_truncation_get_all_or_an_error", || {
        let mut cut_short = 0;
        for round in 0..200 {
            cut_short += race(folder.path(), round);
        }
        assert!(cut_short > 0, "no reader ever met the truncation");
    });
    assert!(status.is_none_or(|status| status.success()), "{status:?}");
}

const LEN: usize = 1 << 18;

/// Two threads read, one cuts. Returns how many readers were told so.
fn race(folder: &Path, round: usize) -> usize {
    let file = file_with(folder, &[7; LEN]);
    let guarded = Guarded::map(file.try_clone().unwrap()).unwrap();
    let new_len = (LEN * (round % 7) / 7 + round) as u64;
    let reader = || {
        let mut buffer = vec![0; LEN];
        // Ends, since the other thread cuts the file sooner or later.
        loop {
            match guarded.read_at(0, &mut buffer) {
                Ok(()) => assert!(buffer.iter().all(|&byte| byte == 7)),
                Err(Truncated { at }) => {
                    assert_eq!(at, new_len);
                    assert!(buffer[..at as usize].iter().all(|&byte| byte == 7));
                    return 1;
                }
            }
        }
    };
    thread::scope(|scope| {
        let readers = [scope.spawn(reader), scope.spawn(reader)];
        file.set_len(new_len).unwrap();
        readers
            .into_iter()
            .map(|reader| reader.join().unwrap())
            .sum()
    })
}

#[test]
fn a_search_over_a_guarded_map_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let status = in_child("a_search_over_a_guarded_map_is_told", || {
        let file = file_with(folder.path(), &b"a line\n".repeat(1_000_000));
        let guarded = Guarded::map(file.try_clone().unwrap()).unwrap();
        // SAFETY: nobody else knows the file.
        let bytes = unsafe { guarded.bytes() };
        let patterns = Patterns::new(b"line", LineEnd::Newline);
        let count = || count_matching_lines(bytes, &patterns, false).unwrap();
        assert_eq!(count(), 1_000_000);
        guarded.check(7_000_000).unwrap();
        file.set_len(3_500_000).unwrap();
        assert_eq!(count(), 500_000);
        let cut = Truncated { at: 3_500_000 };
        assert_eq!(guarded.check(7_000_000), Err(cut));
    });
    assert!(status.is_none_or(|status| status.success()), "{status:?}");
}

#[test]
fn other_faults_still_kill() {
    let folder = tempfile::tempdir().unwrap();
    let status = in_child("other_faults_still_kill", || {
        let guarded = Guarded::map(file_with(folder.path(), &[7; 100_000])).unwrap();
        let other = folder.path().join("other");
        fs::write(&other, [7; 100_000]).unwrap();
        // SAFETY: nobody else knows the file; that it gets shorter is the point.
        let view = unsafe { View::map(&File::open(&other).unwrap()) }.unwrap();
        fs::write(&other, b"").unwrap();
        guarded.read_at(0, &mut [0; 10]).unwrap();
        std::process::exit(i32::from(view[99_999]));
    });
    if let Some(status) = status {
        assert!(status.signal().is_some(), "{status}");
    }
}

#[test]
fn a_signal_that_was_sent_still_kills() {
    let folder = tempfile::tempdir().unwrap();
    let status = in_child("a_signal_that_was_sent_still_kills", || {
        // std's handler would let the first one pass, as it waits for a fault to come again.
        // SAFETY: the default is no handler at all.
        unsafe { signal(Signal::SIGBUS, SigHandler::SigDfl) }.unwrap();
        let _guarded = Guarded::map(file_with(folder.path(), &[7; 10])).unwrap();
        kill(Pid::this(), Signal::SIGBUS).unwrap();
        loop {
            thread::park();
        }
    });
    if let Some(status) = status {
        assert_eq!(status.signal(), Some(Signal::SIGBUS as i32));
    }
}

#[test]
fn the_handler_that_was_there_is_called() {
    extern "C" fn former(_: i32) {
        std::process::exit(33);
    }
    let folder = tempfile::tempdir().unwrap();
    let status = in_child("the_handler_that_was_there_is_called", || {
        // SAFETY: the handler only ends the process, which nothing else of it needs any more.
        unsafe { signal(Signal::SIGBUS, SigHandler::Handler(former)) }.unwrap();
        let _guarded = Guarded::map(file_with(folder.path(), &[7; 10])).unwrap();
        raise(Signal::SIGBUS).unwrap();
    });
    if let Some(status) = status {
        assert_eq!(status.code(), Some(33));
    }
}
