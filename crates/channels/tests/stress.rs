//! Many messages between threads and tasks that come, go, time out and change their mind: each
//! arrives once, in the order of its sender.
//!
//! A million messages when `PROPTEST_CASES` asks for a thorough search, fewer otherwise.

mod common;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use channels::{
    Receiver, SendTimeoutError, Sender, TryRecvError, TrySendError, channel, never, select,
};
use common::within_deadline;

const ENDS: u64 = 4;

#[derive(Debug, Clone, Copy)]
struct Message {
    sender: u64,
    number: u64,
}

fn messages_per_sender() -> u64 {
    let is_thorough = std::env::var_os("PROPTEST_CASES").is_some();
    if is_thorough { 250_000 } else { 5_000 }
}

/// A sequence of numbers that jumps about, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

struct Unpark(thread::Thread);

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

/// Sends in any of the ways, until it is sent.
fn send(tx: &Sender<Message>, message: Message, dice: &mut Dice) {
    let pause = Duration::from_micros(dice.below(50));
    let sent = match dice.below(8) {
        0 => tx.try_send(message).map_err(TrySendError::into_inner),
        1 => tx
            .send_timeout(message, pause)
            .map_err(SendTimeoutError::into_inner),
        2 => select! {
            send(tx, message) -> result => result.map_err(|error| error.into_inner()),
            timeout(pause) => Err(message),
        },
        3 => block_on(tx.send_async(message)).map_err(|error| error.into_inner()),
        4 => tx.clone().send(message).map_err(|error| error.into_inner()),
        _ => tx.send(message).map_err(|error| error.into_inner()),
    };
    if let Err(message) = sent {
        send(tx, message, dice);
    }
}

/// Receives in any of the ways. Nothing when nothing came, the error when nothing will.
fn receive(
    rx: &Receiver<Message>,
    dice: &mut Dice,
    cancels: bool,
) -> Result<Option<Message>, channels::RecvError> {
    let pause = Duration::from_micros(dice.below(50));
    match dice.below(if cancels { 8 } else { 6 }) {
        0 => match rx.try_recv() {
            Err(TryRecvError::Closed) => Err(channels::RecvError),
            result => Ok(result.ok()),
        },
        1 => match rx.recv_timeout(pause) {
            Err(channels::RecvTimeoutError::Closed) => Err(channels::RecvError),
            result => Ok(result.ok()),
        },
        2 => {
            let (_never_tx, quiet) = never::<()>();
            select! {
                recv(quiet) -> _ => unreachable!("a never channel is never ready"),
                recv(rx) -> result => result.map(Some),
                timeout(pause) => Ok(None),
            }
        }
        3 => block_on(rx.recv_async()).map(Some),
        4 => rx.clone().recv().map(Some),
        5 => rx.recv().map(Some),
        _ => {
            let mut future = pin!(rx.recv_async());
            match future
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
            {
                Poll::Ready(result) => result.map(Some),
                Poll::Pending => {
                    thread::yield_now();
                    Ok(None)
                }
            }
        }
    }
}

/// All that one receiver got, until the channel was closed.
fn receive_all(rx: &Receiver<Message>, dice: &mut Dice, cancels: bool) -> Vec<Message> {
    let mut received = Vec::new();
    loop {
        match receive(rx, dice, cancels) {
            Ok(message) => received.extend(message),
            Err(_) => return received,
        }
    }
}

/// Runs four senders against some receivers, and returns what each of these got. What came back
/// after all had heard of the end is one list more.
fn run(capacity: usize, receivers: u64, cancels: bool) -> Vec<Vec<Message>> {
    let (tx, rx) = channel(capacity);
    let count = messages_per_sender();
    thread::scope(|scope| {
        for sender in 0..ENDS {
            let tx = tx.clone();
            scope.spawn(move || {
                let mut dice = Dice(sender + 1);
                (0..count).for_each(|number| send(&tx, Message { sender, number }, &mut dice));
            });
        }
        drop(tx);
        let threads: Vec<_> = (0..receivers)
            .map(|number| {
                let rx = rx.clone();
                scope.spawn(move || receive_all(&rx, &mut Dice(number + 100), cancels))
            })
            .collect();
        let mut received: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        received.push(rx.try_iter().collect());
        received
    })
}

fn assert_each_once(received: &[Vec<Message>]) {
    let mut numbers = vec![Vec::new(); ENDS as usize];
    for message in received.iter().flatten() {
        numbers[message.sender as usize].push(message.number);
    }
    for (sender, mut numbers) in numbers.into_iter().enumerate() {
        numbers.sort_unstable();
        let expected = 0..messages_per_sender();
        assert!(
            numbers.into_iter().eq(expected),
            "messages of sender {sender}"
        );
    }
}

fn assert_in_order(received: &[Vec<Message>]) {
    for list in received {
        for sender in 0..ENDS {
            let numbers = list.iter().filter(|m| m.sender == sender).map(|m| m.number);
            assert!(numbers.is_sorted(), "messages of sender {sender}");
        }
    }
}

#[test]
fn four_to_four_in_order() {
    for capacity in [0, 1, 64] {
        within_deadline("four to four", move || {
            let received = run(capacity, ENDS, false);
            assert_each_once(&received);
            assert_in_order(&received);
        });
    }
}

/// With several receivers, one may see a message after a later one of the same sender, if another
/// had it first and changed its mind. But none is lost.
#[test]
fn four_to_four_with_receivers_that_change_their_mind() {
    for capacity in [0, 1, 64] {
        within_deadline("four to four, cancelled", move || {
            assert_each_once(&run(capacity, ENDS, true));
        });
    }
}

#[test]
fn four_to_one_that_changes_its_mind() {
    for capacity in [0, 1, 64] {
        within_deadline("four to one, cancelled", move || {
            let received = run(capacity, 1, true);
            assert_each_once(&received);
            assert_in_order(&received);
        });
    }
}

/// Receivers leave one after another; what is not sent comes back, what is sent is received or
/// dropped with the channel.
#[test]
fn receivers_that_leave_release_all_senders() {
    for capacity in [0, 1, 64] {
        within_deadline("leaving receivers", move || {
            let (tx, rx) = channel(capacity);
            let token = Arc::new(());
            thread::scope(|scope| {
                for _ in 0..ENDS {
                    let (tx, token) = (tx.clone(), token.clone());
                    scope.spawn(move || while tx.send(token.clone()).is_ok() {});
                }
                for number in 0..ENDS {
                    let rx = rx.clone();
                    scope.spawn(move || rx.iter().take(100 * number as usize).count());
                }
                drop(rx);
            });
            assert_eq!(Arc::strong_count(&token), 1);
        });
    }
}
