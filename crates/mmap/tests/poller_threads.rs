//! Wake-ups, timeouts and signals, and several threads at one poller.

mod common;

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use common::DEADLINE;
use mmap::poller::{Events, Interest, Mode, Poller, Token};
use nix::libc;
use nix::sys::pthread::{pthread_kill, pthread_self};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

#[test]
fn no_wake_is_lost() {
    const THREADS: usize = 8;
    const ROUNDS: usize = 500;
    let poller = Poller::new().unwrap();
    let (queue, inbox) = mpsc::channel::<mpsc::Sender<()>>();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            let (queue, waker) = (queue.clone(), poller.waker());
            scope.spawn(move || {
                let (answer, answered) = mpsc::channel();
                for _ in 0..ROUNDS {
                    queue.send(answer.clone()).unwrap();
                    waker.wake().unwrap();
                    // Nobody helps a lost wake: all threads end up here.
                    answered.recv_timeout(DEADLINE).expect("an answer");
                }
            });
        }
        let mut events = Events::with_capacity(8);
        let mut answers = 0;
        while answers < THREADS * ROUNDS {
            poller.wait(&mut events, Some(DEADLINE)).unwrap();
            assert!(events.woken() && events.is_empty(), "after {answers}");
            for answer in inbox.try_iter() {
                answer.send(()).unwrap();
                answers += 1;
            }
        }
    });
}

#[test]
fn wakes_before_the_wait_are_one() {
    let poller = Poller::new().unwrap();
    let waker = poller.waker();
    let mut events = Events::with_capacity(8);
    for _ in 0..3 {
        for _ in 0..100 {
            waker.clone().wake().unwrap();
        }
        poller.wait(&mut events, Some(DEADLINE)).unwrap();
        assert!(events.woken());
        poller.wait(&mut events, Some(Duration::ZERO)).unwrap();
        assert!(!events.woken());
    }
    drop(poller);
    waker.wake().unwrap();
}

#[test]
fn a_wake_comes_beside_the_events() {
    let (socket, _peer) = UnixStream::pair().unwrap();
    let poller = Poller::new().unwrap();
    poller
        .add(&socket, Token(5), Interest::WRITABLE, Mode::Level)
        .unwrap();
    poller.waker().wake().unwrap();
    let mut events = Events::with_capacity(8);
    poller.wait(&mut events, None).unwrap();
    assert!(events.woken() && events.len() == 1);
    poller.wait(&mut events, None).unwrap();
    assert!(!events.woken() && events.len() == 1);
}

#[test]
fn a_timeout_is_never_early() {
    let poller = Poller::new().unwrap();
    let mut events = Events::with_capacity(8);
    for nanoseconds in [0, 1, 999, 50_000, 400_000, 1_000_001, 1_900_000, 20_000_000] {
        let timeout = Duration::from_nanos(nanoseconds);
        let start = Instant::now();
        poller.wait(&mut events, Some(timeout)).unwrap();
        let elapsed = start.elapsed();
        assert!(elapsed >= timeout, "{elapsed:?} instead of {timeout:?}");
        assert!(events.is_empty() && !events.woken());
    }
}

#[test]
fn the_longest_timeout_is_understood() {
    let poller = Poller::new().unwrap();
    let waker = poller.waker();
    let mut events = Events::with_capacity(8);
    for timeout in [Duration::MAX, Duration::from_secs(u64::from(u32::MAX))] {
        waker.wake().unwrap();
        poller.wait(&mut events, Some(timeout)).unwrap();
        assert!(events.woken());
    }
}

/// A handler for a signal is of the whole process, so it is a process of its own.
#[test]
fn a_signal_does_not_cut_the_timeout_short() {
    const CHILD: &str = "POLLER_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        return signalled_wait();
    }
    let name = "a_signal_does_not_cut_the_timeout_short";
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(CHILD, "1")
        .status();
    assert!(status.unwrap().success());
}

static SIGNALS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_: libc::c_int) {
    SIGNALS.fetch_add(1, Ordering::Relaxed);
}

#[allow(unsafe_code)]
fn signalled_wait() {
    let action = SigAction::new(
        SigHandler::Handler(count),
        SaFlags::empty(),
        SigSet::empty(),
    );
    // SAFETY: the handler only adds to an atomic.
    unsafe { sigaction(Signal::SIGUSR1, &action) }.unwrap();

    let timeout = Duration::from_millis(200);
    let poller = Poller::new().unwrap();
    let waiting = pthread_self();
    let (stop, stopped) = mpsc::channel::<()>();
    // `stop` is dropped at the end, also by a panic.
    thread::scope(move |scope| {
        let _stop = stop;
        scope.spawn(move || {
            let pause = Duration::from_millis(10);
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pthread_kill(waiting, Signal::SIGUSR1).unwrap();
            }
        });
        let mut events = Events::with_capacity(8);
        let begun = Instant::now();
        // At least one signal comes while the poller waits.
        while SIGNALS.load(Ordering::Relaxed) < 2 {
            let start = Instant::now();
            poller.wait(&mut events, Some(timeout)).unwrap();
            assert!(start.elapsed() >= timeout, "{:?}", start.elapsed());
        }
        assert!(begun.elapsed() < DEADLINE);
    });
}

#[test]
fn one_shots_are_for_one_thread_at_a_time() {
    const CONNECTIONS: usize = 16;
    const MESSAGES: usize = 100;
    let poller = Poller::new().unwrap();
    let (ours, theirs): (Vec<_>, Vec<_>) = (0..CONNECTIONS)
        .map(|_| UnixStream::pair().unwrap())
        .unzip();
    for (n, socket) in ours.iter().enumerate() {
        poller
            .add(socket, Token(n), Interest::READABLE, Mode::OneShot)
            .unwrap();
    }
    // Held while a connection is worked on: never by two.
    let guards: Vec<Mutex<()>> = (0..CONNECTIONS).map(|_| Mutex::new(())).collect();
    let answered = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut events = Events::with_capacity(4);
                loop {
                    poller.wait(&mut events, Some(DEADLINE)).unwrap();
                    for event in &events {
                        let n = event.token().0;
                        let alone = guards[n].try_lock().expect("nobody else has it");
                        let mut byte = [0];
                        (&ours[n]).read_exact(&mut byte).unwrap();
                        answered.fetch_add(1, Ordering::Relaxed);
                        (&ours[n]).write_all(&byte).unwrap();
                        drop(alone);
                        let interest = Interest::READABLE;
                        poller
                            .modify(&ours[n], Token(n), interest, Mode::OneShot)
                            .unwrap();
                    }
                    if events.woken() {
                        // One wake, one thread: pass it on.
                        return poller.waker().wake().unwrap();
                    }
                    assert!(!events.is_empty(), "nothing came for a minute");
                }
            });
        }
        for round in 0..MESSAGES {
            let sent = round as u8;
            for mut peer in &theirs {
                peer.write_all(&[sent]).unwrap();
            }
            for mut peer in &theirs {
                let mut byte = [0];
                peer.set_read_timeout(Some(DEADLINE)).unwrap();
                peer.read_exact(&mut byte).unwrap();
                assert_eq!(byte, [sent]);
            }
        }
        poller.waker().wake().unwrap();
    });
    assert_eq!(answered.into_inner(), CONNECTIONS * MESSAGES);
}
