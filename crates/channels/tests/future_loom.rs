//! Futures that are dropped at any moment, in every interleaving, with loom:
//! `RUSTFLAGS="--cfg loom" cargo test -p channels --release --test future_loom`

#![cfg(loom)]

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use channels::channel;
use loom::model::Builder;
use loom::thread::{self, Thread};

/// At most two preemptions: see `channel_loom.rs`.
fn model(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(2);
    builder.max_branches = 10_000;
    builder.check(test);
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Polls once, and drops the future if it is not ready.
fn poll_and_drop<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(output) => Some(output),
        Poll::Pending => {
            thread::yield_now();
            None
        }
    }
}

fn tasks_talk(capacity: usize) {
    model(move || {
        let (tx, rx) = channel(capacity);
        let thread = thread::spawn(move || {
            block_on(async {
                tx.send_async(1).await.unwrap();
                tx.send_async(2).await.unwrap();
            });
        });
        block_on(async {
            assert_eq!(rx.recv_async().await, Ok(1));
            assert_eq!(rx.recv_async().await, Ok(2));
            assert!(rx.recv_async().await.is_err());
        });
        thread.join().unwrap();
    });
}

#[test]
fn tasks_meet() {
    tasks_talk(0);
}

#[test]
fn tasks_share_a_ring() {
    tasks_talk(1);
}

fn a_cancelled_receive_loses_nothing(capacity: usize) {
    model(move || {
        let (tx, rx) = channel(capacity);
        let thread = thread::spawn(move || tx.send(1).unwrap());
        let value = match poll_and_drop(rx.recv_async()) {
            Some(value) => value,
            None => rx.recv(),
        };
        assert_eq!(value, Ok(1));
        assert!(rx.recv().is_err());
        thread.join().unwrap();
    });
}

#[test]
fn a_cancelled_receive_loses_nothing_without_a_buffer() {
    a_cancelled_receive_loses_nothing(0);
}

#[test]
fn a_cancelled_receive_loses_nothing_of_a_ring() {
    a_cancelled_receive_loses_nothing(1);
}

/// What was handed to the cancelled one goes to the other. That one waits already, or comes later
/// and finds the channel closed; it never hears of the end while the value is on its way back.
fn a_cancelled_receive_passes_its_value_on(capacity: usize) {
    model(move || {
        let (tx, rx) = channel(capacity);
        let other = rx.clone();
        let thread = thread::spawn(move || poll_and_drop(other.recv_async()));
        let sender = thread::spawn(move || tx.send(1).unwrap());
        let here = rx.recv().ok();
        let left = rx.try_recv();
        let there = thread.join().unwrap().and_then(Result::ok);
        sender.join().unwrap();
        let received: Vec<u8> = [here, there].into_iter().flatten().collect();
        assert_eq!(received, [1]);
        assert!(left.is_err());
    });
}

#[test]
fn a_cancelled_receive_passes_its_value_on_without_a_buffer() {
    a_cancelled_receive_passes_its_value_on(0);
}

#[test]
fn a_cancelled_receive_passes_its_value_on_past_a_ring() {
    a_cancelled_receive_passes_its_value_on(1);
}

/// The same for a task that is not cancelled: either receiver gets the value, the other hears of the
/// end, whenever the task is polled again.
#[test]
fn a_value_is_seen_before_the_end() {
    model(|| {
        let (tx, rx) = channel(0);
        let other = rx.clone();
        let thread = thread::spawn(move || block_on(other.recv_async()).ok());
        let sender = thread::spawn(move || tx.send(1).unwrap());
        let received = [rx.recv().ok(), thread.join().unwrap()];
        assert!(received == [Some(1), None] || received == [None, Some(1)]);
        sender.join().unwrap();
    });
}

/// A message is received if and only if its send is done.
fn a_cancelled_send_is_all_or_nothing(capacity: usize) {
    model(move || {
        let (tx, rx) = channel(capacity);
        let thread = thread::spawn(move || rx.iter().collect::<Vec<u8>>());
        let was_sent = poll_and_drop(tx.send_async(1)).is_some();
        tx.send(2).unwrap();
        drop(tx);
        let received = thread.join().unwrap();
        if was_sent {
            assert_eq!(received, [1, 2]);
        } else {
            assert!(received == [2] || received == [1, 2]);
        }
    });
}

#[test]
fn a_cancelled_send_is_all_or_nothing_without_a_buffer() {
    a_cancelled_send_is_all_or_nothing(0);
}

#[test]
fn a_cancelled_send_is_all_or_nothing_in_a_ring() {
    a_cancelled_send_is_all_or_nothing(1);
}
