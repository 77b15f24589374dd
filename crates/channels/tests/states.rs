//! The table of states: never, open and closed, against send, receive and close; and Go's cases of
//! send and receive as `inspect` shows them.

mod common;

use std::thread;
use std::time::{Duration, Instant};

use channels::{
    CloseError, Inspection, Receiver, RecvError, RecvTimeoutError, SendError, SendTimeoutError,
    Sender, TryRecvError, TrySendError, Waiter, WaiterKind, channel, never, select,
};
use common::{eventually, within_deadline};

const MOMENT: Duration = Duration::from_millis(20);

#[test]
fn a_never_channel_waits_for_ever() {
    let (tx, rx) = never();
    assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    let begin = Instant::now();
    assert_eq!(
        tx.send_timeout(1, MOMENT),
        Err(SendTimeoutError::Timeout(1))
    );
    assert_eq!(rx.recv_timeout(MOMENT), Err(RecvTimeoutError::Timeout));
    assert!(begin.elapsed() >= 2 * MOMENT);
    assert_eq!(tx.close(), Err(CloseError));
    assert!(!rx.is_closed());
    drop(tx);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn the_ends_of_a_never_channel_do_not_meet() {
    let (tx, rx) = never();
    let receiver = rx.clone();
    let thread = thread::spawn(move || receiver.recv_timeout(Duration::from_millis(100)));
    eventually("the receiver to wait", || {
        rx.inspect().receivers_waiting.len() == 1
    });
    assert_eq!(
        tx.send_timeout(1, MOMENT),
        Err(SendTimeoutError::Timeout(1))
    );
    assert_eq!(thread.join().unwrap(), Err(RecvTimeoutError::Timeout));
}

#[test]
fn an_open_channel_waits_when_it_must() {
    for capacity in [0, 1, 3] {
        let (tx, rx) = channel(capacity);
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
        assert_eq!(rx.recv_timeout(MOMENT), Err(RecvTimeoutError::Timeout));
        (0..capacity).for_each(|n| tx.try_send(n).unwrap());
        assert_eq!(tx.try_send(9), Err(TrySendError::Full(9)));
        assert_eq!(
            tx.send_timeout(9, MOMENT),
            Err(SendTimeoutError::Timeout(9))
        );
        assert_eq!(
            tx.send_deadline(9, Instant::now()),
            Err(SendTimeoutError::Timeout(9))
        );
        assert_eq!(rx.len(), capacity);
        assert!(tx.is_full());
        assert_eq!(
            rx.try_iter().collect::<Vec<_>>(),
            Vec::from_iter(0..capacity)
        );
        assert!(rx.is_empty());
        assert!(tx.inspect().senders_waiting.is_empty());
        assert!(tx.inspect().receivers_waiting.is_empty());
    }
}

#[test]
fn a_closed_channel_never_waits() {
    for capacity in [0, 1, 3] {
        let (tx, rx) = channel(capacity);
        (0..capacity).for_each(|n| tx.send(n).unwrap());
        assert_eq!(tx.close(), Ok(()));
        assert_eq!(rx.close(), Err(CloseError));
        assert_eq!(tx.send(9), Err(SendError(9)));
        assert_eq!(tx.try_send(9), Err(TrySendError::Closed(9)));
        assert_eq!(tx.send_timeout(9, MOMENT), Err(SendTimeoutError::Closed(9)));
        (0..capacity).for_each(|n| assert_eq!(rx.recv(), Ok(n)));
        assert_eq!(rx.recv(), Err(RecvError));
        assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
        assert_eq!(rx.recv_timeout(MOMENT), Err(RecvTimeoutError::Closed));
        assert_eq!(rx.iter().count(), 0);
    }
}

#[test]
fn the_last_sender_closes() {
    let (tx, rx) = channel(2);
    let second = tx.clone();
    tx.send('a').unwrap();
    drop(tx);
    assert!(!rx.is_closed());
    drop(second);
    assert!(rx.is_closed());
    assert_eq!(rx.into_iter().collect::<String>(), "a");
}

#[test]
fn the_last_receiver_leaves_nothing_behind() {
    let message = std::sync::Arc::new(());
    let (tx, rx) = channel(2);
    let second = rx.clone();
    tx.send(message.clone()).unwrap();
    drop(rx);
    tx.send(message.clone()).unwrap();
    drop(second);
    assert!(tx.send(message.clone()).is_err());
    assert_eq!(std::sync::Arc::strong_count(&message), 1);
}

/// A thread of this name that sends or receives, once it stands in its queue.
fn parked<R: Send + 'static>(
    name: &str,
    see: impl Fn() -> usize,
    wait: impl FnOnce() -> R + Send + 'static,
) -> thread::JoinHandle<R> {
    let before = see();
    let thread = thread::Builder::new().name(name.to_owned()).spawn(wait);
    eventually("the thread to wait", || see() == before + 1);
    thread.unwrap()
}

fn waiter(name: &str) -> Waiter {
    Waiter {
        kind: WaiterKind::Thread(name.to_owned()),
        in_select: false,
    }
}

fn parked_receiver(rx: &Receiver<u32>, name: &str) -> thread::JoinHandle<Result<u32, RecvError>> {
    let (own, see) = (rx.clone(), rx.clone());
    parked(
        name,
        move || see.inspect().receivers_waiting.len(),
        move || own.recv(),
    )
}

fn parked_sender(
    tx: &Sender<u32>,
    name: &str,
    value: u32,
) -> thread::JoinHandle<Result<(), SendError<u32>>> {
    let (own, see) = (tx.clone(), tx.clone());
    parked(
        name,
        move || see.inspect().senders_waiting.len(),
        move || own.send(value),
    )
}

#[test]
fn sending_to_a_waiting_receiver_leaves_the_buffer_alone() {
    let (tx, rx) = channel(2);
    let receiver = parked_receiver(&rx, "patient");
    let waiting = tx.inspect();
    assert_eq!(waiting.receivers_waiting, [waiter("patient")]);
    tx.send(5).unwrap();
    let after = tx.inspect();
    assert_eq!(
        after,
        Inspection {
            receivers_waiting: Vec::new(),
            ..waiting
        }
    );
    assert_eq!((after.count, after.send_index), (0, 0));
    assert_eq!(receiver.join().unwrap(), Ok(5));
}

#[test]
fn the_buffer_counts_and_wraps() {
    let (tx, rx) = channel(3);
    let state = || {
        let seen = rx.inspect();
        (seen.count, seen.send_index, seen.receive_index)
    };
    assert_eq!(state(), (0, 0, 0));
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    assert_eq!(state(), (2, 2, 0));
    rx.recv().unwrap();
    assert_eq!(state(), (1, 2, 1));
    tx.send(3).unwrap();
    tx.send(4).unwrap();
    assert_eq!(state(), (3, 1, 1));
    assert_eq!(rx.iter().take(3).collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!(state(), (0, 1, 1));
}

#[test]
fn receiving_from_a_full_buffer_refills_the_same_slot() {
    let (tx, rx) = channel(2);
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    let sender = parked_sender(&tx, "late", 3);
    assert_eq!(tx.inspect().senders_waiting, [waiter("late")]);
    assert_eq!(rx.recv(), Ok(1));
    let after = rx.inspect();
    assert_eq!(
        (after.count, after.send_index, after.receive_index),
        (2, 1, 1)
    );
    assert!(after.senders_waiting.is_empty());
    sender.join().unwrap().unwrap();
    assert_eq!([rx.recv(), rx.recv()], [Ok(2), Ok(3)]);
}

#[test]
fn waiters_are_served_first_come_first() {
    for capacity in [0, 1] {
        let (tx, rx) = channel(capacity);
        (0..capacity as u32).for_each(|n| tx.send(n).unwrap());
        let senders = [10, 11, 12].map(|value| parked_sender(&tx, "queued", value));
        let received: Vec<u32> = rx.iter().take(capacity + 3).collect();
        assert!(received.ends_with(&[10, 11, 12]), "{received:?}");
        senders.into_iter().for_each(|t| t.join().unwrap().unwrap());
        let receivers = [0, 1, 2].map(|_| parked_receiver(&rx, "queued"));
        (20..23).for_each(|n| tx.send(n).unwrap());
        let received = receivers.map(|thread| thread.join().unwrap());
        assert_eq!(received, [Ok(20), Ok(21), Ok(22)]);
    }
}

#[test]
fn close_wakes_every_waiter() {
    for capacity in [0, 2] {
        let (tx, rx) = channel(capacity);
        let receivers = [(); 10].map(|()| parked_receiver(&rx, "waiting"));
        tx.close().unwrap();
        assert!(rx.inspect().receivers_waiting.is_empty());
        within_deadline("closing", move || {
            for receiver in receivers {
                assert_eq!(receiver.join().unwrap(), Err(RecvError));
            }
        });
    }
}

#[test]
fn a_select_stands_in_each_queue_until_one_fires() {
    let channels = [(); 3].map(|()| channel::<u32>(0));
    let receivers = channels.each_ref().map(|(_, rx)| rx.clone());
    let in_queues = || {
        channels
            .iter()
            .map(|(tx, _)| tx.inspect().receivers_waiting)
    };
    let thread = thread::Builder::new()
        .name("selecting".to_owned())
        .spawn(move || {
            let [a, b, c] = receivers;
            select! {
                recv(a) -> value => value,
                recv(b) -> value => value,
                recv(c) -> value => value,
            }
        });
    eventually("three nodes in three queues", || {
        in_queues().all(|queue| queue.len() == 1)
    });
    let expected = Waiter {
        in_select: true,
        ..waiter("selecting")
    };
    in_queues().for_each(|queue| assert_eq!(queue, std::slice::from_ref(&expected)));
    channels[1].0.send(4).unwrap();
    assert_eq!(thread.unwrap().join().unwrap(), Ok(4));
    assert!(in_queues().all(|queue| queue.is_empty()));
}

#[test]
fn select_is_fair_and_biased_select_is_not() {
    let (tx, rx) = channel(1);
    let (other_tx, other_rx) = channel(1);
    tx.send(0).unwrap();
    other_tx.send(0).unwrap();
    let mut firsts = 0;
    for _ in 0..10_000 {
        select! {
            recv(rx) -> _ => { firsts += 1; tx.send(0).unwrap(); }
            recv(other_rx) -> _ => other_tx.send(0).unwrap(),
        }
        select! {
            biased;
            recv(rx) -> _ => tx.send(0).unwrap(),
            recv(other_rx) -> _ => unreachable!("the first arm is ready"),
        }
    }
    assert!((4500..=5500).contains(&firsts), "{firsts} of 10000");
}

#[test]
fn units_take_no_room_and_handles_share() {
    let (tx, rx) = channel::<()>(1000);
    assert_eq!(size_of_val(&tx), size_of::<usize>());
    let second = tx.clone();
    assert!(tx.same_channel(&second));
    second.send(()).unwrap();
    assert_eq!(tx.len(), 1);
    assert_eq!(rx.recv(), Ok(()));
}

#[test]
fn ends_and_futures_go_to_other_threads() {
    fn both<T: Send + Sync>(_: &T) {}
    fn sends<T: Send>(_: &T) {}
    let (tx, rx) = channel(1);
    both(&tx);
    both(&rx);
    sends(&tx.send_async(std::cell::Cell::new(1)));
    sends(&rx.recv_async());
    sends(&rx.stream());
}
