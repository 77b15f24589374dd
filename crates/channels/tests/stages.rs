//! One table of tests for the three stages and for the real channel.

mod common;

use std::sync::Arc;
use std::thread;

use channels::stages::{Stage, one, three, two};
use channels::{CloseError, Receiver, RecvError, SendError, Sender, channel};
use common::within_deadline;

/// The real channel with the face of a stage.
struct Real<T>(Sender<T>, Receiver<T>);

impl<T: Send> Stage<T> for Real<T> {
    fn with_capacity(capacity: usize) -> Self {
        let (tx, rx) = channel(capacity);
        Self(tx, rx)
    }

    fn send(&self, value: T) -> Result<(), SendError<T>> {
        self.0.send(value)
    }

    fn recv(&self) -> Result<T, RecvError> {
        self.1.recv()
    }

    fn close(&self) -> Result<(), CloseError> {
        self.0.close()
    }
}

fn first_in_is_first_out<C: Stage<u32>>(capacity: usize) {
    let channel = C::with_capacity(capacity);
    for lap in 0..3 {
        let values: Vec<u32> = (0..capacity as u32).map(|n| lap * 100 + n).collect();
        values.iter().for_each(|n| channel.send(*n).unwrap());
        let received: Vec<u32> = values.iter().map(|_| channel.recv().unwrap()).collect();
        assert_eq!(received, values);
    }
}

fn all_arrives_in_order<C: Stage<u32> + 'static>(capacity: usize) {
    let channel = Arc::new(C::with_capacity(capacity));
    let sending = Arc::clone(&channel);
    let sender = thread::spawn(move || {
        (0..1000).for_each(|n| sending.send(n).unwrap());
        sending.close().unwrap();
    });
    let received: Vec<u32> = std::iter::from_fn(|| channel.recv().ok()).collect();
    assert!(received.into_iter().eq(0..1000));
    sender.join().unwrap();
}

fn many_to_many<C: Stage<u32> + 'static>(capacity: usize) {
    let channel = Arc::new(C::with_capacity(capacity));
    let senders: Vec<_> = (0..3)
        .map(|_| {
            let channel = Arc::clone(&channel);
            thread::spawn(move || (1..=500).for_each(|n| channel.send(n).unwrap()))
        })
        .collect();
    let receivers: Vec<_> = (0..3)
        .map(|_| {
            let channel = Arc::clone(&channel);
            thread::spawn(move || std::iter::from_fn(|| channel.recv().ok()).sum::<u32>())
        })
        .collect();
    senders
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    channel.close().unwrap();
    let sum: u32 = receivers.into_iter().map(|t| t.join().unwrap()).sum();
    assert_eq!(sum, 3 * 500 * 501 / 2);
}

fn closed_gives_what_is_left_and_then_the_end<C: Stage<u32>>(capacity: usize) {
    let channel = C::with_capacity(capacity);
    (0..capacity as u32).for_each(|n| channel.send(n).unwrap());
    channel.close().unwrap();
    assert_eq!(channel.send(9), Err(SendError(9)));
    assert_eq!(channel.close(), Err(CloseError));
    (0..capacity as u32).for_each(|n| assert_eq!(channel.recv(), Ok(n)));
    assert_eq!(channel.recv(), Err(RecvError));
    assert_eq!(channel.recv(), Err(RecvError));
}

fn close_wakes_all<C: Stage<u32> + 'static>(capacity: usize) {
    let channel = Arc::new(C::with_capacity(capacity));
    let receivers: Vec<_> = (0..10)
        .map(|_| {
            let channel = Arc::clone(&channel);
            thread::spawn(move || channel.recv())
        })
        .collect();
    channel.close().unwrap();
    for receiver in receivers {
        assert_eq!(receiver.join().unwrap(), Err(RecvError));
    }
}

fn close_gives_the_unsent_back<C: Stage<u32> + 'static>(capacity: usize) {
    let channel = Arc::new(C::with_capacity(capacity));
    (0..capacity as u32).for_each(|n| channel.send(n).unwrap());
    let blocked = Arc::clone(&channel);
    let sender = thread::spawn(move || blocked.send(77));
    channel.close().unwrap();
    assert_eq!(sender.join().unwrap(), Err(SendError(77)));
}

macro_rules! table {
    ($($stage:ident: $Channel:ty, $capacities:expr;)*) => {
        $(mod $stage {
            use super::*;

            table!(@tests $Channel, $capacities;
                first_in_is_first_out,
                all_arrives_in_order,
                many_to_many,
                closed_gives_what_is_left_and_then_the_end,
                close_wakes_all,
                close_gives_the_unsent_back);
        })*
    };
    (@tests $Channel:ty, $capacities:expr; $($test:ident),*) => {
        $(#[test]
        fn $test() {
            for capacity in $capacities {
                within_deadline(stringify!($test), move || super::$test::<$Channel>(capacity));
            }
        })*
    };
}

table! {
    stage_one: one::Queue<u32>, [1, 2, 7];
    stage_two: two::Ring<u32>, [1, 2, 7];
    stage_three: three::Hchan<u32>, [0, 1, 2, 7];
    the_real_one: Real<u32>, [0, 1, 2, 7];
}
