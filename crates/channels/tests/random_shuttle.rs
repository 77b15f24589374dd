//! Whole programs of threads, channels and selects in schedules drawn by chance, with shuttle:
//! `RUSTFLAGS="--cfg shuttle" cargo test -p channels --release --test random_shuttle`
//!
//! loom tries every interleaving of two or three threads that do one or two things. These models are
//! too large for that, so shuttle draws schedules: evenly, and with few preemptions at random places
//! (PCT), which finds rare orders sooner. Each failure prints the schedule that repeats it; a thread
//! that is never woken is a deadlock, which shuttle reports.

#![cfg(shuttle)]

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use channels::{Receiver, Sender, channel, select};
use shuttle::rand::{Rng, thread_rng};
use shuttle::thread::{self, JoinHandle, Thread};

const SCHEDULES: usize = 10_000;
/// How many preemptions a PCT schedule has at most.
const DEPTH: usize = 4;

fn explore(model: fn()) {
    shuttle::check_random(model, SCHEDULES);
    shuttle::check_pct(model, SCHEDULES, DEPTH);
}

/// Who sent it, and which of that sender's messages it is.
type Message = (usize, usize);

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

/// Waits as a task for a while, and then changes its mind.
fn begin_and_give_up<T>(rx: &Receiver<T>) -> Option<T> {
    let mut future = pin!(rx.recv_async());
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    for _ in 0..2 {
        if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return result.ok();
        }
        thread::yield_now();
    }
    None
}

/// One message by any way of sending, to either of two channels.
fn send_somewhere(to: &[Sender<Message>; 2], message: Message) {
    let [left, right] = to;
    match thread_rng().gen_range(0..4) {
        0 => left.send(message).unwrap(),
        1 => block_on(right.send_async(message)).unwrap(),
        2 => {
            while left.try_send(message).is_err() {
                thread::yield_now();
            }
        }
        _ => select! {
            send(left, message) -> result => result.unwrap(),
            send(right, message) -> result => result.unwrap(),
        },
    }
}

/// One message by any way of receiving; nothing once both channels are closed and empty.
fn receive_anywhere(from: &[Receiver<Message>; 2]) -> Option<Message> {
    let [left, right] = from;
    if let Some(message) = match thread_rng().gen_range(0..4) {
        0 => begin_and_give_up(left),
        1 => right.try_recv().ok(),
        _ => None,
    } {
        return Some(message);
    }
    let (first, other) = select! {
        recv(left) -> result => (result, right),
        recv(right) -> result => (result, left),
    };
    first.or_else(|_| other.recv()).ok()
}

fn sender(id: usize, count: usize, to: &[Sender<Message>; 2]) -> JoinHandle<()> {
    let to = to.clone();
    thread::spawn(move || (0..count).for_each(|number| send_somewhere(&to, (id, number))))
}

fn receiver(from: &[Receiver<Message>; 2]) -> JoinHandle<Vec<Message>> {
    let from = from.clone();
    thread::spawn(move || std::iter::from_fn(|| receive_anywhere(&from)).collect())
}

/// Each of many messages arrives once, whatever the ends do and whichever way they wait.
fn many_to_many() {
    const SENDERS: usize = 3;
    const EACH: usize = 4;
    let capacities: [usize; 2] = std::array::from_fn(|_| thread_rng().gen_range(0..3));
    let (left, from_left) = channel(capacities[0]);
    let (right, from_right) = channel(capacities[1]);
    let (to, from) = ([left, right], [from_left, from_right]);
    let senders: Vec<_> = (0..SENDERS).map(|id| sender(id, EACH, &to)).collect();
    let receivers: Vec<_> = (0..2).map(|_| receiver(&from)).collect();
    drop((to, from));
    senders.into_iter().for_each(|one| one.join().unwrap());
    let mut arrived: Vec<Message> = receivers
        .into_iter()
        .flat_map(|one| one.join().unwrap())
        .collect();
    arrived.sort_unstable();
    let expected: Vec<Message> = (0..SENDERS)
        .flat_map(|id| (0..EACH).map(move |number| (id, number)))
        .collect();
    assert_eq!(arrived, expected, "capacities {capacities:?}");
}

#[test]
fn many_messages_between_many_ends() {
    explore(many_to_many);
}

/// One sender's messages stay in order through a chain of channels of any capacity.
fn chain() {
    const STAGES: usize = 4;
    const MESSAGES: usize = 6;
    let (tx, mut rx) = channel(thread_rng().gen_range(0..3));
    let mut threads = vec![thread::spawn(move || {
        (0..MESSAGES).for_each(|number| tx.send(number).unwrap());
    })];
    for _ in 0..STAGES {
        let (to_next, next) = channel(thread_rng().gen_range(0..3));
        let from = std::mem::replace(&mut rx, next);
        threads.push(thread::spawn(move || {
            from.iter().for_each(|number| to_next.send(number).unwrap());
        }));
    }
    assert_eq!(rx.iter().collect::<Vec<_>>(), Vec::from_iter(0..MESSAGES));
    threads.into_iter().for_each(|one| one.join().unwrap());
}

#[test]
fn a_chain_of_channels_keeps_the_order() {
    explore(chain);
}

/// Whoever waits when a channel is closed is told, and a refused message comes back to its sender.
fn close_amid_traffic() {
    let (tx, rx) = channel(thread_rng().gen_range(0..2));
    let senders: Vec<_> = (0..3)
        .map(|number| {
            let tx = tx.clone();
            thread::spawn(move || tx.send(number).err().map(|refused| refused.into_inner()))
        })
        .collect();
    let receivers: Vec<_> = (0..2)
        .map(|_| {
            let rx = rx.clone();
            thread::spawn(move || rx.iter().collect::<Vec<_>>())
        })
        .collect();
    thread::yield_now();
    tx.close().unwrap();
    let refused = senders.into_iter().filter_map(|one| one.join().unwrap());
    let received = receivers.into_iter().flat_map(|one| one.join().unwrap());
    let mut all: Vec<i32> = refused.chain(received).collect();
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2]);
}

#[test]
fn closing_loses_nothing() {
    explore(close_amid_traffic);
}

/// Four selects, each ready to send or to receive on two channels, must pair off.
fn selects_among_themselves() {
    let (a_tx, a_rx) = channel(0);
    let (b_tx, b_rx) = channel(0);
    let senders: Vec<_> = (0..2)
        .map(|id| {
            let (a, b) = (a_tx.clone(), b_tx.clone());
            thread::spawn(move || {
                select! {
                    send(a, id) -> result => result.unwrap(),
                    send(b, id) -> result => result.unwrap(),
                }
            })
        })
        .collect();
    let receivers: Vec<_> = (0..2)
        .map(|_| {
            let (a, b) = (a_rx.clone(), b_rx.clone());
            thread::spawn(move || {
                select! {
                    recv(a) -> value => value.unwrap(),
                    recv(b) -> value => value.unwrap(),
                }
            })
        })
        .collect();
    senders.into_iter().for_each(|one| one.join().unwrap());
    let mut received: Vec<i32> = receivers
        .into_iter()
        .map(|one| one.join().unwrap())
        .collect();
    received.sort_unstable();
    assert_eq!(received, [0, 1]);
}

#[test]
fn selects_pair_off() {
    explore(selects_among_themselves);
}
