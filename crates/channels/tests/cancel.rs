//! What becomes of a value that was handed to a task which goes away before it has looked
//! at it: it comes back, and nobody hears of the end before.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use channels::{RecvError, TryRecvError, channel, select_async};
use proptest::prelude::*;

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn the_end_comes_after_a_value_that_its_task_has_not_looked_at() {
    for capacity in [0, 1] {
        let (tx, rx) = channel(capacity);
        let mut task = pin!(rx.recv_async());
        assert!(poll(task.as_mut()).is_pending());
        tx.try_send(1).unwrap();
        drop(tx);
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "it may come back");
        assert_eq!(poll(task), Poll::Ready(Ok(1)));
        assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    }
}

#[test]
fn the_end_comes_after_a_value_that_comes_back() {
    for capacity in [0, 1] {
        let (tx, rx) = channel(capacity);
        let mut task = Box::pin(rx.recv_async());
        assert!(poll(task.as_mut()).is_pending());
        tx.try_send(1).unwrap();
        drop(tx);
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "it may come back");
        drop(task);
        assert_eq!(rx.recv(), Ok(1));
        assert_eq!(rx.recv(), Err(RecvError));
    }
}

/// One task has been handed the value, another waits behind it, and the channel closes.
fn behind_another(first_is_dropped: bool) -> Result<u8, RecvError> {
    let (tx, rx) = channel(0);
    let mut first = Box::pin(rx.recv_async());
    let mut second = pin!(rx.recv_async());
    assert!(poll(first.as_mut()).is_pending());
    assert!(poll(second.as_mut()).is_pending());
    tx.try_send(1).unwrap();
    drop(tx);
    assert!(poll(second.as_mut()).is_pending(), "it may come back");
    if first_is_dropped {
        drop(first);
    } else {
        assert_eq!(poll(first.as_mut()), Poll::Ready(Ok(1)));
    }
    let Poll::Ready(result) = poll(second) else {
        unreachable!("nothing is open any more");
    };
    result
}

#[test]
fn who_waits_when_the_channel_closes_hears_of_the_end_last() {
    assert_eq!(behind_another(true), Ok(1));
    assert_eq!(behind_another(false), Err(RecvError));
}

#[test]
fn a_select_that_is_dropped_gives_its_value_back() {
    let (tx, rx) = channel(0);
    let (_quiet, quiet_rx) = channel::<u8>(0);
    let mut select = Box::pin(async {
        select_async! {
            recv(rx) -> value => value.unwrap(),
            recv(quiet_rx) -> value => value.unwrap(),
        }
    });
    assert!(poll(select.as_mut()).is_pending());
    tx.try_send(1).unwrap();
    drop(select);
    drop(tx);
    assert_eq!(rx.recv(), Ok(1));
    assert_eq!(rx.recv(), Err(RecvError));
}

proptest! {
    /// Tasks wait, some of them are sent a value, the channel closes. Whichever of them are dropped
    /// then, and whatever another receiver sees in between, each value arrives once, and the end
    /// comes after all of them.
    #[test]
    fn nobody_hears_of_the_end_too_soon(
        capacity in 0..3_usize,
        fates in prop::collection::vec(any::<(bool, bool)>(), 1..8),
        values in 0..8_usize,
    ) {
        let values = values.min(fates.len());
        let (tx, rx) = channel(capacity);
        let mut tasks: Vec<_> = fates.iter().map(|_| Some(Box::pin(rx.recv_async()))).collect();
        for task in tasks.iter_mut().flatten() {
            prop_assert!(poll(task.as_mut()).is_pending());
        }
        (0..values).for_each(|value| tx.try_send(value).unwrap());
        drop(tx);
        let mut received = Vec::new();
        let mut is_over = false;
        let mut see = |got: Result<usize, TryRecvError>| match got {
            Ok(_) if is_over => panic!("a value after the end"),
            Ok(value) => received.push(value),
            Err(TryRecvError::Closed) => is_over = true,
            Err(TryRecvError::Empty) => {}
        };
        for (task, (is_dropped, is_overtaken)) in tasks.iter_mut().zip(fates) {
            if is_overtaken {
                see(rx.try_recv());
            }
            task.take_if(|_| is_dropped);
        }
        // Those that have nothing wait for those that have not looked: a second round ends it.
        for _ in 0..2 {
            for task in &mut tasks {
                if let Some(Poll::Ready(got)) = task.as_mut().map(|task| poll(task.as_mut())) {
                    see(got.map_err(|RecvError| TryRecvError::Closed));
                    *task = None;
                }
            }
        }
        prop_assert!(tasks.iter().all(Option::is_none), "nothing is open any more");
        rx.iter().for_each(|value| see(Ok(value)));
        received.sort_unstable();
        prop_assert_eq!(received, Vec::from_iter(0..values));
    }
}
