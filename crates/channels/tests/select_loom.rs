//! Select in every interleaving, with loom:
//! `RUSTFLAGS="--cfg loom" cargo test -p channels --release --test select_loom`

#![cfg(loom)]

use channels::{TryRecvError, channel, select};
use loom::model::Builder;
use loom::thread;

/// At most two preemptions: see `channel_loom.rs`.
fn model(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(2);
    builder.max_branches = 10_000;
    builder.check(test);
}

fn one_of_two_fires(capacity: usize) {
    model(move || {
        let (left, from_left) = channel(capacity);
        let (right, from_right) = channel(capacity);
        let threads = [
            thread::spawn(move || left.send(1).unwrap()),
            thread::spawn(move || right.send(2).unwrap()),
        ];
        let (first, second) = select! {
            recv(from_left) -> value => (value.unwrap(), from_right.recv().unwrap()),
            recv(from_right) -> value => (value.unwrap(), from_left.recv().unwrap()),
        };
        assert_eq!(first + second, 3);
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
    });
}

#[test]
fn one_of_two_meetings() {
    one_of_two_fires(0);
}

#[test]
fn one_of_two_rings() {
    one_of_two_fires(1);
}

/// The delicate case: each could serve the other on either channel, and must do so on just one.
#[test]
fn two_selects_serve_each_other_once() {
    model(|| {
        let (a_tx, a_rx) = channel(0);
        let (b_tx, b_rx) = channel(0);
        let thread = thread::spawn(move || {
            select! {
                send(a_tx, 'a') -> result => { result.unwrap(); 'a' }
                send(b_tx, 'b') -> result => { result.unwrap(); 'b' }
            }
        });
        let received = select! {
            recv(a_rx) -> value => value.unwrap(),
            recv(b_rx) -> value => value.unwrap(),
        };
        assert_eq!(thread.join().unwrap(), received);
        assert_eq!(a_rx.try_recv(), Err(TryRecvError::Closed));
        assert_eq!(b_rx.try_recv(), Err(TryRecvError::Closed));
    });
}

#[test]
fn close_fires_a_select() {
    model(|| {
        let (tx, rx) = channel::<u8>(0);
        let (_quiet_tx, quiet_rx) = channel::<u8>(1);
        let thread = thread::spawn(move || {
            select! {
                recv(quiet_rx) -> _ => unreachable!(),
                recv(rx) -> result => result.is_err(),
            }
        });
        tx.close().unwrap();
        assert!(thread.join().unwrap());
    });
}

/// Both ends of one channel in one select: it must not serve itself.
#[test]
fn a_select_does_not_meet_itself() {
    model(|| {
        let (tx, rx) = channel(0);
        let other = rx.clone();
        let thread = thread::spawn(move || other.recv().unwrap());
        select! {
            send(tx, 1) -> result => result.unwrap(),
            recv(rx) -> _ => unreachable!("only this thread sends"),
        }
        assert_eq!(thread.join().unwrap(), 1);
    });
}
