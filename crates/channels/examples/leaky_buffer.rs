//! A channel as a free list: used buffers come back, and what does not fit is dropped.
//!
//! From "Effective Go": the client takes a buffer from the list, or makes one if the list is empty;
//! the server puts it back, or lets it go if the list is full. Neither ever waits: that is `select`
//! with a `default`, or `try_recv` and `try_send`. `Full` hands the buffer back, to be dropped. A
//! list that may leak can have a fixed size, so a short rush does not leave its memory behind.
//! crossbeam's `ArrayQueue` would serve as well: nobody ever waits for this channel.

use std::collections::HashSet;

use channels::{Receiver, Sender, TrySendError, channel};

type Buffer = Vec<u8>;

fn take(free: &Receiver<Buffer>) -> Buffer {
    free.try_recv().unwrap_or_else(|_| Vec::with_capacity(4096))
}

/// True when the list had room for it.
fn give_back(free: &Sender<Buffer>, mut buffer: Buffer) -> bool {
    buffer.clear();
    match free.try_send(buffer) {
        Ok(()) => true,
        Err(TrySendError::Full(leaked)) => {
            drop(leaked);
            false
        }
        Err(TrySendError::Closed(_)) => unreachable!("its receiver is there"),
    }
}

fn main() {
    let (put, free) = channel(2);

    let mut places = HashSet::new();
    for _ in 0..100 {
        let mut buffer = take(&free);
        buffer.extend_from_slice(b"one request");
        places.insert(buffer.as_ptr());
        assert!(give_back(&put, buffer));
    }
    println!("100 requests one by one: {} buffer", places.len());
    assert_eq!(places.len(), 1);

    let rush: Vec<Buffer> = (0..5).map(|_| take(&free)).collect();
    let kept = rush.into_iter().map(|buffer| give_back(&put, buffer));
    let kept = kept.filter(|kept| *kept).count();
    println!("5 at once: {kept} kept for later, {} dropped", 5 - kept);
    assert_eq!((kept, free.len()), (2, 2));
}
