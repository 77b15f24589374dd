//! Starting children from a big parent with many threads: nothing waits for ever, nothing is left.
//!
//! Each case is a process of its own, since it counts descriptors and children.
#![allow(unsafe_code)]

mod common;

use std::env;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use nix::errno::Errno;
use nix::libc::c_int;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::sys::wait::waitpid;
use nix::unistd::{Pid, getpid};
use process::exit::Status;
use process::spawn::Spawn;

/// Runs the test `name` of this program in a process of its own; true there.
#[track_caller]
fn alone(name: &str) -> bool {
    if env::var_os("ALONE").is_some() {
        return true;
    }
    let mut child = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", name, "--nocapture"])
        .env("ALONE", "1")
        .stdin(Stdio::null())
        .spawn()
        .expect("it starts");
    assert!(common::wait(&mut child).success());
    false
}

/// Descriptors from 3 on, as far as they matter.
fn open_descriptors() -> Vec<c_int> {
    let open = |number: &c_int| {
        // SAFETY: takes numbers.
        unsafe { nix::libc::fcntl(*number, nix::libc::F_GETFD) != -1 }
    };
    (3..200).filter(open).collect()
}

#[test]
fn a_thousand_children_of_eight_threads() {
    if !alone("a_thousand_children_of_eight_threads") {
        return;
    }
    let before = open_descriptors();
    let done = AtomicUsize::new(0);
    thread::scope(|scope| {
        for worker in 0..8 {
            let done = &done;
            scope.spawn(move || {
                for turn in 0..125 {
                    let code = (worker * 16 + turn) % 250;
                    let mut child = Spawn::new("/bin/sh");
                    child.args(["-c", &format!("exit {code}")]);
                    let mut child = child.spawn().expect("it starts");
                    assert_eq!(child.wait(), Ok(Status::Exited(code)));
                    Spawn::new("/no/such/program").spawn().expect_err("none");
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(done.into_inner(), 1000);
    assert_eq!(open_descriptors(), before);
    // No child is left, neither alive nor as a zombie, of the failed ones either.
    assert_eq!(waitpid(Pid::from_raw(-1), None), Err(Errno::ECHILD));
}

static HANDLED_ELSEWHERE: AtomicBool = AtomicBool::new(false);
static PARENT: AtomicUsize = AtomicUsize::new(0);

extern "C" fn note_where(_: c_int) {
    if getpid().as_raw() as usize != PARENT.load(Ordering::Relaxed) {
        HANDLED_ELSEWHERE.store(true, Ordering::Relaxed);
    }
}

/// A gigabyte that is in use, threads that hold the allocator's lock most of the time, and a storm of
/// signals: a child that copied, locked, or ran a handler in our memory would show here.
#[test]
fn a_gigabyte_busy_threads_and_a_storm_of_signals() {
    if !alone("a_gigabyte_busy_threads_and_a_storm_of_signals") {
        return;
    }
    PARENT.store(getpid().as_raw() as usize, Ordering::Relaxed);
    let action = SigAction::new(
        SigHandler::Handler(note_where),
        SaFlags::SA_RESTART,
        SigSet::empty(),
    );
    // SAFETY: the handler looks at a pid and stores to an atomic.
    unsafe { sigaction(Signal::SIGUSR1, &action) }.expect("a handler");
    let resident = vec![1u8; 1 << 30];
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    black_box(vec![0u8; 100]);
                }
            });
        }
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                kill(getpid(), Signal::SIGUSR1).expect("it is us");
                thread::yield_now();
            }
        });
        for turn in 0..200 {
            let mut child = Spawn::new("/bin/sh");
            child.args(["-c", &format!("exit {turn}")]);
            let mut child = child.spawn().expect("it starts");
            assert_eq!(child.wait(), Ok(Status::Exited(turn)));
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(!HANDLED_ELSEWHERE.load(Ordering::Relaxed));
    assert_eq!(black_box(&resident)[12345], 1);
}

/// Signals that arrive between the child's birth and its program do not run our handlers there: they are
/// inherited by nobody, or end the child.
#[test]
fn a_group_signalled_at_birth_runs_no_handler_in_a_child() {
    if !alone("a_group_signalled_at_birth_runs_no_handler_in_a_child") {
        return;
    }
    PARENT.store(getpid().as_raw() as usize, Ordering::Relaxed);
    // The harness that started us must not be hit.
    nix::unistd::setsid().expect("we lead no group");
    let action = SigAction::new(
        SigHandler::Handler(note_where),
        SaFlags::SA_RESTART,
        SigSet::empty(),
    );
    // SAFETY: the handler looks at a pid and stores to an atomic.
    unsafe { sigaction(Signal::SIGUSR1, &action) }.expect("a handler");
    let stop = AtomicBool::new(false);
    let mut hit = 0;
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                kill(Pid::from_raw(0), Signal::SIGUSR1).expect("our group");
                thread::yield_now();
            }
        });
        for _ in 0..300 {
            let mut child = Spawn::new("/bin/sh");
            let mut child = child.args(["-c", ":"]).spawn().expect("it starts");
            match child.wait().expect("our child") {
                Status::Exited(0) => {}
                Status::Signaled { signal, .. } if signal == Signal::SIGUSR1 as c_int => hit += 1,
                other => panic!("{other:?}"),
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(!HANDLED_ELSEWHERE.load(Ordering::Relaxed));
    println!("{hit} of 300 children were hit before they ended");
}
