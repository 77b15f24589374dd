//! A channel need not be closed: when both ends are gone its memory is, with all messages in it.
//!
//! In Go a channel is closed to tell the receivers that no more will come, and for nothing else:
//! one that nobody knows any more is collected, open or not. In Rust the ends are owners. The last
//! sender that goes closes the channel for the receivers, the receiver that goes closes it for the
//! senders, and whoever goes last frees it. The allocator's counters prove it.

use std::sync::mpsc::{RecvError, SendError, channel, sync_channel};

use memory::counting::{Counting, Scope};

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

const MESSAGES: usize = 1000;

fn main() {
    // The first line that is printed allocates its buffer: before we count.
    println!("blocks of heap, as the allocator counts them:");
    let scope = Scope::start();
    let (sender, receiver) = channel();
    for n in 0..MESSAGES {
        sender.send(Box::new(n)).expect("there is a receiver");
    }
    assert_eq!(receiver.recv().map(|message| *message), Ok(0));
    println!(
        "{MESSAGES} sent, one received: {} blocks are live",
        scope.counts().live()
    );
    assert!(scope.counts().live() >= MESSAGES as i64 - 1);

    drop(receiver);
    assert!(
        matches!(sender.send(Box::new(0)), Err(SendError(_))),
        "nobody will receive it"
    );
    drop(sender);
    println!(
        "both ends dropped, nothing closed: {}",
        scope.counts().live()
    );
    assert_eq!((scope.counts().live(), scope.counts().live_bytes()), (0, 0));

    // The other way round: what was sent can be received, and then the channel is at its end.
    let (sender, receiver) = sync_channel(2);
    let second_sender = sender.clone();
    sender.send("last words").expect("there is a receiver");
    drop((sender, second_sender));
    assert_eq!(receiver.recv(), Ok("last words"));
    assert_eq!(receiver.recv(), Err(RecvError));
    drop(receiver);
    println!("a bounded one: {}", scope.counts().live());
    assert_eq!(scope.counts().live(), 0);
}
