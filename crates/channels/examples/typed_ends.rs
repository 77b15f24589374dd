//! Who has a `Sender` can only send, who has a `Receiver` only receive: the compiler sees to it.
//!
//! In Go one channel value does everything, and a function's signature narrows it: as `chan<- int`
//! it can only be sent on, as `<-chan int` only be received from. In Rust there are two types from
//! the beginning, here as in std, crossbeam and tokio. A function says by its parameter which end
//! it uses, and since it owns it, the channel also knows when all users of one end are gone.
//!
//! Receiving on a `Sender` is error E0599, no method named `recv` found. The library's
//! documentation has this as examples that must not compile. This lesson has a trait that offers
//! both methods for both ends: a method of the type itself always goes first, so the trait's is
//! called only where the type has none, and what it returns is a type of its own.

use std::thread;

use channels::{Receiver, RecvError, SendError, Sender, channel};

fn count_to(limit: u32, numbers: Sender<u32>) {
    (1..=limit).for_each(|n| numbers.send(n).expect("somebody adds up"));
}

fn add_up(numbers: Receiver<u32>) -> u32 {
    numbers.into_iter().sum()
}

fn main() {
    let (tx, rx) = channel(0);
    let counter = thread::spawn(move || count_to(4, tx));
    let sum = add_up(rx);
    println!("sum of what came: {sum}");
    assert_eq!(sum, 10);
    counter.join().expect("the counter panicked");

    let (tx, rx) = channel(1);
    let sent: Result<(), SendError<u32>> = tx.send(7);
    let not_received: NoSuchMethod = tx.recv();
    println!("sender:   send {sent:?}, recv {not_received:?}");
    let received: Result<u32, RecvError> = rx.recv();
    let not_sent: NoSuchMethod = rx.send(8);
    println!("receiver: recv {received:?}, send {not_sent:?}");
    assert_eq!((sent, received), (Ok(()), Ok(7)));
}

/// What a call gives when the type has no such method of its own.
#[derive(Debug)]
struct NoSuchMethod;

trait BothMethods {
    fn send(&self, _value: u32) -> NoSuchMethod {
        NoSuchMethod
    }

    fn recv(&self) -> NoSuchMethod {
        NoSuchMethod
    }
}

impl BothMethods for Sender<u32> {}
impl BothMethods for Receiver<u32> {}
