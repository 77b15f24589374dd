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

/// What was handed to the cancelled one goes to the other, who sleeps.
#[test]
fn a_cancelled_receive_passes_its_value_on() {
    model(|| {
        let (tx, rx) = channel(0);
        let other = rx.clone();
        let thread = thread::spawn(move || poll_and_drop(other.recv_async()));
        let sender = thread::spawn(move || tx.send(1).unwrap());
        let here = rx.recv().ok();
        let there = thread.join().unwrap().and_then(Result::ok);
        sender.join().unwrap();
        // It may have come back after the receiver here has heard that the channel is closed.
        let left = rx.try_recv().ok();
        let received: Vec<u8> = [here, there, left].into_iter().flatten().collect();
        assert_eq!(received, [1]);
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
