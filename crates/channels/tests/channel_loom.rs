//! Two and three threads on one channel, in every interleaving, with loom:
//! `RUSTFLAGS="--cfg loom" cargo test -p channels --release --test channel_loom`
//!
//! A thread that is never woken is a deadlock, which loom reports; so each model also shows that
//! nobody sleeps for ever.

#![cfg(loom)]

use channels::{Receiver, RecvError, Sender, TryRecvError, channel};
use loom::model::Builder;
use loom::thread;

/// Explores all interleavings that have at most two preemptions: almost all errors need fewer,
/// and all of them without a bound would take days.
///
/// A model must not have two threads that may spin for a third one: loom also tries the schedule in
/// which only those two run, for ever, and takes it for an endless loop.
fn model(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(2);
    builder.max_branches = 10_000;
    builder.check(test);
}

fn sender(tx: &Sender<u8>, values: &'static [u8]) -> thread::JoinHandle<()> {
    let tx = tx.clone();
    thread::spawn(move || values.iter().for_each(|value| tx.send(*value).unwrap()))
}

fn received(rx: &Receiver<u8>) -> Vec<u8> {
    let mut values: Vec<u8> = rx.iter().collect();
    values.sort_unstable();
    values
}

#[test]
fn values_meet_without_a_buffer() {
    model(|| {
        let (tx, rx) = channel(0);
        let thread = sender(&tx, &[1, 2]);
        assert_eq!(rx.recv(), Ok(1));
        assert_eq!(rx.recv(), Ok(2));
        thread.join().unwrap();
    });
}

#[test]
fn a_ring_of_one_fills_and_drains_in_order() {
    model(|| {
        let (tx, rx) = channel(1);
        let thread = sender(&tx, &[1, 2, 3]);
        drop(tx);
        assert_eq!(rx.iter().collect::<Vec<_>>(), [1, 2, 3]);
        thread.join().unwrap();
    });
}

#[test]
fn a_ring_of_two_fills_and_drains_in_order() {
    model(|| {
        let (tx, rx) = channel(2);
        let thread = sender(&tx, &[1, 2, 3]);
        drop(tx);
        assert_eq!(rx.iter().collect::<Vec<_>>(), [1, 2, 3]);
        thread.join().unwrap();
    });
}

fn two_senders(capacity: usize) {
    model(move || {
        let (tx, rx) = channel(capacity);
        let threads = [sender(&tx, &[1]), sender(&tx, &[2])];
        drop(tx);
        assert_eq!(received(&rx), [1, 2]);
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
    });
}

#[test]
fn two_senders_without_a_buffer() {
    two_senders(0);
}

#[test]
fn two_senders_on_one_slot() {
    two_senders(1);
}

fn two_receivers(capacity: usize) {
    model(move || {
        let (tx, rx) = channel(capacity);
        let other = rx.clone();
        let thread = thread::spawn(move || other.recv().unwrap());
        let sender = sender(&tx, &[1, 2]);
        let sum = rx.recv().unwrap() + thread.join().unwrap();
        assert_eq!(sum, 3);
        sender.join().unwrap();
    });
}

#[test]
fn two_receivers_without_a_buffer() {
    two_receivers(0);
}

#[test]
fn two_receivers_on_one_slot() {
    two_receivers(1);
}

fn close_wakes_a_receiver(capacity: usize) {
    model(move || {
        let (tx, rx) = channel::<u8>(capacity);
        let thread = thread::spawn(move || rx.recv());
        tx.close().unwrap();
        assert_eq!(thread.join().unwrap(), Err(RecvError));
    });
}

#[test]
fn close_wakes_a_receiver_without_a_buffer() {
    close_wakes_a_receiver(0);
}

#[test]
fn close_wakes_a_receiver_of_a_ring() {
    close_wakes_a_receiver(1);
}

/// Either the value was sent, and then it is received, or it comes back.
fn close_against_send(capacity: usize) {
    model(move || {
        let (tx, rx) = channel(capacity);
        let closer = tx.clone();
        let thread = thread::spawn(move || closer.close().unwrap());
        let sender = thread::spawn(move || tx.send(7).is_ok());
        let received = rx.recv();
        let was_sent = sender.join().unwrap();
        assert_eq!(received, if was_sent { Ok(7) } else { Err(RecvError) });
        thread.join().unwrap();
        assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    });
}

#[test]
fn close_against_send_without_a_buffer() {
    close_against_send(0);
}

#[test]
fn close_against_send_into_a_ring() {
    close_against_send(1);
}

#[test]
fn who_has_seen_that_it_is_closed_cannot_send() {
    model(|| {
        let (tx, rx) = channel(1);
        let closer = tx.clone();
        let thread = thread::spawn(move || closer.close().unwrap());
        if tx.is_closed() {
            assert!(tx.try_send(1).is_err());
        }
        thread.join().unwrap();
        assert_eq!(rx.recv(), Err(RecvError));
    });
}

#[test]
fn receivers_that_leave_wake_a_sender() {
    model(|| {
        let (tx, rx) = channel(1);
        tx.send(1).unwrap();
        let thread = thread::spawn(move || tx.send(2).is_err());
        drop(rx);
        assert!(thread.join().unwrap());
    });
}

#[test]
fn a_try_sees_a_value_or_leaves_it() {
    model(|| {
        let (tx, rx) = channel(1);
        let thread = sender(&tx, &[1, 2]);
        drop(tx);
        let mut values = Vec::from_iter(rx.try_recv());
        values.extend(&rx);
        assert_eq!(values, [1, 2]);
        thread.join().unwrap();
    });
}
