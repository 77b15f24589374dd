//! An end of a channel is one pointer: a copy of it is the same channel.
//!
//! `make(chan int)` returns a `*hchan`, so to pass a channel to a function is to pass a pointer,
//! and nobody needs a pointer to a channel. A `Sender` or `Receiver` is an `Arc`: `clone` makes
//! another handle and counts it. Go does not count, its garbage collector finds out; here the last
//! handle that goes closes the channel. std, crossbeam and tokio do as we do.

use channels::{Receiver, Sender, channel};

fn send_one(tx: Sender<u32>, value: u32) {
    tx.send(value).expect("its receiver is there");
}

fn main() {
    assert_eq!(size_of::<Sender<[u8; 4096]>>(), size_of::<*const ()>());
    assert_eq!(size_of::<Receiver<[u8; 4096]>>(), size_of::<*const ()>());

    let (tx, rx) = channel(2);
    let other_tx = tx.clone();
    let other_rx = rx.clone();
    send_one(tx.clone(), 1);
    send_one(other_tx.clone(), 2);

    println!("one handle sees {} values", rx.len());
    println!("the other one   {}", other_rx.len());
    assert!(tx.same_channel(&other_tx));
    assert_eq!(rx.inspect(), other_rx.inspect());
    assert_eq!((other_rx.recv(), rx.recv()), (Ok(1), Ok(2)));

    drop(tx);
    assert!(!rx.is_closed());
    drop(other_tx);
    assert!(rx.is_closed());

    let (_tx, unrelated) = channel(2);
    assert!(!rx.same_channel(&unrelated));
}
